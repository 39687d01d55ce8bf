// Waiting for a network: in the machine's time, for brokers know no other.

import { setTimeout } from 'node:timers/promises';
import { queueFailure } from './failure.ts';

/** Pause before a broker is asked again. */
const againMs = 250;

/** Waits `ms`, or until `signal` is aborted. */
export async function pause(signal: AbortSignal, ms = againMs): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}

/** Whether `work` ended, one way or the other, within `ms`. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const ended = work.then(
    () => true,
    () => true,
  );
  const late = setTimeout(ms, false, { signal: over.signal }).catch(() => false);
  const result = await Promise.race([ended, late]);
  over.abort();
  return result;
}

/** `work`, again for `ms` while Kafka is not available. Errors: `queue-unavailable`, and others at once. */
export async function persistently<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const patience = AbortSignal.timeout(ms);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const failure = queueFailure(error);
      if (patience.aborted || failure.code !== 'queue-unavailable') throw failure;
      await pause(patience, 100);
    }
  }
}
