// Tests that people send to try something out are counted: each reaches somebody, or wakes the street.

import { VedetteError } from '../core/errors.ts';
import type { Cache } from '../core/ports/cache.ts';

/** At most `limit` in `windowMs`. */
export interface TestRule {
  readonly windowMs: number;
  readonly limit: number;
}

/** Counts one more test of what `key` names. Errors: `too-many-requests`. */
export async function requireFewTests(
  cache: Cache,
  key: string,
  { windowMs, limit }: TestRule,
): Promise<void> {
  const { count, leftMs } = await cache.increment(key, windowMs);
  if (count > limit) throw new VedetteError('too-many-requests', undefined, { retryAfterMs: leftMs });
}
