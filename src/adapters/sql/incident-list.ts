// Lists of incidents: filtered, in an order, a page at a time; each order walks along an index.

import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { type Incident, severities } from '../../core/incident/incident.ts';
import type { IncidentCursor, IncidentListFilter } from '../../core/ports/records-incidents.ts';
import { incidentOf } from './incident-rows.ts';
import type { IncidentRow } from './schema-incidents.ts';
import type { Schema } from './schema.ts';

type Query = SelectQueryBuilder<Schema, 'incidents' | 'incident_cameras', IncidentRow>;

/** See the port. */
export async function listIncidents(
  db: Kysely<Schema>,
  filter: IncidentListFilter,
): Promise<readonly Incident[]> {
  if (filter.siteIds?.length === 0 || filter.states?.length === 0) return [];
  const rows = await rowsOf(db, filter);
  return rows.map(incidentOf);
}

function rowsOf(db: Kysely<Schema>, filter: IncidentListFilter): Promise<readonly IncidentRow[]> {
  switch (filter.order ?? 'newest') {
    case 'newest':
      return newest(db, filter);
    case 'oldest':
      return behind(filtered(db, filter), beginOf(filter), 'asc', filter.after).limit(filter.limit).execute();
    case 'waiting':
      // Written out: an index of the open ones only serves a query that says so word for word.
      return behind(
        filtered(db, filter).where('state', '=', sql.lit('open')),
        'opened_at',
        'asc',
        filter.after,
      )
        .limit(filter.limit)
        .execute();
    case 'severity':
      return bySeverity(db, filter);
  }
}

async function newest(db: Kysely<Schema>, filter: IncidentListFilter): Promise<readonly IncidentRow[]> {
  const begin = beginOf(filter);
  const query = behind(filtered(db, filter), begin, 'desc', filter.after);
  const rows = await query.limit(filter.limit).execute();
  const last = rows.at(-1);
  if (filter.after !== undefined || last === undefined || rows.length < filter.limit) return rows;
  // Who pages on by time must not miss what began in the same millisecond as the last one.
  const same = await query.where(begin, '=', last.start_at).where('id', '<', last.id).execute();
  return [...rows, ...same];
}

/** One walk a severity: an index cannot know that normal lies between high and low. */
async function bySeverity(db: Kysely<Schema>, filter: IncidentListFilter): Promise<readonly IncidentRow[]> {
  const { after, limit, severity: only } = filter;
  const left = severities
    .toReversed()
    .slice(after === undefined ? 0 : severities.toReversed().indexOf(after.severity));
  const rows: IncidentRow[] = [];
  for (const severity of left) {
    if (rows.length >= limit || (only !== undefined && only !== severity)) continue;
    const cursor = after?.severity === severity ? after : undefined;
    const query = behind(filtered(db, { ...filter, severity }), 'start_at', 'desc', cursor);
    rows.push(...(await query.limit(limit - rows.length).execute()));
  }
  return rows;
}

/** Sorted by `column` and id, behind the cursor. */
function behind(
  query: Query,
  column: 'start_at' | 'began_at' | 'opened_at',
  direction: 'asc' | 'desc',
  after: IncidentCursor | undefined,
): Query {
  const sorted = query.orderBy(column, direction).orderBy('id', direction);
  if (after === undefined) return sorted;
  const beyond = direction === 'asc' ? '>' : '<';
  return sorted.where((eb) => eb(eb.refTuple(column, 'id'), beyond, eb.tuple(after.at, after.id)));
}

function filtered(db: Kysely<Schema>, filter: IncidentListFilter): Query {
  const { siteId, siteIds, severity, kind, resolution, assigneeId, before, began, span } = filter;
  const begin = beginOf(filter);
  let query = placed(db, filter).where('organization_id', '=', filter.organizationId);
  if (siteId !== undefined) query = query.where('site_id', '=', siteId);
  if (siteIds !== undefined) query = query.where('site_id', 'in', siteIds);
  if (severity !== undefined) query = query.where('severity', '=', severity);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (resolution !== undefined) query = query.where('resolution', '=', resolution);
  if (assigneeId !== undefined) query = query.where('assignee_id', '=', assigneeId);
  if (before !== undefined) query = query.where(begin, '<', before);
  if (began?.startAt !== undefined) query = query.where(begin, '>=', began.startAt);
  if (began?.endAt !== undefined) query = query.where(begin, '<', began.endAt);
  if (span !== undefined) {
    query = query
      .where(begin, '<', span.endAt)
      .where((eb) => eb.or([eb('end_at', 'is', null), eb('end_at', '>', span.startAt)]));
  }
  return inStates(query, filter.states);
}

function inStates(query: Query, states: IncidentListFilter['states']): Query {
  if (states === undefined) return query;
  const narrowed = query.where('state', 'in', states);
  return states.includes('resolved') ? narrowed : narrowed.where('state', '<>', sql.lit('resolved'));
}

/** The column of the begin whose index is walked: a camera's own, but for the unresolved, which are few and have theirs. */
function beginOf({ cameraId, states }: IncidentListFilter): 'start_at' | 'began_at' {
  const isUnresolved = states !== undefined && !states.includes('resolved');
  return cameraId === undefined || isUnresolved ? 'start_at' : 'began_at';
}

function placed(db: Kysely<Schema>, { cameraId, places }: IncidentListFilter): Query {
  const all: Query = db.selectFrom('incidents').selectAll('incidents');
  const there: Query =
    cameraId === undefined
      ? all
      : db
          .selectFrom('incidents')
          .innerJoin('incident_cameras', 'incident_cameras.incident_id', 'incidents.id')
          .where('camera_id', '=', cameraId)
          .selectAll('incidents');
  if (places === undefined) return there;
  const { siteIds, cameraIds } = places;
  return there.where((eb) =>
    eb.or([
      ...(siteIds.length === 0 ? [] : [eb('site_id', 'in', siteIds)]),
      ...(cameraIds.length === 0
        ? []
        : [
            eb('id', 'in', (inner) =>
              inner.selectFrom('incident_cameras').select('incident_id').where('camera_id', 'in', cameraIds),
            ),
          ]),
      // Neither: nothing fits.
      eb.lit(false),
    ]),
  );
}
