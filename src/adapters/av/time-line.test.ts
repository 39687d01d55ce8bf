// The time line: decode times always grow, whatever the source says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { timeLine } from './time-line.ts';

const tick = { num: 1, den: 1000 };

test('times are given in ticks of the init segment', () => {
  const next = timeLine(tick, 90_000, 3600);
  assert.deepEqual(next({ pts: 80n, dts: 40n, duration: 40n }), {
    ptsTicks: 7200,
    dtsTicks: 3600,
    durationTicks: 3600,
  });
});

test('missing decode times go on from the last one', () => {
  const next = timeLine(tick, 1000, 40);
  next({ pts: 0n, dts: 0n, duration: 40n });
  assert.equal(next({ pts: 400n, dts: AV_NOPTS_VALUE, duration: 0n }).dtsTicks, 40);
  assert.equal(next({ pts: AV_NOPTS_VALUE, dts: AV_NOPTS_VALUE, duration: 0n }).ptsTicks, 80);
});

test('a decode time that is seconds away from its picture is a wrong guess', () => {
  const next = timeLine(tick, 1000, 40);
  next({ pts: 0n, dts: 0n, duration: 40n });
  assert.equal(next({ pts: 5000n, dts: 40n, duration: 40n }).dtsTicks, 5000);
});

test('a jump back of hours is passed on, for the recorder to cut there', () => {
  const next = timeLine(tick, 1000, 40);
  next({ pts: 7_200_000n, dts: 7_200_000n, duration: 40n });
  assert.equal(next({ pts: 0n, dts: 0n, duration: 40n }).dtsTicks, 0);
});

test('small disorder never makes time stand still or go back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 60 }), (jitter) => {
      const next = timeLine(tick, 1000, 40);
      let last = Number.NEGATIVE_INFINITY;
      for (const [index, noise] of jitter.entries()) {
        const time = BigInt(100_000 + index * 40 + noise);
        const { dtsTicks } = next({ pts: time, dts: time, duration: 40n });
        assert.ok(dtsTicks > last);
        last = dtsTicks;
      }
    }),
  );
});
