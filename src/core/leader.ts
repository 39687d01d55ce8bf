// Leaders: work that runs in one of several processes, and moves to another when that one ends.

import { type Lease, leaseRoundMs } from './lease.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';

/** Work that goes on until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

/** Longest that giving up a lease may take. */
const farewellMs = 1_000;
/** Work that takes longer to begin hangs here: another process may have better luck. */
const longestStartMs = 60_000;

export interface LeaderDeps {
  readonly clock: Clock;
  readonly log: Log;
}

export interface Leadership {
  /** What is led, for the log. */
  readonly name: string;
  readonly lease: Lease;
  readonly ttlMs: number;
}

/**
 * Begins `start` whenever this process gets the lease, and stops what it began when it loses it, or cannot be certain of it:
 * an answer that does not come is not waited for. The lease is renewed while `start` takes its time, for a minute at most, and
 * what began after it was lost is stopped at once. What it leads must bear that two lead for a moment: a process may be held
 * up between the end of its lease and noticing.
 */
export function leader(
  { clock, log }: LeaderDeps,
  { name, lease: held, ttlMs }: Leadership,
  start: () => Running | Promise<Running>,
): Running {
  const roundMs = leaseRoundMs(ttlMs);
  const stopping = new AbortController();
  let work: Running | null = null;
  let beginning: { readonly begun: Promise<void>; readonly sinceMs: number } | null = null;
  let asking: Promise<void> | null = null;
  let isAnswered = true;

  async function follow(): Promise<void> {
    if (held.isHeld) {
      if (work === null) begin();
      if (beginning !== null && clock.monotonicMs() - beginning.sinceMs > longestStartMs) await giveUp();
    } else if (work !== null || beginning !== null) {
      // No alarm: whoever is held up for a moment, as at a start, loses it and takes it again.
      log.info('Another process leads now, or nobody knows who does', { work: name });
      await end();
    }
  }

  /** Not waited for: the lease is renewed meanwhile. */
  function begin(): void {
    if (beginning !== null) return;
    log.debug('This process leads', { work: name });
    const begun = Promise.try(start)
      .then(async (started) => {
        work = started;
        // Where it was lost meanwhile, another may lead by now: not a round longer.
        if (!held.isHeld) await stopWork();
      })
      .catch(tell)
      .finally(() => {
        beginning = null;
      });
    beginning = { begun, sinceMs: clock.monotonicMs() };
  }

  async function giveUp(): Promise<void> {
    log.error('Work that one process leads takes too long to begin; another process may try', {
      ...{ work: name, longestStartMs },
    });
    await release();
    await end();
  }

  /** What has not begun yet cannot be stopped: it is waited for. */
  async function end(): Promise<void> {
    await beginning?.begun;
    await stopWork();
  }

  async function stopWork(): Promise<void> {
    const ended = work;
    work = null;
    await ended?.stop();
  }

  function tell(error: unknown): void {
    log.error('Work that one process leads could not begin or end', { work: name, error });
  }

  /** One question at a time: where answers do not come, questions must not pile up. */
  function ask(): Promise<void> {
    asking ??= held
      .round()
      .then(
        () => {
          isAnswered = true;
        },
        (error: unknown) => {
          if (isAnswered) log.warn('Nobody can be asked who leads', { work: name, error });
          isAnswered = false;
        },
      )
      .finally(() => {
        asking = null;
      });
    return asking;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const pause = clock.sleep(roundMs, stopping.signal).catch(() => {});
      await Promise.race([ask(), pause]);
      if (stopping.signal.aborted) break;
      await follow().catch(tell);
      await pause;
    }
    await end();
    await release();
  }

  /** Whoever is asked may be away for long, and a lease that is not given up ends by itself. */
  async function release(): Promise<void> {
    const patience = new AbortController();
    const released = (asking ?? Promise.resolve())
      .then(() => held.release())
      .catch((error: unknown) => log.debug('A lease could not be given up', { work: name, error }));
    await Promise.race([released, clock.sleep(farewellMs, patience.signal).catch(() => {})]);
    patience.abort();
  }

  const running = run();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}
