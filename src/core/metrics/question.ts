// Questions: figures that a service has to be asked for, so often at most, for so long at most, and never two at a time.

import type { Clock } from '../ports/clock.ts';

/** An answer stands for so long, in ms, however often it is asked for: some services take money or time for each. */
export const answerLifeMs = 15_000;
/** Longest that whoever reads waits for answers, in ms: below the 10 s that Prometheus gives a scrape. */
export const patienceMs = 4_000;
/** A question that is not answered at all is asked anew after this, in ms. */
const abandonMs = 60_000;

export interface Question<T> {
  /** The answer, where there is one that is fresh; null where the service is away, or takes too long. Never throws. */
  answer(): Promise<T | null>;
}

/** `failed` is told when an answer fails for the first time since one succeeded. */
export function question<T>(
  clock: Clock,
  ask: () => Promise<T>,
  failed: (error: unknown) => void,
): Question<T> {
  let known: { readonly value: T; readonly atMs: number } | null = null;
  let asking: { readonly done: Promise<void>; readonly sinceMs: number } | null = null;
  let askedMs = Number.NEGATIVE_INFINITY;
  let isWell = true;

  function begin(sinceMs: number): void {
    askedMs = sinceMs;
    const mine = { done: settled(), sinceMs };
    asking = mine;
    void mine.done.finally(() => {
      if (asking === mine) asking = null;
    });
  }

  async function settled(): Promise<void> {
    try {
      const value = await ask();
      known = { value, atMs: clock.monotonicMs() };
      isWell = true;
    } catch (error) {
      known = null;
      if (isWell) failed(error);
      isWell = false;
    }
  }

  function freshAt(nowMs: number): T | null {
    return known !== null && nowMs - known.atMs < answerLifeMs ? known.value : null;
  }

  return {
    async answer() {
      const nowMs = clock.monotonicMs();
      const fresh = freshAt(nowMs);
      if (fresh !== null) return fresh;
      const isHanging = asking !== null && nowMs - asking.sinceMs >= abandonMs;
      if ((asking === null && nowMs - askedMs >= answerLifeMs) || isHanging) begin(nowMs);
      if (asking !== null) await atMost(clock, asking.done, patienceMs - (nowMs - asking.sinceMs));
      // An answer of before that is asked for anew says nothing of now.
      return freshAt(clock.monotonicMs());
    },
  };
}

async function atMost(clock: Clock, work: Promise<void>, ms: number): Promise<void> {
  if (ms <= 0) return;
  const over = new AbortController();
  await Promise.race([work, clock.sleep(ms, over.signal).catch(() => {})]);
  over.abort(new Error('It was answered.'));
}
