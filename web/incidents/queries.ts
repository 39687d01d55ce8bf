// Incidents, as the pages know them.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import {
  type AcknowledgeInput,
  AcknowledgeResult,
  cursorOf,
  Incident,
  IncidentDetail,
  type IncidentQuery,
  maxAcknowledged,
  Assignable,
  type AssignInput,
  type NoteInput,
  type ResolveInput,
  type SwitchInput,
} from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { request, send } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';

/** Incidents read at a time: about four screens of a phone. */
const pageSize = 30;

export type IncidentFilter = 'unresolved' | 'all';

/** Newest first; the next page begins before the oldest shown. */
export function incidentListQuery(filter: IncidentFilter) {
  return infiniteQueryOptions({
    queryKey: keys.incidentList(filter),
    queryFn: ({ signal, pageParam }) =>
      request(z.array(Incident), listAddress(filter, pageParam), { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => (last.length < pageSize ? null : (last.at(-1)?.startAt ?? null)),
  });
}

/** The list as it is filtered and sorted; pages go on behind the last one that was read, and skip none. */
export function incidentPageQuery(query: Partial<IncidentQuery>) {
  const order = query.order ?? 'newest';
  const asked = Object.entries(query).map(([name, value]) => [name, String(value)]);
  const filters = new URLSearchParams([...asked, ['limit', String(pageSize)]]).toString();
  return infiniteQueryOptions({
    queryKey: keys.incidentPages(filters),
    queryFn: ({ signal, pageParam }) => {
      const after = pageParam === null ? '' : `&after=${encodeURIComponent(pageParam)}`;
      return request(z.array(Incident), `${paths.incidents}?${filters}${after}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => {
      const last = page.at(-1);
      return last === undefined || page.length < pageSize ? null : cursorOf(order, last);
    },
    // Other filters are drawn over the list before: nothing jumps.
    placeholderData: keepPreviousData,
  });
}

/** Incidents of a table, read at a time: the most that the server gives. */
const tablePageSize = 100;

/** All incidents for a table, newest first. */
export const incidentTableQuery = infiniteQueryOptions({
  queryKey: keys.incidentTable,
  queryFn: ({ signal, pageParam }) =>
    request(z.array(Incident), listAddress('all', pageParam, tablePageSize), { signal }),
  initialPageParam: null as number | null,
  getNextPageParam: (last) => (last.length < tablePageSize ? null : (last.at(-1)?.startAt ?? null)),
});

/** Incidents shown below the sites. */
const newestShown = 5;

/** The newest incidents, of one site or of all. */
export function newestIncidentsQuery(siteId: string | null) {
  const query = new URLSearchParams({ limit: String(newestShown) });
  if (siteId !== null) query.set('siteId', siteId);
  return queryOptions({
    queryKey: keys.incidentsOf(siteId),
    queryFn: ({ signal }) => request(z.array(Incident), `${paths.incidents}?${query}`, { signal }),
  });
}

export function incidentQuery(incidentId: string) {
  return queryOptions({
    queryKey: keys.incident(incidentId),
    queryFn: ({ signal }) => request(IncidentDetail, paths.incident(incidentId), { signal }),
  });
}

export function acknowledge(incidentId: string): Promise<void> {
  return send(paths.acknowledge(incidentId), { method: 'POST' });
}

/** What became of each, however many: the server takes a hundred at a time. */
export async function acknowledgeMany(incidentIds: readonly string[]): Promise<readonly AcknowledgeResult[]> {
  const results: AcknowledgeResult[] = [];
  for (let from = 0; from < incidentIds.length; from += maxAcknowledged) {
    const body: AcknowledgeInput = { incidentIds: incidentIds.slice(from, from + maxAcknowledged) };
    results.push(
      ...(await request(z.array(AcknowledgeResult), paths.acknowledgeMany, { method: 'POST', body })),
    );
  }
  return results;
}

export function resolve(incidentId: string, resolution: ResolveInput['resolution']): Promise<void> {
  return send(paths.resolve(incidentId), { method: 'POST', body: { resolution } satisfies ResolveInput });
}

export function reopen(incidentId: string): Promise<void> {
  return send(paths.reopen(incidentId), { method: 'POST' });
}

/** Answers with the history, whose last step says whom it tells. */
export function escalate(incidentId: string): Promise<IncidentDetail> {
  return request(IncidentDetail, paths.escalate(incidentId), { method: 'POST' });
}

/** Null is nobody. */
export function assign(incidentId: string, memberId: string | null): Promise<void> {
  return send(paths.assign(incidentId), { method: 'POST', body: { memberId } satisfies AssignInput });
}

export function note(incidentId: string, { text }: NoteInput): Promise<void> {
  return send(paths.note(incidentId), { method: 'POST', body: { text } satisfies NoteInput });
}

/** Switches a siren or light at the site of the incident. */
export function switchDevice(incidentId: string, deviceId: string, turn: SwitchInput['turn']): Promise<void> {
  const body: SwitchInput = { turn };
  return send(paths.incidentDevice(incidentId, deviceId), { method: 'POST', body });
}

/** Who can look after an incident. */
export function assignableQuery(incidentId: string) {
  return queryOptions({
    queryKey: keys.assignable(incidentId),
    queryFn: ({ signal }) => request(z.array(Assignable), paths.assignable(incidentId), { signal }),
  });
}

function listAddress(filter: IncidentFilter, before: number | null, limit = pageSize): string {
  const query = new URLSearchParams({ limit: String(limit) });
  if (filter === 'unresolved') query.set('state', 'unresolved');
  if (before !== null) query.set('before', String(before));
  return `${paths.incidents}?${query}`;
}
