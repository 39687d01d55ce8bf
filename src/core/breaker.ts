// A circuit breaker: a service that does not answer is asked by one caller at a time, and the others are told at once.

import type { Clock } from './ports/clock.ts';

/** `closed`: everybody may ask. `open`: nobody. `half-open`: one asks, to see whether it is back. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface BreakerOptions {
  readonly clock: Clock;
  /** So many failures one after the other open it. */
  readonly failures: number;
  /** An answer that takes longer opens it by itself. */
  readonly timeoutMs: number;
  /** After this somebody may try again. */
  readonly restMs: number;
  /** Whether an error says that the service is away, and not that the question was wrong. */
  readonly isFailure: (error: unknown) => boolean;
  /** What callers are told meanwhile, and who waited too long. */
  readonly away: () => Error;
}

export interface Breaker {
  readonly state: BreakerState;
  /** Does `work` where it may. Errors: those of `work`, and `away()`. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * `breaker` for callers who have somebody else ask whether the service is back: while it is away all of them are told
 * so at once, and none waits for a time-out to find out.
 */
export function forCallers(breaker: Breaker, away: () => Error): Breaker {
  return {
    get state() {
      return breaker.state;
    },
    run: async (work) => {
      if (breaker.state !== 'closed') throw away();
      return breaker.run(work);
    },
  };
}

/** Why nobody waits for the time to be over any more. One for all: to make one costs as much as a question to a cache. */
const answeredInTime = new Error('It answered in time.');

export function breaker(options: BreakerOptions): Breaker {
  const { clock, failures, timeoutMs, restMs, isFailure, away } = options;
  let state: BreakerState = 'closed';
  let failed = 0;
  let openedMs = 0;

  function open(): void {
    state = 'open';
    openedMs = clock.monotonicMs();
  }

  function note(isWell: boolean): void {
    failed = isWell ? 0 : failed + 1;
    if (isWell) state = 'closed';
    else if (state === 'half-open' || failed >= failures) open();
  }

  async function answered<T>(work: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    const late = clock.sleep(timeoutMs, over.signal).then(() => {
      open();
      throw away();
    });
    late.catch(() => {});
    const answer = work();
    answer.catch(() => {});
    try {
      return await Promise.race([answer, late]);
    } finally {
      over.abort(answeredInTime);
    }
  }

  return {
    get state() {
      return state;
    },
    async run(work) {
      const mayTry = state === 'open' && clock.monotonicMs() - openedMs >= restMs;
      if (state !== 'closed' && !mayTry) throw away();
      if (mayTry) state = 'half-open';
      try {
        const value = await answered(work);
        note(true);
        return value;
      } catch (error) {
        // An answer that says no is an answer all the same.
        if (state !== 'open') note(!isFailure(error));
        throw error;
      }
    },
  };
}
