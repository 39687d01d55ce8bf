import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offeredDays } from './offered-days.ts';

test('fewer days than the most are offered, and what is set now', () => {
  assert.deepEqual(offeredDays({ pushedDays: null, mostPushedDays: 7 }), [1, 2, 3, 5]);
  assert.deepEqual(offeredDays({ pushedDays: 4, mostPushedDays: 3 }), [1, 2, 4]);
});
