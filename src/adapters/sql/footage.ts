// What surrounds recordings: gaps, init segments, garbage and holds.

import { type Kysely, sql } from 'kysely';
import { branded } from '../../core/brand.ts';
import { type Gap, gapCauses, type Hold, type InitSegment } from '../../core/footage/recording.ts';
import type {
  ClockJumpRecords,
  GapRecords,
  GarbageRecords,
  HoldRecords,
  InitSegmentRecords,
} from '../../core/ports/records.ts';
import { oneOf } from './columns.ts';
import { deleteWithoutFootage, listOverlapping } from './overlap.ts';
import type { GapRow, HoldRow, InitSegmentRow } from './schema-footage.ts';
import type { Schema } from './schema.ts';
import { maybe, type Session } from './session.ts';

/** Spans without footage. */
export function gapRecords({ db }: Session): GapRecords {
  return {
    async insert(gap) {
      await db
        .insertInto('gaps')
        .values({
          id: gap.id,
          organization_id: gap.organizationId,
          site_id: gap.siteId,
          camera_id: gap.cameraId,
          start_at: gap.startAt,
          end_at: gap.endAt,
          cause: gap.cause,
        })
        .execute();
    },
    async list(cameraId, span) {
      return (await listOverlapping(db, 'gaps', cameraId, span)).map(gapOf);
    },
    deleteExpired: (endedBefore, limit) => deleteWithoutFootage(db, 'gaps', endedBefore, limit),
  };
}

/** Headers of recordings, each stored once. */
export function initSegmentRecords({ db }: Session): InitSegmentRecords {
  return {
    async put(init) {
      await db
        .insertInto('init_segments')
        .values({ ...init })
        .onConflict((conflict) => conflict.column('sha256').doNothing())
        .execute();
    },
    async find(sha256) {
      const row = await db
        .selectFrom('init_segments')
        .selectAll()
        .where('sha256', '=', sha256)
        .executeTakeFirst();
      return maybe(row, initSegmentOf);
    },
  };
}

/** Objects to be removed. */
export function garbageRecords({ db }: Session): GarbageRecords {
  return {
    add: (blobKey, at) => addGarbage(db, blobKey, at),
    async addAll(blobKeys, at) {
      if (blobKeys.length === 0) return;
      await db
        .insertInto('garbage')
        .values(blobKeys.map((blob_key) => ({ blob_key, added_at: at })))
        .onConflict((conflict) => conflict.column('blob_key').doNothing())
        .execute();
    },
    async list(limit, dueBy) {
      const rows = await db
        .selectFrom('garbage')
        .select('blob_key')
        .where('added_at', '<=', dueBy ?? Number.MAX_SAFE_INTEGER)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map((row) => row.blob_key);
    },
    async remove(blobKey) {
      await db.deleteFrom('garbage').where('blob_key', '=', blobKey).execute();
    },
  };
}

/** Lists an object as garbage; listing it again changes nothing. */
export async function addGarbage(db: Kysely<Schema>, blobKey: string, at: number): Promise<void> {
  await db
    .insertInto('garbage')
    .values({ blob_key: blobKey, added_at: at })
    .onConflict((conflict) => conflict.column('blob_key').doNothing())
    .execute();
}

/** What keeps footage from expiring. */
export function holdRecords({ db }: Session): HoldRecords {
  return {
    async insert(hold) {
      await db
        .insertInto('holds')
        .values({
          id: hold.id,
          organization_id: hold.organizationId,
          camera_id: hold.cameraId,
          incident_id: hold.incidentId,
          start_at: hold.startAt,
          end_at: hold.endAt,
        })
        .execute();
    },
    async extend(incidentId, cameraId, endAt) {
      await db
        .updateTable('holds')
        .set({ end_at: endAt })
        .where('incident_id', '=', incidentId)
        .where('camera_id', '=', cameraId)
        .where('end_at', '<', endAt)
        .execute();
    },
    async ofIncident(incidentId) {
      const rows = await db
        .selectFrom('holds')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('start_at')
        .orderBy('id')
        .execute();
      return rows.map(holdOf);
    },
    async overlapping(cameraId, span) {
      const rows = await db
        .selectFrom('holds')
        .selectAll()
        .where('camera_id', '=', cameraId)
        .where('start_at', '<', span.endAt)
        .where('end_at', '>', span.startAt)
        .orderBy('start_at')
        .orderBy('id')
        .execute();
      return rows.map(holdOf);
    },
    async release(incidentId) {
      await db.deleteFrom('holds').where('incident_id', '=', incidentId).execute();
    },
    async releaseResolvedBefore(at) {
      const { numDeletedRows } = await db
        .deleteFrom('holds')
        .where('incident_id', 'in', (eb) =>
          eb
            .selectFrom('incident_steps as resolving')
            .innerJoin('incidents', 'incidents.id', 'resolving.incident_id')
            .select('resolving.incident_id')
            // Written out: an index of these steps only serves a query that says so word for word.
            .where('resolving.action', '=', sql.lit('resolved'))
            .where('resolving.taken_at', '<', at)
            .where('incidents.state', '=', sql.lit('resolved'))
            // Reopened and resolved again since then: what counts is when it was resolved last.
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom('incident_steps as later')
                    .select('later.sequence')
                    .whereRef('later.incident_id', '=', 'resolving.incident_id')
                    .where('later.action', '=', 'resolved')
                    .where('later.taken_at', '>=', at),
                ),
              ),
            ),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** Spans of wall-clock time that did not pass. */
export function clockJumpRecords({ db }: Session): ClockJumpRecords {
  return {
    async insert({ startAt, endAt }) {
      await db.insertInto('clock_jumps').values({ start_at: startAt, end_at: endAt }).execute();
    },
    async list(limit) {
      const rows = await db
        .selectFrom('clock_jumps')
        .select(['start_at', 'end_at'])
        .orderBy('sequence', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ startAt: branded(row.start_at), endAt: branded(row.end_at) }));
    },
  };
}

function gapOf(row: GapRow): Gap {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    cameraId: branded(row.camera_id),
    startAt: branded(row.start_at),
    endAt: branded(row.end_at),
    cause: oneOf(gapCauses, row.cause),
  };
}

function initSegmentOf(row: InitSegmentRow): InitSegment {
  return { ...row, sha256: branded(row.sha256) };
}

function holdOf(row: HoldRow): Hold {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    cameraId: branded(row.camera_id),
    incidentId: branded(row.incident_id),
    startAt: branded(row.start_at),
    endAt: branded(row.end_at),
  };
}
