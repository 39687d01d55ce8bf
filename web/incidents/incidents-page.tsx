// All incidents, newest first: what needs a look, or everything.

import './incidents.css';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { sentence } from '../app/api.ts';
import { may } from '../app/may.ts';
import { sitesQuery } from '../overview/queries.ts';
import { meQuery } from '../session/queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Empty, Notice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { useNow } from '../ui/use-now.ts';
import { day } from '../ui/words.ts';
import { IncidentRow } from './incident-row.tsx';
import { type IncidentFilter, incidentListQuery } from './queries.ts';

export function IncidentsPage() {
  const { show } = useSearch({ from: '/inside/incidents' });
  const navigate = useNavigate();
  const filter: IncidentFilter = show === 'all' ? 'all' : 'unresolved';
  return (
    <div className="page page-narrow">
      <title>Incidents · Vedette</title>
      <header className="page-head">
        <h1>Incidents</h1>
        <Segmented
          legend="Which incidents"
          small
          value={filter}
          options={[
            { value: 'unresolved', label: 'Unresolved' },
            { value: 'all', label: 'All' },
          ]}
          onChange={(next) =>
            void navigate({ to: '/incidents', search: next === 'all' ? { show: 'all' } : {}, replace: true })
          }
        />
      </header>
      <IncidentList filter={filter} />
    </div>
  );
}

function IncidentList({ filter }: { filter: IncidentFilter }) {
  const list = useInfiniteQuery(incidentListQuery(filter));
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const now = useNow(1000);
  if (list.isPending) return <ListSkeleton />;
  if (list.isError) return <Notice tone="bad">{sentence(list.error)}</Notice>;
  const incidents = list.data.pages.flat();
  if (incidents.length === 0) return <NoIncident filter={filter} />;
  const zoneOf = (incident: Incident) => sites.find((site) => site.id === incident.siteId)?.timeZone ?? 'UTC';
  const days = Map.groupBy(incidents, (incident) => day(incident.startAt, zoneOf(incident), now));
  return (
    <>
      {[...days].map(([name, ones]) => (
        <section key={name} className="incident-day">
          <h2>{name}</h2>
          <ul className="card incident-list">
            {ones.map((incident) => (
              <li key={incident.id}>
                <IncidentRow incident={incident} zone={zoneOf(incident)} now={now} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {list.hasNextPage && (
        <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show earlier ones
        </Button>
      )}
    </>
  );
}

function NoIncident({ filter }: { filter: IncidentFilter }) {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <div className="card">
      {filter === 'unresolved' ? (
        <Empty icon="check" title="All clear">
          <p>
            No incident needs a look. When somebody is seen while a site is armed, it appears here with its
            clip.
          </p>
          <Link to="/incidents" search={{ show: 'all' }} className={buttonClass('plain')}>
            Show earlier incidents
          </Link>
        </Empty>
      ) : (
        <Empty icon="incidents" title="No incident yet">
          <p>
            {may(me, 'arm') ? 'Arm a site on the overview: from then on, a' : 'While a site is armed, a'}{' '}
            person in front of a camera opens an incident.
          </p>
          <Link to="/" className={buttonClass('primary')}>
            Go to the overview
          </Link>
        </Empty>
      )}
    </div>
  );
}

function ListSkeleton() {
  return (
    <div className="card incident-list" role="status" aria-label="Loading">
      {[1, 2, 3, 4].map((row) => (
        <div key={row} className="incident-row">
          <span className="incident-thumb skeleton" />
          <span className="incident-words stack">
            <span className="skeleton line-skeleton" />
            <span className="skeleton line-skeleton line-short" />
          </span>
        </div>
      ))}
    </div>
  );
}
