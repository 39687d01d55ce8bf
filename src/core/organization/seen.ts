// When somebody last called is kept to the minute: not every request is worth a write.

import type { EpochMs } from '../brand.ts';

const precisionMs = 60_000;

/** Whether a call at `now` should be noted. Where the clock was set back, it is noted anew. */
export function isWorthNoting(notedAt: EpochMs | null, now: EpochMs): boolean {
  return notedAt === null || Math.abs(now - notedAt) >= precisionMs;
}
