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
  /** It went well: where it did for all who failed, that it is over is said, with how often it happened and for how long. */
  well(): void;
  /** It is tried no more: nobody waits for it to go well. */
  giveUp(): void;
}

/** What goes wrong just now under one sentence. */
interface Trouble {
  /** Who failed and was not well since; and when they failed last. */
  readonly failing: Map<object, number>;
  sinceMs: number;
  times: number;
}

type Time = Pick<Clock, 'monotonicMs'>;

/** By clock, for a process has one, and by sentence. */
const troubles = new WeakMap<Time, Map<string, Trouble>>();

function troubleOf(clock: Time, says: string): Trouble {
  const known = troubles.get(clock) ?? new Map<string, Trouble>();
  troubles.set(clock, known);
  const trouble = known.get(says) ?? { failing: new Map(), sinceMs: 0, times: 0 };
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
      const isFirst = trouble.failing.size === 0;
      if (isFirst) Object.assign(trouble, { sinceMs: nowMs, times: 0 });
      trouble.times += 1;
      trouble.failing.set(self, nowMs);
      log[isFirst ? level : 'debug'](says, said);
    },
    well() {
      if (!trouble.failing.delete(self)) return;
      const nowMs = clock.monotonicMs();
      forgetTheGone(nowMs);
      if (trouble.failing.size > 0) return;
      const { times, sinceMs } = trouble;
      log.info(`Over: ${says}`, { times, forMs: Math.round(nowMs - sinceMs) });
    },
    giveUp() {
      trouble.failing.delete(self);
    },
  };
}
