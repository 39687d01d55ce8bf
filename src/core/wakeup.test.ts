import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../adapters/memory/clock.ts';
import { wakeup } from './wakeup.ts';

test('a call before the wait is not lost, and counts once', async () => {
  const clock = manualClock();
  const bell = wakeup({ clock });
  bell.call();
  bell.call();
  await bell.wait(null);
  let woken = false;
  const waiting = bell.wait(null).then(() => {
    woken = true;
  });
  await clock.advance(1_000_000);
  assert.equal(woken, false);
  bell.call();
  await waiting;
});

test('a wait ends at its time, or earlier when called, and leaves no sleeper behind', async () => {
  const clock = manualClock();
  const bell = wakeup({ clock });
  const timed = bell.wait(1_000);
  await clock.advance(1_000);
  await timed;
  const called = bell.wait(1_000);
  assert.equal(clock.sleepers, 1);
  bell.call();
  await called;
  assert.equal(clock.sleepers, 0);
});
