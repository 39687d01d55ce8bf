// Waiting for footage to grow: a player asks for what comes next, and is answered the moment it is there.

import type { CameraId } from '../core/brand.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { OpenFootage } from '../core/ports/open-footage.ts';
import { maxGrowthWaitMs } from './limits.ts';

/**
 * What `read` gives as soon as it is `enough`, read again each time the camera's footage grows; after
 * `maxGrowthWaitMs`, or when `signal` aborts, whatever it gives then.
 */
export async function untilGrown<T>(
  { openFootage, clock }: { openFootage: OpenFootage; clock: Clock },
  cameraId: CameraId,
  signal: AbortSignal,
  read: () => Promise<T>,
  enough: (value: T) => boolean,
): Promise<T> {
  const deadline = clock.monotonicMs() + maxGrowthWaitMs;
  for (;;) {
    const done = new AbortController();
    const either = AbortSignal.any([signal, done.signal]);
    // Asked for before reading: what is written in between is not slept through.
    const grown = openFootage.grown(cameraId, either);
    try {
      const value = await read();
      const leftMs = deadline - clock.monotonicMs();
      if (enough(value) || leftMs <= 0 || signal.aborted) return value;
      const timeUp = clock.sleep(leftMs, either).catch(() => {});
      await Promise.race([grown, timeUp]);
    } finally {
      done.abort();
    }
  }
}
