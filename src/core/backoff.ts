// Back-off: how long to wait before the next attempt.

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Wait before attempt `failures + 1`, in whole ms: doubled each time, half of it random so that those who wait do not come in
 * step.
 */
export function backoffMs({ firstMs, maxMs }: Backoff, failures: number, random: () => number): number {
  const fullMs = Math.min(maxMs, firstMs * 2 ** Math.max(0, failures - 1));
  // Times of day are made of it, and a database keeps those in whole ms.
  return Math.ceil(fullMs / 2 + (random() * fullMs) / 2);
}
