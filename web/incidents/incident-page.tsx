// One incident: its clip, what happened, who was alerted, what to do about it.

import './incidents.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { ApiError, sentence } from '../app/api.ts';
import { NotFoundPage, PendingPage } from '../app/fallbacks.tsx';
import { may } from '../app/may.ts';
import { camerasQuery, sitesQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { buttonClass } from '../ui/button.tsx';
import { channelIcons, channelWords } from '../ui/channel-kinds.ts';
import { Clamped } from '../ui/clamped.tsx';
import { Icon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { dismissToast } from '../ui/toast.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockSeconds, moment } from '../ui/words.ts';
import { EvidencePanel } from './evidence-panel.tsx';
import { IncidentImages } from './images/incident-images.tsx';
import { IncidentActions } from './incident-actions.tsx';
import { incidentQuery } from './queries.ts';
import { StateChip } from './state-chip.tsx';
import { camerasInStep } from './step/cameras.ts';
import { StepView } from './step/step-view.tsx';
import {
  alertReason,
  alertWords,
  clipOf,
  incidentTitle,
  lengthWords,
  noticedBy,
  stepWords,
} from './words.ts';

export function IncidentPage() {
  const { incidentId } = useParams({ from: '/inside/incidents/$incidentId' });
  const { data: incident, error } = useQuery(incidentQuery(incidentId));
  if (incident !== undefined) return <IncidentView key={incident.id} incident={incident} />;
  if (error === null) return <PendingPage />;
  if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return <NotFoundPage />;
  return (
    <div className="page">
      <Notice tone="bad">{sentence(error)}</Notice>
    </div>
  );
}

function IncidentView({ incident }: { incident: IncidentDetail }) {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const { data: me } = useSuspenseQuery(meQuery);
  const now = useNow(1000);
  // Who looks at it needs no toast about it.
  useEffect(() => dismissToast(incident.id), [incident.id]);
  const zone = sites.find((site) => site.id === incident.siteId)?.timeZone ?? 'UTC';
  return (
    <div className="page incident-page">
      <title>{`${incidentTitle(incident)} · Vedette`}</title>
      <header className="page-head">
        <div className="camera-title">
          <Link to="/incidents" search={{}} className="back-link">
            <Icon name="back" size={18} />
            Incidents
          </Link>
          <div className="incident-title">
            <h1 className="clamp" title={incidentTitle(incident)}>
              {incidentTitle(incident)}
            </h1>
            <span role="status">
              <StateChip incident={incident} />
            </span>
          </div>
          <p className="quiet small numbers incident-sub clamp">
            {moment(incident.startAt, zone, now)} · {noticedBy(incident)} · {lengthWords(incident, now)}
          </p>
        </div>
      </header>
      <div className="incident-columns">
        <div className="incident-main">
          <Clip incident={incident} zone={zone} />
        </div>
        <aside className="incident-side">
          {may(me, 'resolve') && <IncidentActions incident={incident} />}
          {may(me, 'export') && <EvidencePanel incident={incident} zone={zone} />}
          {incident.hasSnapshot && (
            <Panel title="Snapshot">
              <a href={paths.snapshot(incident.id)} target="_blank" rel="noreferrer" className="snapshot">
                <img src={paths.snapshot(incident.id)} alt={`The ${incident.kind} as it was seen best`} />
              </a>
              <p className="quiet small">
                {incidentTitle(incident)}, seen with {Math.round(incident.bestScore * 100)} % confidence
              </p>
            </Panel>
          )}
          <Panel title="Alerts">
            <Alerts incident={incident} zone={zone} mayAdd={may(me, 'manage-channels')} />
          </Panel>
          <Panel title="History">
            <History incident={incident} zone={zone} />
          </Panel>
        </aside>
      </div>
    </div>
  );
}

function Clip({ incident, zone }: { incident: IncidentDetail; zone: string }) {
  const { data: all } = useSuspenseQuery(camerasQuery);
  const cameras = camerasInStep(incident, all);
  const clip = clipOf(incident);
  // Where it was seen in images only, they come first: the other cameras of the site saw nobody.
  const large = incident.cameras.length > 0 && !cameras.some(({ saw }) => saw);
  if (cameras.length === 0 && !large) {
    return <Notice tone="info">The cameras of this incident were removed.</Notice>;
  }
  const images = <IncidentImages incident={incident} zone={zone} large={large} />;
  const [first] = cameras;
  return (
    <>
      {large && images}
      {first !== undefined && (
        <>
          <StepView key={cameras.map(({ id }) => id).join()} {...{ incident, cameras, zone }} />
          <ClipFoot cameraId={first.id} at={clip.from} />
        </>
      )}
      {!large && images}
    </>
  );
}

function ClipFoot({ cameraId, at }: { cameraId: string; at: number }) {
  return (
    <div className="clip-foot">
      <Link
        to="/cameras/$cameraId"
        params={{ cameraId }}
        search={{ at }}
        className={buttonClass('ghost', 'small')}
      >
        <Icon name="clock" size={17} />
        Show on the time line
      </Link>
      <Link to="/cameras/$cameraId" params={{ cameraId }} className={buttonClass('ghost', 'small')}>
        <Icon name="camera" size={17} />
        Live picture
      </Link>
    </div>
  );
}

interface AlertsProps {
  readonly incident: IncidentDetail;
  readonly zone: string;
  readonly mayAdd: boolean;
}

function Alerts({ incident, zone, mayAdd }: AlertsProps) {
  if (incident.alerts.length === 0) {
    return (
      <p className="quiet small">
        Nobody was told: there was no channel.
        {mayAdd && (
          <>
            {' '}
            <Link to="/alerts">Add one</Link> to be alerted next time.
          </>
        )}
      </p>
    );
  }
  return (
    <ul className="alert-list">
      {incident.alerts.map((alert) => {
        const { tone, words, detail } = alertWords(alert, zone);
        const reason = alertReason(alert);
        return (
          <li key={alert.id}>
            <Icon name={channelIcons[alert.kind]} size={18} />
            <span className="hidden-visually">{channelWords[alert.kind]}: </span>
            <span className="alert-words">
              <span>
                {alert.channel}
                {reason !== null && <span className="quiet small"> · {reason}</span>}
              </span>
              {detail !== null && (
                <span className="quiet small">
                  <Clamped>{detail}</Clamped>
                </span>
              )}
            </span>
            <span className={`chip chip-${tone}`}>{words}</span>
          </li>
        );
      })}
    </ul>
  );
}

function History({ incident, zone }: { incident: IncidentDetail; zone: string }) {
  return (
    <ol className="history">
      {incident.steps.map((step) => (
        <li key={`${step.at} ${step.action} ${step.detail}`} data-action={step.action}>
          <span className="history-words">
            <span>{stepWords(step)}</span>
            {step.detail !== '' && step.action !== 'ended' && (
              <span className="quiet small">
                <Clamped>{step.detail}</Clamped>
              </span>
            )}
          </span>
          <span className="numbers quiet small">{clockSeconds(step.at, zone)}</span>
        </li>
      ))}
    </ol>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card panel">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
