// Lists of incidents: filtered, in an order, a page at a time; each order walks along an index.

import { type Kysely, type SelectQueryBuilder, sql } from 'kysely';
import { type Incident, severities } from '../../core/incident/incident.ts';
import type { Span } from '../../core/ports/records.ts';
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
      return walked(filter, 'asc', filter.limit, (reach, limit) =>
        behind(filtered(db, filter, reach), beginOf(filter, reach), 'asc', filter.after)
          .limit(limit)
          .execute(),
      );
    case 'waiting':
      // Written out: an index of the open ones only serves a query that says so word for word.
      return behind(
        filtered(db, filter, 'any').where('state', '=', sql.lit('open')),
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

/** Incidents longer than this, or not ended, are few and have an index of their own; the others begin this near a span. */
const longMs = 3_600_000;

/** Of those that overlap a span: such as begin near it, or the long ones that began before. Without a span: `any`. */
type Reach = 'near' | 'far' | 'any';

/** Walks what overlaps a span in the order of their begin: all that is far began before all that is near. */
async function walked(
  { span }: IncidentListFilter,
  direction: 'asc' | 'desc',
  limit: number,
  walk: (reach: Reach, limit: number) => Promise<readonly IncidentRow[]>,
): Promise<readonly IncidentRow[]> {
  if (span === undefined) return walk('any', limit);
  const rows: IncidentRow[] = [];
  for (const reach of direction === 'asc' ? (['far', 'near'] as const) : (['near', 'far'] as const)) {
    if (rows.length < limit) rows.push(...(await walk(reach, limit - rows.length)));
  }
  return rows;
}

async function newest(db: Kysely<Schema>, filter: IncidentListFilter): Promise<readonly IncidentRow[]> {
  return walked(filter, 'desc', filter.limit, async (reach, limit) => {
    const begin = beginOf(filter, reach);
    const query = behind(filtered(db, filter, reach), begin, 'desc', filter.after);
    const rows = await query.limit(limit).execute();
    const last = rows.at(-1);
    if (filter.after !== undefined || last === undefined || rows.length < limit) return rows;
    // Who pages on by time must not miss what began in the same millisecond as the last one.
    const same = await query.where(begin, '=', last.start_at).where('id', '<', last.id).execute();
    return [...rows, ...same];
  });
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
    const found = await walked(filter, 'desc', limit - rows.length, (reach, most) =>
      behind(filtered(db, { ...filter, severity }, reach), beginOf(filter, reach), 'desc', cursor)
        .limit(most)
        .execute(),
    );
    rows.push(...found);
  }
  return rows;
}

/** Sorted by `column` and id, behind the cursor. */
function behind(
  query: Query,
  column: Begin | 'opened_at',
  direction: 'asc' | 'desc',
  after: IncidentCursor | undefined,
): Query {
  const sorted = query.orderBy(column, direction).orderBy('id', direction);
  if (after === undefined) return sorted;
  const beyond = direction === 'asc' ? '>' : '<';
  return sorted.where((eb) => eb(eb.refTuple(column, 'id'), beyond, eb.tuple(after.at, after.id)));
}

function filtered(db: Kysely<Schema>, filter: IncidentListFilter, reach: Reach): Query {
  const { siteId, siteIds, severity, kind, resolution, assigneeId, before, began, span } = filter;
  const begin = beginOf(filter, reach);
  let query = placed(db, filter, reach).where('organization_id', '=', filter.organizationId);
  if (siteId !== undefined) query = query.where('site_id', '=', siteId);
  if (siteIds !== undefined) query = query.where('site_id', 'in', siteIds);
  if (severity !== undefined) query = query.where(severityColumn(begin, reach), '=', severity);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (resolution !== undefined) query = query.where('resolution', '=', resolution);
  if (assigneeId !== undefined) query = query.where('assignee_id', '=', assigneeId);
  if (before !== undefined) query = query.where(begin, '<', before);
  if (began?.startAt !== undefined) query = query.where(begin, '>=', began.startAt);
  if (began?.endAt !== undefined) query = query.where(begin, '<', began.endAt);
  if (span !== undefined) query = overlapping(query, begin, span, reach);
  return inStates(query, filter.states);
}

function overlapping(query: Query, begin: Begin, span: Span, reach: Reach): Query {
  const there = query
    .where(begin, '<', span.endAt)
    .where((eb) => eb.or([eb('end_at', 'is', null), eb('end_at', '>', span.startAt)]));
  if (reach === 'any') return there;
  const nearFrom = span.startAt - longMs;
  if (reach === 'near') return there.where(begin, '>=', nearFrom);
  // Written out: the index of the long ones serves only a query that says so word for word.
  return there
    .where(begin, '<', nearFrom)
    .where(sql<boolean>`(end_at is null or end_at - start_at > ${sql.lit(longMs)})`);
}

function inStates(query: Query, states: IncidentListFilter['states']): Query {
  if (states === undefined) return query;
  const narrowed = query.where('state', 'in', states);
  return states.includes('resolved') ? narrowed : narrowed.where('state', '<>', sql.lit('resolved'));
}

type Begin = 'start_at' | 'began_at';

/** The column of the begin whose index is walked: a camera's own, but for the few that have an index of theirs. */
function beginOf({ cameraId, states }: IncidentListFilter, reach: Reach): Begin {
  const isUnresolved = states !== undefined && !states.includes('resolved');
  return cameraId === undefined || isUnresolved || reach === 'far' ? 'start_at' : 'began_at';
}

/** The column of the severity: beside the begin that is walked, where there is one of a camera. */
function severityColumn(begin: Begin, reach: Reach) {
  // The few long ones are walked and looked at; as a plain column it would have SQLite walk all of that severity.
  if (reach === 'far') return sql<string>`severity || ''`;
  return begin === 'began_at' ? 'incident_severity' : 'severity';
}

function placed(db: Kysely<Schema>, filter: IncidentListFilter, reach: Reach): Query {
  const { places } = filter;
  const there = ofCamera(db, filter, reach);
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

function ofCamera(db: Kysely<Schema>, { cameraId }: IncidentListFilter, reach: Reach): Query {
  const all: Query = db.selectFrom('incidents').selectAll('incidents');
  if (cameraId === undefined) return all;
  if (reach === 'far') {
    // The few long ones first, then whether the camera is theirs.
    return all.where(
      sql<boolean>`exists (select 1 from incident_cameras
        where incident_cameras.incident_id = incidents.id and incident_cameras.camera_id = ${cameraId})`,
    );
  }
  return db
    .selectFrom('incidents')
    .innerJoin('incident_cameras', 'incident_cameras.incident_id', 'incidents.id')
    .where('camera_id', '=', cameraId)
    .selectAll('incidents');
}
