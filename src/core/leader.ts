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

/** A start that has not come to its end. */
interface Beginning {
  readonly begun: Promise<void>;
  readonly sinceMs: number;
  /** Nobody waits for it any more: what it begins is stopped. */
  isAbandoned: boolean;
}

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
 * an answer that does not come is not waited for. The lease is renewed while `start` takes its time, for a minute at most,
 * and what began after it was lost, or after `stop`, is stopped at once. A start that hangs is left alone a minute later, or a
 * second after `stop`: then it may be begun anew while the first is still under way. What it leads must bear that two lead for
 * a moment: a process may be held up between the end of its lease and noticing.
 */
export function leader(
  { clock, log }: LeaderDeps,
  { name, lease: held, ttlMs }: Leadership,
  start: () => Running | Promise<Running>,
): Running {
  const roundMs = leaseRoundMs(ttlMs);
  const stopping = new AbortController();
  let work: Running | null = null;
  let beginning: Beginning | null = null;
  let ending: Promise<void> | null = null;
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
    const began: Beginning = {
      sinceMs: clock.monotonicMs(),
      isAbandoned: false,
      begun: Promise.try(start)
        .then(async (started) => {
          if (began.isAbandoned) await started.stop();
          else work = started;
        })
        .catch(tell)
        .finally(() => {
          if (beginning === began) beginning = null;
          // Where it was lost meanwhile, another may lead by now: not a round longer.
          if (!held.isHeld) stopWork().catch(tell);
        }),
    };
    beginning = began;
  }

  async function giveUp(): Promise<void> {
    log.error('Work that one process leads takes too long to begin; another process may try', {
      ...{ work: name, longestStartMs },
    });
    await release();
    await end();
  }

  /** What has not begun yet cannot be stopped: it is waited for, but not for ever. */
  async function end(): Promise<void> {
    const late = beginning;
    const isLast = stopping.signal.aborted;
    if (late !== null) {
      await (isLast ? within(farewellMs, late.begun) : within(longestStartMs, late.begun, stopping.signal));
    }
    // Where it is stopped meanwhile, it is waited for once more: as long as a farewell takes.
    if (late !== null && beginning === late && isLast === stopping.signal.aborted) {
      late.isAbandoned = true;
      beginning = null;
    }
    await stopWork();
  }

  async function stopWork(): Promise<void> {
    const ended = work;
    work = null;
    if (ended !== null) {
      ending = ended.stop().finally(() => {
        ending = null;
      });
    }
    await ending;
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
    const released = (asking ?? Promise.resolve())
      .then(() => held.release())
      .catch((error: unknown) => log.debug('A lease could not be given up', { work: name, error }));
    await within(farewellMs, released);
  }

  async function within(ms: number, work: Promise<void>, signal?: AbortSignal): Promise<void> {
    const patience = new AbortController();
    const ended = AbortSignal.any([patience.signal, ...(signal === undefined ? [] : [signal])]);
    await Promise.race([work, clock.sleep(ms, ended).catch(() => {})]);
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
