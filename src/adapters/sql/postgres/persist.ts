// Persistence: what may be tried again is, with pauses that grow and differ, until it is done or it takes too long.

import { backoffMs } from '../../../core/backoff.ts';
import { VedetteError } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import { failureKind, translated } from './errors.ts';

/** Others hold what this needs for a few milliseconds; with every loss more of them are in the way. */
const contention = { firstMs: 4, maxMs: 100 };
/** A server that is gone comes back in seconds. */
const absence = { firstMs: 50, maxMs: 1_000 };
/** A transaction that lost so often meets more than chance: something is wrong with what it reads. */
const maxLosses = 40;

export interface Persistence {
  /** Does `work` until it succeeds, or fails with something that `mayAgain` refuses. What it throws is translated. */
  untilDone<T>(work: () => Promise<T>, mayAgain: (error: unknown) => boolean): Promise<T>;
  /** Does `work`, which changes nothing, until the server is there. */
  untilThere<T>(work: () => Promise<T>): Promise<T>;
  /** Ends every pause: what waits fails. */
  stop(): void;
}

export function persistence(clock: Clock, random: () => number, patienceMs: number): Persistence {
  const stopping = new AbortController();
  async function untilDone<T>(work: () => Promise<T>, mayAgain: (error: unknown) => boolean): Promise<T> {
    const beganMs = clock.monotonicMs();
    for (let failures = 1; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        if (!mayAgain(error) || failures >= maxLosses || stopping.signal.aborted) throw translated(error);
        if (clock.monotonicMs() - beganMs >= patienceMs) throw translated(error);
        const pause = failureKind(error) === 'gone' ? absence : contention;
        await clock.sleep(backoffMs(pause, failures, random), stopping.signal).catch((cause: unknown) => {
          throw new VedetteError('records-unavailable', 'The database was closed.', { cause });
        });
      }
    }
  }
  return {
    untilDone,
    untilThere: (work) => untilDone(work, (error) => failureKind(error) === 'gone'),
    stop: () => stopping.abort(new Error('The database was closed.')),
  };
}
