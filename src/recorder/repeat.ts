// Work that is done again and again: every so often, or whenever something asks for it.

import type { Clock } from '../core/ports/clock.ts';

/** Does `work` every `intervalMs` until `signal` aborts, one at a time. */
export async function every(
  clock: Clock,
  intervalMs: number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(intervalMs, signal).catch(() => {});
    if (!signal.aborted) await work();
  }
}

/** Runs `work` again after the run under way, however often it was called meanwhile. */
export function onePerTime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;
  const run = (): Promise<void> => {
    running = work().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (running === null) return run();
    waiting ??= running.then(() => {
      waiting = null;
      return run();
    });
    return waiting;
  };
}
