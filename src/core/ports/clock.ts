// The clock: time is an argument, so that tests never sleep.

import type { EpochMs } from '../brand.ts';

export interface Clock {
  /** Wall-clock time, UTC. May jump when the machine's clock is set. */
  now(): EpochMs;
  /** Milliseconds that never go back and are never set; only differences mean something. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with `signal.reason` when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Whether the machine keeps its clock by NTP. */
  quality(): Promise<'synchronized' | 'unsynchronized' | 'unknown'>;
}
