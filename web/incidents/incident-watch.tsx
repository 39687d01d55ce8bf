// Watches for new incidents on every page: a toast when one opens, the count in the title of the window.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useMatchRoute } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { serverNow } from '../app/server-clock.ts';
import { sitesQuery } from '../overview/queries.ts';
import { buttonClass } from '../ui/button.tsx';
import { dismissToast, showToast } from '../ui/toast.tsx';
import { newsOf } from './fresh.ts';
import { incidentListQuery } from './queries.ts';
import { incidentTitle, noticedBy } from './words.ts';

/** A camera takes a moment to make the first picture of an incident, in ms. */
const snapshotSoonMs = 1500;

/** All of them: the list is read by the page, so its length may be less. */
export function useUnresolvedCount(): number {
  const { data: listed } = useInfiniteQuery(incidentListQuery('unresolved'));
  const { data: sites } = useQuery(sitesQuery);
  const counted = (sites ?? []).reduce((sum, site) => sum + site.openIncidents, 0);
  return Math.max(listed?.pages.flat().length ?? 0, counted);
}

export function IncidentWatch() {
  const { data } = useInfiniteQuery(incidentListQuery('unresolved'));
  const matchRoute = useMatchRoute();
  const known = useRef<Set<string> | null>(null);
  const announce = useEffectEvent((incidents: readonly Incident[]) => {
    for (const incident of newsOf(known.current, incidents, serverNow())) {
      const watched = matchRoute({ to: '/incidents/$incidentId', params: { incidentId: incident.id } });
      if (watched === false) showToast('incident', <Announcement incident={incident} />, incident.id);
    }
    known.current = new Set([...(known.current ?? []), ...incidents.map((one) => one.id)]);
  });
  useEffect(() => {
    if (data !== undefined) announce(data.pages.flat());
  }, [data]);
  return null;
}

function Announcement({ incident }: { incident: Incident }) {
  const picture = useRef<HTMLImageElement>(null);
  useEffect(() => {
    if (incident.hasSnapshot) return;
    const timer = window.setTimeout(() => {
      if (picture.current !== null) picture.current.src = `${paths.snapshot(incident.id)}?again`;
    }, snapshotSoonMs);
    return () => window.clearTimeout(timer);
  }, [incident]);
  return (
    <>
      <img className="toast-picture" ref={picture} src={paths.snapshot(incident.id)} alt="" />
      <span className="toast-words">
        <strong>{incidentTitle(incident)}</strong>
        <span className="quiet small">{noticedBy(incident)} · just now</span>
      </span>
      <Link
        to="/incidents/$incidentId"
        params={{ incidentId: incident.id }}
        className={buttonClass('danger', 'small')}
        onClick={() => dismissToast(incident.id)}
      >
        Watch
      </Link>
    </>
  );
}
