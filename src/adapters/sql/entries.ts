// Entries: who came in, and what waits for it.

import { z } from 'zod';
import { branded, type CameraId, type DeviceId, type EpochMs } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { type Entry, entryStates, type Waiting } from '../../core/incident/entry.ts';
import { incidentKinds } from '../../core/incident/incident.ts';
import type { EntryRecords } from '../../core/ports/records-arming.ts';
import { armings } from '../../core/site/site.ts';
import { armedByColumns, armedByOf } from './armed-by.ts';
import { oneOf, parsedColumn } from './columns.ts';
import type { EntryRow } from './schema-sites.ts';
import { maybe, type Session } from './session.ts';

const time = z.number().transform((value) => branded<EpochMs>(value));

const waiting = z.array(
  z.object({
    since: time,
    trigger: z.object({
      organizationId: z.string(),
      siteId: z.string(),
      source: z.discriminatedUnion('by', [
        z.object({ by: z.literal('camera'), id: z.string(), name: z.string() }),
        z.object({ by: z.literal('sensor'), id: z.string(), name: z.string() }),
      ]),
      episodeId: z.string(),
      phase: z.enum(['began', 'continues', 'ended']),
      kind: z.enum(incidentKinds),
      startAt: time,
      lastSeenAt: time,
      bestScore: z.number(),
      felt: z.string().nullable(),
      touches: z.array(
        z.object({
          zoneId: z.string().nullable(),
          kind: z.enum(['watch', 'entry']),
          armings: z.array(z.enum(armings).exclude(['disarmed'])),
          since: time,
          until: time,
        }),
      ),
    }),
  }),
);

/** Entries of sites, running and ended. */
export function entryRecords({ db }: Session): EntryRecords {
  const entries = () => db.selectFrom('entries').selectAll();
  return {
    async insert(entry) {
      const inserted = await db
        .insertInto('entries')
        .values(rowOf(entry))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 0n) {
        throw new VedetteError('conflict', 'Another entry is running at this site.');
      }
    },
    async find(id) {
      return maybe(await entries().where('id', '=', id).executeTakeFirst(), entryOf);
    },
    async update(entry) {
      const result = await db
        .updateTable('entries')
        .set(rowOf(entry))
        .where('id', '=', entry.id)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
    async running(siteId) {
      const row = await entries()
        .where('site_id', '=', siteId)
        .where('state', '=', 'running')
        .executeTakeFirst();
      return maybe(row, entryOf);
    },
    async allRunning(organizationId) {
      const rows = await entries()
        .where('state', '=', 'running')
        .$if(organizationId !== undefined, (query) =>
          query.where('organization_id', '=', organizationId ?? ''),
        )
        .execute();
      return rows.map(entryOf);
    },
    async disarmedAt(siteId, at) {
      const row = await db
        .selectFrom('entries')
        .select('id')
        .where('site_id', '=', siteId)
        .where('state', '=', 'disarmed')
        .where('ended_at', '>=', at)
        .where('start_at', '<=', at)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    async list(siteId, limit, before) {
      const rows = await entries()
        .where('site_id', '=', siteId)
        .$if(before !== undefined, (query) => query.where('start_at', '<', before ?? branded<EpochMs>(0)))
        .orderBy('start_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(entryOf);
    },
  };
}

function rowOf(entry: Entry): EntryRow {
  const by = entry.endedBy === null ? null : armedByColumns(entry.endedBy);
  return {
    id: entry.id,
    organization_id: entry.organizationId,
    site_id: entry.siteId,
    start_at: entry.startAt,
    due_at: entry.dueAt,
    delay_ms: entry.delayMs,
    state: entry.state,
    ended_at: entry.endedAt,
    ended_by_kind: by?.kind ?? null,
    ended_by_id: by?.id ?? null,
    waiting: JSON.stringify(entry.waiting),
    snapshot_id: entry.snapshotId,
    snapshot_score: entry.snapshotScore,
    incident_id: entry.incidentId,
  };
}

function entryOf(row: EntryRow): Entry {
  return {
    id: branded(row.id),
    organizationId: branded(row.organization_id),
    siteId: branded(row.site_id),
    startAt: branded(row.start_at),
    dueAt: branded(row.due_at),
    delayMs: row.delay_ms,
    state: oneOf(entryStates, row.state),
    endedAt: row.ended_at === null ? null : branded(row.ended_at),
    endedBy: row.ended_by_kind === null ? null : armedByOf(row.ended_by_kind, row.ended_by_id),
    waiting: parsedWaiting(row.waiting),
    snapshotId: row.snapshot_id === null ? null : branded(row.snapshot_id),
    snapshotScore: row.snapshot_score,
    incidentId: row.incident_id === null ? null : branded(row.incident_id),
  };
}

function parsedWaiting(column: string): readonly Waiting[] {
  const parsed = waiting.safeParse(parsedColumn(column));
  if (!parsed.success) {
    throw new VedetteError('data-damaged', 'What waits for an entry is damaged.', { cause: parsed.error });
  }
  return parsed.data.map(({ since, trigger }) => ({ since, trigger: triggerOf(trigger) }));
}

type TriggerColumn = z.output<typeof waiting>[number]['trigger'];

function triggerOf(column: TriggerColumn): Waiting['trigger'] {
  const { source, touches } = column;
  return {
    ...column,
    organizationId: branded(column.organizationId),
    siteId: branded(column.siteId),
    source:
      source.by === 'camera'
        ? { ...source, id: branded<CameraId>(source.id) }
        : { ...source, id: branded<DeviceId>(source.id) },
    touches: touches.map(({ zoneId, ...touch }) => ({
      ...touch,
      zoneId: zoneId === null ? null : branded(zoneId),
    })),
  };
}
