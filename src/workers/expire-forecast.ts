// Says so before the oldest footage has to be overwritten.

import { bytesLeft, type DiskLimits, type DiskUse, forecastMs } from '../core/footage/retention.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';

const hourMs = 3_600_000;

/** The growth that is taken to go on: long enough to even out a busy quarter of an hour. */
const windowMs = hourMs;

/** Less than this says nothing about growth. */
const shortestWindowMs = 5 * 60_000;

/** A warning comes this long before it happens: a working day to buy a disk or shorten the retention. */
const warnAheadMs = 24 * hourMs;

/** The same warning is not given again for so long. */
const warnAgainMs = 12 * hourMs;

export interface Forecast {
  /** Takes a sample; warns where the room ends within a day. */
  look(use: DiskUse): void;
  /** Footage was overwritten: says so, once for a while. */
  overwrote(count: number, bytes: number, sentence: string): void;
}

/** Watches how footage grows, and warns a day before the room ends. */
export function createForecast({ clock, log }: { clock: Clock; log: Log }, limits: DiskLimits): Forecast {
  const samples: { atMs: number; totalBytes: number }[] = [];
  const toldAtMs = new Map<string, number>();

  /** Warns, or only notes where the same was said a short while ago. */
  function tell(what: string, message: string, fields: Record<string, unknown>): void {
    const nowMs = clock.monotonicMs();
    const toldMs = toldAtMs.get(what);
    if (toldMs !== undefined && nowMs - toldMs < warnAgainMs) {
      log.debug(message, fields);
      return;
    }
    toldAtMs.set(what, nowMs);
    log.warn(message, fields);
  }

  return {
    look(use) {
      const atMs = clock.monotonicMs();
      samples.push({ atMs, totalBytes: use.totalBytes });
      while (atMs - (samples[0]?.atMs ?? atMs) > windowMs) samples.shift();
      const first = samples[0];
      const leftBytes = bytesLeft(use, limits);
      if (first === undefined || leftBytes === null || atMs - first.atMs < shortestWindowMs) return;
      const untilMs = forecastMs(leftBytes, use.totalBytes - first.totalBytes, atMs - first.atMs);
      if (untilMs === null || untilMs > warnAheadMs) return;
      const hours = Math.max(1, Math.round(untilMs / hourMs));
      const when = hours === 1 ? 'an hour' : `${hours} hours`;
      tell(
        'forecast',
        `The room for footage ends in about ${when}. Then the oldest footage that is not on hold is overwritten before its time.`,
        { leftBytes, hours },
      );
    },
    overwrote(count, bytes, sentence) {
      tell('overwrote', sentence, { recordings: count, bytes });
    },
  };
}
