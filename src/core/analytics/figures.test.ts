import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { counted, falseAlarmRate, noOutcomes, percentile, waitFigures } from './figures.ts';

test('the rate leaves out tests and what is not resolved, and is nothing where nothing was judged', () => {
  assert.equal(falseAlarmRate(noOutcomes), null);
  assert.equal(falseAlarmRate({ ...noOutcomes, tests: 9, unresolved: 4 }), null);
  const outcomes = counted(counted(counted(noOutcomes, 'false-alarm', 3), 'intrusion', 1), 'test', 8);
  assert.equal(falseAlarmRate(outcomes), 0.75);
});

test('median and p90 are the nearest rank, whatever the order', () => {
  assert.deepEqual(waitFigures([]), { count: 0, medianMs: null, p90Ms: null });
  assert.deepEqual(waitFigures([100, 9, 20]), { count: 3, medianMs: 20, p90Ms: 100 });
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  assert.deepEqual(waitFigures(ten.toReversed()), { count: 10, medianMs: 5, p90Ms: 9 });
});

test('a percentile is one of the values, and at least that part of all does not exceed it', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, part) => {
      const found = percentile(Float64Array.from(all).toSorted(), part);
      assert.ok(found !== null && all.includes(found));
      assert.ok(all.filter((value) => value <= found).length >= part * all.length);
    }),
  );
});
