// The clock of expiry: footage must not grow older because somebody set the wall clock forward.

import { branded, type EpochMs } from '../core/brand.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records, Span } from '../core/ports/records.ts';

/** Wall and monotonic time may differ by this between two sweeps: above what slewing and a slow sweep make of it. */
const toleratedMs = 600_000;

/** Jumps that are considered, the newest: a clock that is wrong more often has other troubles. */
const maxJumps = 100;

export interface ExpiryClock {
  /** The wall clock, and what of the time before it did not pass, newest first. */
  look(): Promise<{ readonly now: EpochMs; readonly jumps: readonly Span[] }>;
}

/**
 * Watches the wall clock from sweep to sweep. Time it jumps over is stored and never counts as age, also after a
 * restart. At the first look the newest footage is the reference: the time since then counts where the machine
 * keeps its clock by NTP, and otherwise not, for it may be the clock that is wrong.
 */
export function expiryClock({
  records,
  clock,
  log,
}: {
  records: Records;
  clock: Clock;
  log: Log;
}): ExpiryClock {
  let last: { readonly wall: EpochMs; readonly monotonicMs: number } | null = null;

  /** Where the wall clock should be now at the latest; null where nothing is known of it. */
  async function expected(monotonicMs: number): Promise<EpochMs | null> {
    if (last !== null) return branded<EpochMs>(Math.floor(last.wall + monotonicMs - last.monotonicMs));
    const newest = await records.recordings.newestEndAt();
    return newest === null || (await clock.quality()) === 'synchronized' ? null : newest;
  }

  return {
    async look() {
      const now = clock.now();
      const monotonicMs = clock.monotonicMs();
      const due = await expected(monotonicMs);
      if (due !== null && now - due > toleratedMs) {
        await records.clockJumps.insert({ startAt: due, endAt: now });
        log.warn(
          'The clock is ahead of the time that is known to have passed; footage does not expire by that difference',
          { aheadMs: now - due },
        );
      }
      last = { wall: now, monotonicMs };
      return { now, jumps: await records.clockJumps.list(maxJumps) };
    },
  };
}
