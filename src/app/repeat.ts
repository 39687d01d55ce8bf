// Work that is done now and again after every pause, until it is stopped.

import type { Clock } from '../core/ports/clock.ts';

/** Runs `work` now and `everyMs` after it ended each time. `work` must not throw. */
export function repeat(clock: Clock, everyMs: number, work: () => Promise<void>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await work();
      await clock.sleep(everyMs, stopping.signal).catch(() => {});
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
