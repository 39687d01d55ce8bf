// Counting in lots: what comes a thousand times a second asks the shared counter once in fifty times.

import { VedetteError } from '../core/errors.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Clock } from '../core/ports/clock.ts';

export interface LotRule {
  readonly windowMs: number;
  /** A multiple of `perLot`. */
  readonly limit: number;
  /** Turns that a process draws at once. What it has drawn and not used by the end of a window is lost. */
  readonly perLot: number;
}

export interface Lots {
  /** Takes one turn of whom `key` names. Errors: `too-many-requests` with what to say, those of the cache. */
  take(key: string, refusal: string): Promise<void>;
}

/** Those who still have turns are remembered; of more than these the oldest draw a lot anew. */
const maxRemembered = 10_000;

interface Lot {
  left: number;
  readonly untilMs: number;
}

/** All processes together give at most `limit` turns in a window, and fewer by less than one lot a process. */
export function lots(
  { cache, clock }: { cache: Pick<Cache, 'increment'>; clock: Pick<Clock, 'monotonicMs'> },
  { windowMs, limit, perLot }: LotRule,
): Lots {
  const drawn = new Map<string, Lot>();
  const drawing = new Map<string, Promise<void>>();

  async function draw(key: string, refusal: string): Promise<void> {
    const { count, leftMs } = await cache.increment(key, windowMs);
    if (count * perLot > limit)
      throw new VedetteError('too-many-requests', refusal, { retryAfterMs: leftMs });
    drawn.delete(key);
    drawn.set(key, { left: perLot, untilMs: clock.monotonicMs() + leftMs });
    const [oldest] = drawn.keys();
    if (drawn.size > maxRemembered && oldest !== undefined) drawn.delete(oldest);
  }

  return {
    async take(key, refusal) {
      for (;;) {
        const lot = drawn.get(key);
        if (lot !== undefined && lot.left > 0 && clock.monotonicMs() < lot.untilMs) {
          lot.left -= 1;
          return;
        }
        const one = drawing.get(key) ?? draw(key, refusal).finally(() => drawing.delete(key));
        drawing.set(key, one);
        await one;
      }
    },
  };
}
