// Work that is done again and again: every so often, or whenever something asks for it.

import { complaint } from './complaint.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';

export interface RepeatOptions {
  readonly everyMs: number;
  /** Whether the work is done at once, or only after the first pause. Default: `now`. */
  readonly first?: 'now' | 'later';
  /** What the log says where the work fails, of a service that is away once; it is done again all the same. */
  readonly failed: string;
}

export interface Repeated {
  /** Ends the pause, and resolves when the work under way is over. */
  stop(): Promise<void>;
}

/** Does `work` again and again, `everyMs` after it ended each time. What it throws is logged. */
export function repeat(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  { everyMs, first = 'now', failed }: RepeatOptions,
  work: () => Promise<void> | void,
): Repeated {
  const stopping = new AbortController();
  const { signal } = stopping;
  const complaining = complaint({ clock, log }, { says: failed });
  async function once(): Promise<void> {
    try {
      await work();
      complaining.well();
    } catch (error) {
      complaining.failed(error);
    }
  }
  async function run(): Promise<void> {
    if (first === 'now') await once();
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal).catch(() => {});
      if (!signal.aborted) await once();
    }
  }
  const running = run();
  return {
    stop() {
      stopping.abort(new Error('It is done no more.'));
      return running;
    },
  };
}

/**
 * Runs `work` again after the run under way, however often it was called meanwhile. Each call resolves or rejects as
 * the run that began after it; one that fails keeps none after it from running.
 */
export function onePerTime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;
  function run(): Promise<void> {
    waiting = null;
    running = work().finally(() => {
      running = null;
    });
    return running;
  }
  return () => {
    if (running === null) return run();
    waiting ??= running.then(run, run);
    return waiting;
  };
}
