import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runsOf, timeTicks, wholeTicks } from './scale.ts';

test('an axis of counts has few round lines, from nothing to what is there', () => {
  assert.deepEqual(wholeTicks(0), [0, 1]);
  assert.deepEqual(wholeTicks(3), [0, 1, 2, 3]);
  assert.deepEqual(wholeTicks(37), [0, 10, 20, 30, 40]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (most) => {
      const ticks = wholeTicks(most);
      assert.ok(ticks.length >= 2 && ticks.length <= 6 && (ticks.at(-1) ?? 0) >= most);
      assert.ok(ticks.every(Number.isInteger));
    }),
  );
});

test('an axis of time counts in seconds, minutes and hours', () => {
  assert.deepEqual(timeTicks(55_000), [0, 15_000, 30_000, 45_000, 60_000]);
  assert.deepEqual(timeTicks(7_000_000).at(1), 1_800_000);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 90 * 86_400_000 }), (most) => {
      const ticks = timeTicks(most);
      assert.ok(ticks.length >= 2 && ticks.length <= 6 && (ticks.at(-1) ?? 0) >= most);
    }),
  );
});

test('a line is broken where a week has no value', () => {
  assert.deepEqual(runsOf([null, 1, 2, null, 3]), [
    [
      { index: 1, value: 1 },
      { index: 2, value: 2 },
    ],
    [{ index: 4, value: 3 }],
  ]);
  assert.deepEqual(runsOf([null]), []);
});
