// Outgoing events: what waits to be told to integrators, and what was last told of cameras.

import { sql } from 'kysely';
import { branded, type CameraId } from '../../core/brand.ts';
import { type OutgoingEvent, outgoingTypes } from '../../core/outgoing/event.ts';
import type { OutgoingEventRecords, ToldCameraRecords } from '../../core/ports/records-outgoing.ts';
import { oneOf } from './columns.ts';
import type { OutgoingEventRow } from './schema.ts';
import type { Session } from './session.ts';

/** Rows of one statement: below the number of parameters that any engine takes. */
const rowsAtOnce = 500;

/** `added` is called after events were added; the caller makes sure that it is only acted on after commit. */
export function outgoingEventRecords(session: Session, added: () => void): OutgoingEventRecords {
  const { db } = session;
  return {
    async add(events) {
      if (events.length === 0) return;
      await session.atomically(async (tx) => {
        for (let from = 0; from < events.length; from += rowsAtOnce) {
          const rows = events.slice(from, from + rowsAtOnce).map(rowOf);
          await tx.insertInto('outgoing_events').values(rows).execute();
        }
      });
      added();
    },
    async list(limit, except = []) {
      const rows = await db
        .selectFrom('outgoing_events')
        .selectAll()
        .$if(except.length > 0, (query) => query.where('organization_id', 'not in', except))
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map(eventOf);
    },
    async remove(ids) {
      if (ids.length > 0) await db.deleteFrom('outgoing_events').where('id', 'in', ids).execute();
    },
    drop: ({ before, keep }) =>
      session.atomically(async (tx) => {
        const newest = await tx
          .selectFrom('outgoing_events')
          .select('sequence')
          .orderBy('sequence', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (newest === undefined) return [];
        // Numbers have gaps where a transaction was undone: so about as many are kept, and never more.
        const lastDropped = newest.sequence - keep;
        const isLost = sql<boolean>`(sequence <= ${lastDropped} or happened_at < ${before})`;
        const lost = await tx
          .selectFrom('outgoing_events')
          .select(({ fn }) => [
            'organization_id',
            fn.countAll<number>().as('count'),
            fn.min('happened_at').as('from'),
            fn.max('happened_at').as('to'),
          ])
          .where(isLost)
          .groupBy('organization_id')
          .execute();
        if (lost.length > 0) await tx.deleteFrom('outgoing_events').where(isLost).execute();
        return lost.map((row) => ({
          organizationId: branded(row.organization_id),
          count: Number(row.count),
          from: branded(Number(row.from)),
          to: branded(Number(row.to)),
        }));
      }),
  };
}

/** What was last told of cameras. */
export function toldCameraRecords({ db, atomically }: Session): ToldCameraRecords {
  return {
    async list() {
      const rows = await db.selectFrom('told_cameras').selectAll().execute();
      return new Map(rows.map((row) => [branded<CameraId>(row.camera_id), row.is_online === 1]));
    },
    put: (cameraId, isOnline) =>
      atomically(async (tx) => {
        const told = isOnline ? 1 : 0;
        const known = await tx
          .selectFrom('told_cameras')
          .select('is_online')
          .where('camera_id', '=', cameraId)
          .executeTakeFirst();
        if (known?.is_online === told) return false;
        await tx
          .insertInto('told_cameras')
          .values({ camera_id: cameraId, is_online: told })
          .onConflict((conflict) => conflict.column('camera_id').doUpdateSet({ is_online: told }))
          .execute();
        return true;
      }),
    async forget(cameraId) {
      await db.deleteFrom('told_cameras').where('camera_id', '=', cameraId).execute();
    },
  };
}

function rowOf(event: OutgoingEvent): Omit<OutgoingEventRow, 'sequence'> {
  return {
    ...{ id: event.id, type: event.type, organization_id: event.organizationId, site_id: event.siteId },
    ...{ camera_id: event.cameraId, subject: event.subject, happened_at: event.at, data: event.data },
  };
}

function eventOf(row: Omit<OutgoingEventRow, 'sequence'>): OutgoingEvent {
  return {
    ...{ id: branded(row.id), type: oneOf(outgoingTypes, row.type) },
    organizationId: branded(row.organization_id),
    siteId: row.site_id === null ? null : branded(row.site_id),
    cameraId: row.camera_id === null ? null : branded(row.camera_id),
    ...{ subject: row.subject, at: branded(row.happened_at), data: row.data },
  };
}
