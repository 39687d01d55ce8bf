// The manual clock: time passes when a test says so.

import { setImmediate } from 'node:timers/promises';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** Turns of the event loop after each woken sleeper: enough for chains of promises and immediate callbacks. */
const settleTurns = 3;

export interface ManualClock extends Clock {
  /**
   * Lets `ms` pass on both clocks. Sleeps that fall due resolve in order of their time, each at its time, and
   * promises settle between them (not those that wait for a thread or a socket).
   */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock `ms` forward (or back, where negative); no time passes. */
  step(ms: number): void;
  /** Sleeps under way. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that begins at `startMs` (milliseconds since 1970) and stands still until it is advanced. */
export function manualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let passedMs = 0;
  let steppedMs = 0;
  let advancing: Promise<void> = Promise.resolve();
  const sleepers = new Set<Sleeper>();

  async function pass(ms: number): Promise<void> {
    const targetMs = passedMs + ms;
    await settle();
    for (let next = earliest(sleepers); next !== null && next.dueMs <= targetMs; next = earliest(sleepers)) {
      passedMs = Math.max(passedMs, next.dueMs);
      sleepers.delete(next);
      next.wake();
      await settle();
    }
    passedMs = targetMs;
    await settle();
  }

  return {
    now: () => branded<EpochMs>(startMs + steppedMs + Math.floor(passedMs)),
    monotonicMs: () => passedMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const sleeper: Sleeper = {
          dueMs: passedMs + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
        if (ms > 0) sleepers.add(sleeper);
        else globalThis.setImmediate(sleeper.wake);
      }),
    quality: async () => 'synchronized',
    advance: (ms) => {
      advancing = advancing.then(() => pass(ms));
      return advancing;
    },
    step: (ms) => {
      steppedMs += ms;
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}

/** The sleeper due first; among equals the one that fell asleep first. */
function earliest(sleepers: Iterable<Sleeper>): Sleeper | null {
  let found: Sleeper | null = null;
  for (const sleeper of sleepers) {
    if (found === null || sleeper.dueMs < found.dueMs) found = sleeper;
  }
  return found;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < settleTurns; turn += 1) await setImmediate();
}
