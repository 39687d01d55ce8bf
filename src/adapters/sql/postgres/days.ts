// Days: the partitions of the recordings, one a day (UTC) by when a recording begins.

import type { Log } from '../../../core/ports/log.ts';
import { locks } from './keeper.ts';
import type { Keeper } from './keeper.ts';

const dayMs = 86_400_000;
/** Made ahead, so that nobody waits at midnight, and a clock that is a little fast finds its day. */
const aheadDays = 2;
/** Empty ones of these last days stay: a recorder may still bring what it kept while it was offline. */
const keptDays = 3;
/** Attaching waits for no reader or writer; only for a drop, or another process that attaches. */
const makeWaitMs = 5_000;
/** What would wait behind a drop waits no longer than this; it is tried again at the next sweep. */
const dropWaitMs = 250;

export interface Days {
  /** Makes the partition for a recording that begins then, where it is not there. Whoever inserts calls it before. */
  ensure(startAt: number): Promise<void>;
  /** A partition that was there is gone: all are looked for again. */
  forget(): void;
  /** Makes those of the coming days and drops the empty ones of the past. */
  sweep(now: number): Promise<void>;
}

export function partitionsByDay(keeper: Keeper, log: Log): Days {
  const known = new Set<number>();
  const making = new Map<number, Promise<void>>();
  async function ensure(startAt: number): Promise<void> {
    const day = Math.floor(startAt / dayMs);
    if (known.has(day)) return;
    const begun = making.get(day) ?? make(keeper, day).finally(() => making.delete(day));
    making.set(day, begun);
    await begun;
    known.add(day);
  }
  return {
    ensure,
    forget: () => known.clear(),
    async sweep(now) {
      for (let ahead = 0; ahead <= aheadDays; ahead += 1) await ensure(now + ahead * dayMs);
      const oldest = Math.floor(now / dayMs) - keptDays;
      for (const day of (await existing(keeper)).filter((each) => each < oldest)) {
        known.delete(day);
        if (await dropIfEmpty(keeper, day))
          log.debug('An empty day of recordings was dropped', { day: nameOf(day) });
      }
    },
  };
}

/**
 * Attached, not made as a partition: attaching goes on beside readers and writers of the other days. Two processes
 * that need the same day take turns.
 */
async function make(keeper: Keeper, day: number): Promise<void> {
  const name = nameOf(day);
  await keeper.run(async (client) => {
    await client.query(`begin isolation level read committed`);
    await client.query(`set local lock_timeout = ${makeWaitMs}`);
    await client.query('select pg_advisory_xact_lock($1, $2)', locks.days);
    const { rows } = await client.query('select to_regclass($1) as found', [name]);
    if (rows[0]?.found === null) {
      await client.query(`create table ${name} (like recordings including defaults including constraints)`);
      await client.query(
        `alter table recordings attach partition ${name} for values from (${day * dayMs}) to (${(day + 1) * dayMs})`,
      );
    }
    await client.query('commit');
  });
}

/** Days by their partitions. */
async function existing(keeper: Keeper): Promise<readonly number[]> {
  return keeper.run(async (client) => {
    const { rows } = await client.query(
      `select relname from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'recordings'::regclass`,
    );
    return rows.flatMap(({ relname }) => (typeof relname === 'string' ? dayOf(relname) : []));
  });
}

/** Drops it where nothing is in it, without having anybody wait for longer than a moment. */
async function dropIfEmpty(keeper: Keeper, day: number): Promise<boolean> {
  const name = nameOf(day);
  return keeper.run(async (client) => {
    // A look that locks nobody out: most are not empty.
    if ((await client.query(`select from ${name} limit 1`)).rowCount !== 0) return false;
    await client.query('begin isolation level read committed');
    await client.query(`set local lock_timeout = ${dropWaitMs}`);
    try {
      await client.query('lock table recordings in access exclusive mode');
      const isEmpty = (await client.query(`select from ${name} limit 1`)).rowCount === 0;
      if (isEmpty) await client.query(`drop table ${name}`);
      await client.query('commit');
      return isEmpty;
    } catch (error) {
      await client.query('rollback');
      // Somebody reads or writes for longer: the next sweep comes.
      if (error instanceof Error && 'code' in error && error.code === '55P03') return false;
      throw error;
    }
  });
}

/** `recordings_2026_11_29`: for whoever looks into the database. */
function nameOf(day: number): string {
  return `recordings_${new Date(day * dayMs).toISOString().slice(0, -14).replaceAll('-', '_').replace('+', '')}`;
}

function dayOf(name: string): number[] {
  const [, year, month, date] = /^recordings_(_?\d+)_(\d\d)_(\d\d)$/.exec(name) ?? [];
  if (year === undefined) return [];
  const ms = Date.UTC(Number(year.replace('_', '-')), Number(month) - 1, Number(date));
  return [ms / dayMs];
}
