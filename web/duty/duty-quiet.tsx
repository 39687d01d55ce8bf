// The duty screen while nothing happens: what is armed, and which cameras cannot see.

import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Camera } from '../../src/http/contract/cameras.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { isWithoutRecorder, problemSentence, statusWords } from '../camera/status.ts';
import { useCameras } from '../camera/use-cameras.ts';
import { ArmingChip } from '../overview/arming-control.tsx';
import { sitesQuery } from '../overview/queries.ts';
import { Icon } from '../ui/icons.tsx';
import { clockMinutes, count, day, ownTimeZone } from '../ui/words.ts';

export function DutyQuiet({ now }: { now: number }) {
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const cameras = useCameras();
  const nothing = cameras.some(({ status }) => isWithoutRecorder(status));
  const down = cameras.filter(({ status }) => statusWords(status, now).tone === 'bad');
  const armed = sites.filter(({ arming }) => arming !== 'disarmed').length;
  const title = nothing ? 'Nothing is recorded' : 'All quiet';
  return (
    <section className="duty-quiet" aria-label={title}>
      <div className="duty-quiet-head">
        <span className="duty-quiet-mark" data-trouble={down.length > 0}>
          <Icon name={down.length > 0 ? 'camera' : 'check'} size={44} />
        </span>
        <div>
          <h2>{title}</h2>
          <p className="quiet">
            {armed} of {count(sites.length, 'site')} armed ·{' '}
            {down.length === 0 ? 'all cameras see' : `${count(down.length, 'camera')} down`}
          </p>
        </div>
        <p className="duty-quiet-clock numbers">
          <strong>{clockMinutes(now, ownTimeZone())}</strong>
          <span className="quiet">{day(now, ownTimeZone(), now)}</span>
        </p>
      </div>
      {down.length > 0 && <CamerasDown {...{ sites, now }} cameras={down} />}
      <ul className="duty-sites" aria-label="Sites">
        {sites.map((site) => (
          <SiteState
            key={site.id}
            {...{ site, now }}
            cameras={cameras.filter(({ siteId }) => siteId === site.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface CamerasDownProps {
  readonly cameras: readonly Camera[];
  readonly sites: readonly Site[];
  readonly now: number;
}

function CamerasDown({ cameras, sites, now }: CamerasDownProps) {
  return (
    <ul className="duty-down" aria-label="Cameras that are down">
      {cameras.map((camera) => (
        <li key={camera.id}>
          <Icon name="warning" size={22} />
          <span className="duty-down-words">
            <Link to="/cameras/$cameraId" params={{ cameraId: camera.id }}>
              <strong>{camera.name}</strong>
            </Link>
            <span className="quiet small">
              {sites.find(({ id }) => id === camera.siteId)?.name} · {statusWords(camera.status, now).words}
            </span>
            <span className="small">{problemSentence(camera.status, now)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface SiteStateProps {
  readonly site: Site;
  readonly cameras: readonly Camera[];
  readonly now: number;
}

function SiteState({ site, cameras, now }: SiteStateProps) {
  const recorded = cameras.filter(({ source }) => source.kind !== 'pushed');
  const unrecorded = recorded.some(({ status }) => isWithoutRecorder(status));
  const seeing = recorded.filter(({ status }) => statusWords(status, now).tone === 'good').length;
  return (
    <li className="duty-site" data-arming={site.arming}>
      <Link to="/sites/$siteId" params={{ siteId: site.id }} className="ellipsis" title={site.name}>
        {site.name}
      </Link>
      <ArmingChip arming={site.arming} />
      <span className="quiet small numbers">
        {unrecorded ? 'Nothing is recorded' : stateOf(cameras.length, recorded.length, seeing)}
      </span>
    </li>
  );
}

/** Cameras whose images are pushed do not record. */
function stateOf(cameras: number, recorded: number, seeing: number): string {
  if (cameras === 0) return 'No camera';
  if (recorded === 0) return `${count(cameras, 'camera')} sending images`;
  return `${seeing} of ${count(recorded, 'camera')} recording`;
}
