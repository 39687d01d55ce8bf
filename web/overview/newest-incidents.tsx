// The newest incidents, of all sites or of one.

import '../incidents/incidents.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IncidentRow } from '../incidents/incident-row.tsx';
import { newestIncidentsQuery } from '../incidents/queries.ts';
import { useNow } from '../ui/use-now.ts';
import { sitesQuery } from './queries.ts';

export function NewestIncidents({ siteId }: { siteId: string | null }) {
  const { data } = useQuery(newestIncidentsQuery(siteId));
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const now = useNow(1000);
  if (data === undefined || data.length === 0) return null;
  const zones = new Map(sites.map(({ id, timeZone }) => [id, timeZone]));
  return (
    <section className="newest" aria-labelledby="newest-title">
      <header className="newest-head">
        <h2 id="newest-title">Newest incidents</h2>
        <Link to="/incidents" search={{ show: 'all' }}>
          Show all
        </Link>
      </header>
      <ul className="card incident-list">
        {data.map((incident) => (
          <li key={incident.id}>
            <IncidentRow incident={incident} zone={zones.get(incident.siteId) ?? 'UTC'} now={now} withDay />
          </li>
        ))}
      </ul>
    </section>
  );
}
