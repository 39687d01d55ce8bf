// Complaints: what goes wrong again and again while a service is away is said once, and once more when it is over.

import { type ErrorCode, errorCode } from './errors.ts';
import type { Clock } from './ports/clock.ts';
import type { Log, LogFields } from './ports/log.ts';

/** What fails with these waits for a service, which is away for everybody. */
const awayCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['records-unavailable', 'cache-unavailable', 'queue-unavailable'] as const),
  ...(['blobs-unavailable', 'key-unavailable', 'broker-unavailable'] as const),
]);

/** Whether `error` says that a service is away. */
export function isAway(error: unknown): boolean {
  return awayCodes.has(errorCode(error));
}

/** What went wrong so short a time ago, in ms, is not over: of many who wait for a service some go well meanwhile. */
export const quietMs = 5_000;

/** Who failed and was not heard of for so long, in ms, is there no more: nobody waits for it to be well. */
const forgottenMs = 300_000;

export interface ComplaintOptions {
  /** The sentence; all in this process who say the same one share it. */
  readonly says: string;
  /** Of what, where what is said of one says nothing of another; those who say it of the same share it. */
  readonly of?: string;
  /** Default: `error`. */
  readonly level?: 'warn' | 'error';
  /** Which errors are said once only; the others are said each time. Default: those of a service that is away. */
  readonly isOfAway?: (error: unknown) => boolean;
}

export interface Complaint {
  /** It went wrong: said aloud the first time, and for whoever looks closely after that. */
  failed(error: unknown, fields?: LogFields): void;
  /**
   * It went well: where it did for all who failed, and goes wrong for nobody in the next seconds, that it is over is said, with
   * how often it happened and for how long.
   */
  well(): void;
  /** It is tried no more: nobody waits for it to go well. */
  giveUp(): void;
}

/** What goes wrong just now under one sentence. */
interface Trouble {
  /** Who failed and was not well since; and when they failed last. */
  readonly failing: Map<object, number>;
  sinceMs: number;
  lastMs: number;
  times: number;
  /** Ends the wait for whether it is over; null where nobody waits for that. */
  over: AbortController | null;
}

type Time = Pick<Clock, 'monotonicMs' | 'sleep'>;

/** By clock, for a process has one, and by sentence. */
const troubles = new WeakMap<Time, Map<string, Trouble>>();

function troubleOf(clock: Time, says: string): Trouble {
  const known = troubles.get(clock) ?? new Map<string, Trouble>();
  troubles.set(clock, known);
  const trouble = known.get(says) ?? { failing: new Map(), sinceMs: 0, lastMs: 0, times: 0, over: null };
  known.set(says, trouble);
  return trouble;
}

/** A complaint of somebody who tries the same again and again: one for each of them. */
export function complaint(
  { clock, log }: { readonly clock: Time; readonly log: Log },
  { says, of = '', level = 'error', isOfAway = isAway }: ComplaintOptions,
): Complaint {
  const trouble = troubleOf(clock, `${says}\n${of}`);
  const self = {};

  function forgetTheGone(nowMs: number): void {
    for (const [who, lastMs] of trouble.failing) {
      if (nowMs - lastMs > forgottenMs) trouble.failing.delete(who);
    }
  }

  return {
    failed(error, fields = {}) {
      const said = error === undefined ? fields : { ...fields, error };
      if (!isOfAway(error)) return log[level](says, said);
      const nowMs = clock.monotonicMs();
      forgetTheGone(nowMs);
      const isFirst = trouble.failing.size === 0 && trouble.over === null;
      trouble.over?.abort();
      trouble.over = null;
      if (isFirst) Object.assign(trouble, { sinceMs: nowMs, times: 0 });
      trouble.times += 1;
      trouble.lastMs = nowMs;
      trouble.failing.set(self, nowMs);
      log[isFirst ? level : 'debug'](says, said);
    },
    well() {
      if (!trouble.failing.delete(self)) return;
      const nowMs = clock.monotonicMs();
      forgetTheGone(nowMs);
      if (trouble.failing.size > 0) return;
      const { times, sinceMs, lastMs } = trouble;
      const sayOver = () => log.info(`Over: ${says}`, { times, forMs: Math.round(nowMs - sinceMs) });
      const leftMs = lastMs + quietMs - nowMs;
      if (leftMs <= 0) return sayOver();
      const over = new AbortController();
      trouble.over = over;
      clock.sleep(leftMs, over.signal).then(
        () => {
          trouble.over = null;
          sayOver();
        },
        () => {},
      );
    },
    giveUp() {
      trouble.failing.delete(self);
    },
  };
}
