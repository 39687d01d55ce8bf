// Work that may take so long and no longer.

import type { Clock } from '../core/ports/clock.ts';

/** Does `work` with a signal that aborts after `ms`, or with `signal`. */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeUp = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, done.signal).then(
    () => timeUp.abort(),
    () => {},
  );
  try {
    return await work(AbortSignal.any([signal, timeUp.signal]));
  } finally {
    done.abort();
  }
}
