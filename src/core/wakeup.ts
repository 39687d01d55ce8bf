// A wake-up: lets a loop sleep until there is something to do, without losing a call that came too early.

import type { Clock } from './ports/clock.ts';

export interface Wakeup {
  /** Ends the wait under way, or the next one. Calls before that count once. */
  call(): void;
  /** Waits for a call, at most `ms`; `null` waits as long as it takes. One waiter at a time. */
  wait(ms: number | null): Promise<void>;
}

export function wakeup({ clock }: { clock: Clock }): Wakeup {
  let called = false;
  let waiting: AbortController | null = null;
  return {
    call() {
      called = true;
      waiting?.abort();
    },
    async wait(ms) {
      if (!called) {
        const own = new AbortController();
        waiting = own;
        await (ms === null ? aborted(own.signal) : napped(clock, ms, own.signal));
        waiting = null;
      }
      called = false;
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function napped(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
