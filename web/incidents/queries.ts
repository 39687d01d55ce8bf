// Incidents, as the pages know them.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import {
  type AcknowledgeInput,
  AcknowledgeResult,
  Assignable,
  type AssignInput,
  Incident,
  IncidentDetail,
  type NoteInput,
  type ResolveInput,
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

export function resolve(incidentId: string, resolution: ResolveInput['resolution']): Promise<void> {
  return send(paths.resolve(incidentId), { method: 'POST', body: { resolution } satisfies ResolveInput });
}

export function reopen(incidentId: string): Promise<void> {
  return send(paths.reopen(incidentId), { method: 'POST' });
}

export function escalate(incidentId: string): Promise<void> {
  return send(paths.escalate(incidentId), { method: 'POST' });
}

/** Null is nobody. */
export function assign(incidentId: string, memberId: string | null): Promise<void> {
  return send(paths.assign(incidentId), { method: 'POST', body: { memberId } satisfies AssignInput });
}

export function note(incidentId: string, { text }: NoteInput): Promise<void> {
  return send(paths.note(incidentId), { method: 'POST', body: { text } satisfies NoteInput });
}

/** Many at once; what became of each. */
export function acknowledgeMany(incidentIds: readonly string[]): Promise<readonly AcknowledgeResult[]> {
  const body: AcknowledgeInput = { incidentIds: [...incidentIds] };
  return request(z.array(AcknowledgeResult), paths.acknowledgeMany, { method: 'POST', body });
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
