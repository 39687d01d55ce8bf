// The pacer: the rate it keeps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import { pacer } from './pacer.ts';

function pick(intervalMs: number, frames: readonly number[]): number[] {
  const pace = pacer(intervalMs);
  return frames.filter((frame) => {
    const at = branded<EpochMs>(frame);
    if (!pace.due(at)) return false;
    pace.took(at);
    return true;
  });
}

const every = (stepMs: number, count: number) => Array.from({ length: count }, (_, index) => index * stepMs);

test('frames that do not fit the interval are picked early and late in turn, so that the rate holds', () => {
  assert.deepEqual(pick(500, every(200, 12)), [0, 600, 1000, 1600, 2000]);
  assert.equal(pick(200, every(40, 251)).length, 51);
});

test('time that goes back starts anew', () => {
  assert.deepEqual(pick(500, [10_000, 10_200, 3_000, 3_200, 3_600]), [10_000, 3_000, 3_600]);
});

test('whatever the frames, the rate is not exceeded by more than one frame, and no two are too close', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 2000 }),
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 200 }),
      (intervalMs, steps) => {
        let at = 0;
        const frames = steps.map((step) => (at += step));
        const picked = pick(intervalMs, frames);
        const spanMs = (frames.at(-1) ?? 0) - (frames[0] ?? 0);
        assert.ok(picked.length <= spanMs / intervalMs + 2);
        picked.slice(1).forEach((frame, index) => {
          assert.ok(frame - (picked[index] ?? 0) >= intervalMs / 2);
        });
      },
    ),
  );
});
