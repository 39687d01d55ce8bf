import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockContract } from '../../core/ports/clock.contract.ts';
import { manualClock } from './clock.ts';

clockContract('manual clock', () => {
  const clock = manualClock();
  return { clock, pass: (ms) => clock.advance(ms) };
});

test('both clocks stand still until they are advanced, and advance together', async () => {
  const clock = manualClock(1_767_225_600_000);
  assert.equal(clock.now(), 1_767_225_600_000);
  await clock.advance(1_500);
  assert.equal(clock.now(), 1_767_225_601_500);
  assert.equal(clock.monotonicMs(), 1_500);
});

test('a step moves only the wall clock and wakes nobody', async () => {
  const clock = manualClock(1_767_225_600_000);
  let woken = false;
  clock.sleep(1_000).then(() => {
    woken = true;
  });
  clock.step(-60_000);
  await clock.advance(999);
  assert.equal(clock.now(), 1_767_225_600_000 - 60_000 + 999);
  assert.equal(woken, false);
  await clock.advance(1);
  assert.equal(woken, true);
});

test('a sleeper that sleeps again is woken at its own times', async () => {
  const clock = manualClock(0);
  const wokenAt: number[] = [];
  const loop = (async () => {
    while (wokenAt.length < 5) {
      await clock.sleep(100);
      await Promise.resolve();
      wokenAt.push(clock.monotonicMs());
    }
  })();
  await clock.advance(1_000);
  await loop;
  assert.deepEqual(wokenAt, [100, 200, 300, 400, 500]);
  assert.equal(clock.sleepers, 0);
});

test('two advances at the same time follow one another', async () => {
  const clock = manualClock(0);
  await Promise.all([clock.advance(100), clock.advance(50)]);
  assert.equal(clock.monotonicMs(), 150);
});
