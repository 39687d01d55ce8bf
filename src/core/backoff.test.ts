import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffMs } from './backoff.ts';

test('a wait is whole, at least half of what it is doubled to, and never longer than the longest', () => {
  const backoff = fc.record({
    firstMs: fc.integer({ min: 1, max: 10_000 }),
    maxMs: fc.integer({ min: 10_000, max: 600_000 }),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(backoff, fc.integer({ min: 0, max: 50 }), chance, (limits, failures, random) => {
      const waitMs = backoffMs(limits, failures, () => random);
      const fullMs = Math.min(limits.maxMs, limits.firstMs * 2 ** Math.max(0, failures - 1));
      assert.ok(Number.isInteger(waitMs));
      assert.ok(waitMs >= fullMs / 2 && waitMs <= fullMs, `${waitMs} of ${fullMs}`);
    }),
  );
});
