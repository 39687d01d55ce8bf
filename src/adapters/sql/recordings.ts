// Recordings: the index of all footage. Every query here stays fast at a million rows.

import type { ExpressionBuilder, Kysely } from 'kysely';
import { branded } from '../../core/brand.ts';
import { maxRecordingMs } from '../../core/footage/recording.ts';
import { madeAt } from '../../core/identifiers.ts';
import type { RecordingRecords, Span } from '../../core/ports/records.ts';
import { addGarbage } from './footage.ts';
import { classOf, rankOf, recordingOf, rowOf } from './recording-rows.ts';
import type { Schema } from './schema.ts';
import { maybe, type Session } from './session.ts';

/** A recording is at most this long (its limit and one fragment more): where a search by start begins. */
const reachMs = maxRecordingMs + 60_000;

type Where = (eb: ExpressionBuilder<Schema, 'recordings'>) => ReturnType<typeof eb.and>;

/** How far a recording's begin lies from when its id was made, nearly always: a camera's clock, or the program's. */
const dayMs = 86_400_000;

/**
 * What `ask` finds of a recording: first among those that began within a day of when its id was made, which is in two or
 * three partitions where there is one a day, then among all.
 */
async function firstByDay<Row>(
  id: string,
  ask: (where: Where) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  const at = madeAt(id);
  const near: Where = (eb) =>
    eb.and([eb('start_at', '>=', (at ?? 0) - dayMs), eb('start_at', '<=', (at ?? 0) + dayMs)]);
  const found = at === null ? undefined : await ask(near);
  return found ?? ask((eb) => eb.and([]));
}

/** The index of all footage. */
export function recordingRecords(session: Session): RecordingRecords {
  const { db } = session;
  return { ...timeLine(db), ...retention(db), ...changes(session) };
}

function timeLine(
  db: Kysely<Schema>,
): Pick<
  RecordingRecords,
  'find' | 'list' | 'spans' | 'first' | 'last' | 'newestEndAt' | 'newest' | 'needsInit' | 'page'
> {
  return {
    async find(id) {
      const found = async (where: Where) =>
        db.selectFrom('recordings').selectAll().where('id', '=', id).where(where).executeTakeFirst();
      return maybe(await firstByDay(id, found), recordingOf);
    },
    async list(cameraId, span) {
      const rows = await db
        .selectFrom('recordings')
        .selectAll()
        .where(overlapping(cameraId, span))
        .orderBy('start_at')
        .execute();
      return rows.map(recordingOf);
    },
    async spans(cameraId, span) {
      const rows = await db
        .selectFrom('recordings')
        .select(['id', 'start_at', 'end_at', 'retention_rank'])
        .where(overlapping(cameraId, span))
        .orderBy('start_at')
        .execute();
      return rows.map((row) => ({
        id: branded(row.id),
        startAt: branded(row.start_at),
        endAt: branded(row.end_at),
        retentionClass: classOf(row.retention_rank),
      }));
    },
    async first(cameraId) {
      const row = await db
        .selectFrom('recordings')
        .selectAll()
        .where('camera_id', '=', cameraId)
        .orderBy('start_at')
        .limit(1)
        .executeTakeFirst();
      return maybe(row, recordingOf);
    },
    async last(cameraId) {
      const row = await db
        .selectFrom('recordings')
        .selectAll()
        .where('camera_id', '=', cameraId)
        .orderBy('start_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return maybe(row, recordingOf);
    },
    async newestEndAt() {
      const row = await db
        .selectFrom('recordings')
        .select('end_at')
        .orderBy('end_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return maybe(row, ({ end_at }) => branded(end_at));
    },
    async newest(limit, endedBefore) {
      const rows = await db
        .selectFrom('recordings')
        .selectAll()
        .$if(endedBefore !== undefined, (all) => all.where('end_at', '<', endedBefore ?? 0))
        .orderBy('end_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(recordingOf);
    },
    async needsInit(sha256, cameraIds) {
      if (cameraIds.length === 0) return false;
      const row = await db
        .selectFrom('recordings')
        .select('id')
        .where('init_sha256', '=', sha256)
        .where('camera_id', 'in', cameraIds)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async page(after, limit) {
      const rows = await db
        .selectFrom('recordings')
        .selectAll()
        .where('id', '>', after ?? '')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(recordingOf);
    },
  };
}

function retention(
  db: Kysely<Schema>,
): Pick<RecordingRecords, 'expired' | 'oldestUnheld' | 'oldestResolved' | 'totalBytes'> {
  const oldest = async (which: typeof unheld, limit: number) => {
    const rows = await db
      .selectFrom('recordings')
      .selectAll()
      .where(which)
      .orderBy('end_at')
      .limit(limit)
      .execute();
    return rows.map(recordingOf);
  };
  return {
    async expired(retentionClass, endedBefore, limit) {
      const rows = await db
        .selectFrom('recordings')
        .selectAll()
        .where('retention_rank', '=', rankOf(retentionClass))
        .where('end_at', '<', endedBefore)
        .where(unheld)
        .orderBy('end_at')
        .limit(limit)
        .execute();
      return rows.map(recordingOf);
    },
    oldestUnheld: (limit) => oldest(unheld, limit),
    oldestResolved: (limit) => oldest(unheldByUnresolved, limit),
    async totalBytes() {
      const { total } = await db
        .selectFrom('footage_totals')
        .select((eb) => eb.fn.sum<number | null>('size_bytes').as('total'))
        .executeTakeFirstOrThrow();
      return Number(total ?? 0);
    },
  };
}

function changes(session: Session): Pick<RecordingRecords, 'insert' | 'classify' | 'destroy'> {
  return {
    insert: (recording) =>
      session.atomically(async (tx) => {
        if (session.prepareDay !== null) await session.prepareDay(recording.startAt);
        await tx.insertInto('recordings').values(rowOf(recording)).execute();
        await addToTotal(tx, recording.cameraId, recording.sizeBytes);
      }),
    async classify(cameraId, span, retentionClass) {
      const rank = rankOf(retentionClass);
      await session.db
        .updateTable('recordings')
        .set({ retention_rank: rank })
        .where('retention_rank', '<', rank)
        .where(overlapping(cameraId, span))
        .execute();
    },
    destroy: (id, at) =>
      session.atomically(async (tx) => {
        const row = await firstByDay(id, (where) =>
          tx
            .deleteFrom('recordings')
            .where('id', '=', id)
            .where(where)
            .returning(['blob_key', 'camera_id', 'size_bytes'])
            .executeTakeFirst(),
        );
        if (row === undefined) return;
        await addToTotal(tx, row.camera_id, -row.size_bytes);
        await addGarbage(tx, row.blob_key, at);
      }),
  };
}

async function addToTotal(tx: Kysely<Schema>, cameraId: string, sizeBytes: number): Promise<void> {
  await tx
    .insertInto('footage_totals')
    .values({ camera_id: cameraId, size_bytes: sizeBytes })
    .onConflict((conflict) =>
      conflict
        .column('camera_id')
        .doUpdateSet((eb) => ({ size_bytes: eb('footage_totals.size_bytes', '+', sizeBytes) })),
    )
    .execute();
}

/**
 * Overlap as one range of the index by start: from the recording before `span.startAt − reachMs` (which
 * covers that one however long it is) to the end of the span.
 */
function overlapping(cameraId: string, span: Span) {
  const reach = span.startAt - reachMs;
  return (eb: ExpressionBuilder<Schema, 'recordings'>) => {
    const before = eb
      .selectFrom('recordings as before')
      .select((each) => each.fn.max('before.start_at').as('start_at'))
      .where('before.camera_id', '=', cameraId)
      .where('before.start_at', '<=', reach);
    return eb.and([
      eb('camera_id', '=', cameraId),
      eb('start_at', '>=', eb.fn.coalesce(before, eb.val(reach))),
      eb('start_at', '<', span.endAt),
      eb('end_at', '>', span.startAt),
    ]);
  };
}

function unheld(eb: ExpressionBuilder<Schema, 'recordings'>) {
  return eb.not(eb.exists(holdsOver(eb)));
}

function unheldByUnresolved(eb: ExpressionBuilder<Schema, 'recordings'>) {
  return eb.not(
    eb.exists(
      holdsOver(eb).where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('incidents')
              .select('incidents.id')
              .whereRef('incidents.id', '=', 'holds.incident_id')
              .where('incidents.state', '=', 'resolved'),
          ),
        ),
      ),
    ),
  );
}

function holdsOver(eb: ExpressionBuilder<Schema, 'recordings'>) {
  return eb
    .selectFrom('holds')
    .select('holds.id')
    .whereRef('holds.camera_id', '=', 'recordings.camera_id')
    .whereRef('holds.start_at', '<', 'recordings.end_at')
    .whereRef('holds.end_at', '>', 'recordings.start_at');
}
