// Overlap: rows of a camera that overlap a span, found without walking through what came before or after it.

import { type Kysely, sql } from 'kysely';
import { maxListed, type Span } from '../../core/ports/records.ts';
import type { Schema } from './schema.ts';

/** Gaps and tracks longer than this are few and have an index of their own; the others begin this near the span. */
export const longMs = 86_400_000;

/** The rows of a camera that overlap the span, by start: the ordinary ones are found by start, the long ones by end. */
export async function listOverlapping<Table extends 'gaps' | 'tracks'>(
  db: Kysely<Schema>,
  table: Table,
  cameraId: string,
  span: Span,
): Promise<readonly Schema[Table][]> {
  // The long ones are written out: their index serves only a query that says so word for word.
  const { rows } = await sql<Schema[Table]>`
    select * from ${sql.table(table)}
    where (camera_id = ${cameraId} and start_at >= ${span.startAt - longMs}
        and start_at < ${span.endAt} and end_at > ${span.startAt})
      or (camera_id = ${cameraId} and end_at - start_at > ${sql.lit(longMs)}
        and end_at > ${span.startAt} and start_at < ${span.endAt})
    order by start_at, id limit ${maxListed}`.execute(db);
  return rows;
}

/** How far before a row's start a recording that touches it may begin: far above any recording's length. */
const reachMs = 600_000;

/** Deletes rows that ended before `endedBefore` and touch no recording of their camera; returns how many. */
export async function deleteWithoutFootage(
  db: Kysely<Schema>,
  table: 'gaps' | 'tracks',
  endedBefore: number,
  limit: number,
): Promise<number> {
  const rows = sql.table(table);
  const { numAffectedRows } = await sql`
    delete from ${rows} where id in (
      select old.id from ${rows} as old
      where old.end_at < ${endedBefore} and not exists (
        select 1 from recordings
        where recordings.camera_id = old.camera_id
          and recordings.start_at between old.start_at - ${sql.lit(reachMs)} and old.end_at
          and recordings.end_at >= old.start_at)
      order by old.end_at limit ${limit})`.execute(db);
  return Number(numAffectedRows ?? 0);
}
