// Overlap: rows of a camera that overlap a span, found without walking through what came before or after it.

import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Span } from '../../core/ports/records.ts';
import type { Schema } from './schema.ts';

/** Gaps and tracks longer than this are few and have an index of their own; the others begin this near the span. */
export const longMs = 86_400_000;

/** True for the rows of a camera that overlap the span: the ordinary ones by start, the long ones by end. */
export function overlapping(cameraId: string, span: Span) {
  return (eb: ExpressionBuilder<Schema, 'gaps' | 'tracks'>) =>
    eb.or([
      eb.and([
        eb('camera_id', '=', cameraId),
        eb('start_at', '>=', span.startAt - longMs),
        eb('start_at', '<', span.endAt),
        eb('end_at', '>', span.startAt),
      ]),
      eb.and([
        eb('camera_id', '=', cameraId),
        // Written out: the index of the long ones serves only a query that says so word for word.
        sql<boolean>`end_at - start_at > ${sql.lit(longMs)}`,
        eb('end_at', '>', span.startAt),
        eb('start_at', '<', span.endAt),
      ]),
    ]);
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
