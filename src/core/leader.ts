// Leaders: work that runs in one of several processes, and moves to another when that one ends.

import { type Lease, type LeaseOptions, lease, leaseRoundMs } from './lease.ts';
import type { Cache } from './ports/cache.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';

/** Work that goes on until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

export interface LeaderDeps {
  readonly cache: Cache;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Begins `start` whenever this process gets the lease, and stops what it began when it loses it. What it leads must bear
 * that two lead for a moment: a process may be held up between the end of its lease and noticing.
 */
export function leader(
  deps: LeaderDeps,
  options: LeaseOptions,
  start: () => Running | Promise<Running>,
): Running {
  const { clock, log } = deps;
  const held = lease(deps, options);
  const stopping = new AbortController();
  let work: Running | null = null;

  async function follow(leads: boolean): Promise<void> {
    if (leads && work === null) {
      log.debug('This process leads', { work: options.name });
      work = await start();
    } else if (!leads && work !== null) {
      log.warn('Another process leads now, or the cache does not answer', { work: options.name });
      await end();
    }
  }

  async function end(): Promise<void> {
    const ended = work;
    work = null;
    await ended?.stop();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await follow(await rounded(held, log)).catch((error: unknown) =>
        log.error('Work that one process leads could not begin or end', { work: options.name, error }),
      );
      await clock.sleep(leaseRoundMs(options.ttlMs), stopping.signal).catch(() => {});
    }
    await end();
    await held
      .release()
      .catch((error: unknown) => log.debug('A lease could not be given up; it ends by itself', { error }));
  }

  const running = run();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

/** Whether the lease is held after a round; while the cache does not answer, as long as it is certain. */
async function rounded(held: Lease, log: Log): Promise<boolean> {
  try {
    return await held.round();
  } catch (error) {
    log.warn('The cache does not answer; leases are held until they end', { error });
    return held.isHeld;
  }
}
