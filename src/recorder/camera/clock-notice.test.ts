import assert from 'node:assert/strict';
import test from 'node:test';
import { testFragment } from '../../../test/houses/recorder.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { TimedFragment } from '../write/segmenter.ts';
import { watchClock } from './clock-notice.ts';

const startMs = Date.UTC(2026, 0, 1);

function house() {
  const clock = manualClock(startMs);
  const told: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void told.push(message) };
  const notice = watchClock({ clock, log }, branded<EpochMs>(startMs));
  return {
    ...{ clock, told },
    now: () => notice.now,
    see: (atMs: number, change: Partial<TimedFragment> = {}) =>
      notice.see(testFragment(startMs + atMs, change)),
  };
}

test('a clock set forward is told for an hour, with what it means for the time line', async () => {
  const { clock, now, told, see } = house();
  see(0);
  assert.equal(now(), null);
  see(302_000, { reasons: [{ cause: 'clock-step', since: branded<EpochMs>(startMs + 2_000) }] });
  assert.deepEqual([now()?.code, now()?.since], ['clock-set-forward', startMs]);
  assert.match(now()?.detail ?? '', /set forward by 5 min\. .*gap/);
  see(304_000);
  await clock.advance(3_599_999);
  assert.equal(now()?.code, 'clock-set-forward');
  await clock.advance(1);
  assert.equal(now(), null);
  assert.equal(told.length, 1);
});

test('a clock set back is told once, for as long as the time line is ahead of it', async () => {
  const { clock, now, told, see } = house();
  see(0, { clockBackMs: 1_900 });
  assert.equal(now(), null);
  see(2_000, { clockBackMs: 600_000 });
  assert.match(now()?.detail ?? '', /set back\. .*10 min ahead/);
  const detail = now()?.detail;
  // The clock catches up a little with each fragment: that is no news.
  for (let backMs = 599_500; backMs > 590_000; backMs -= 500) see(3_000, { clockBackMs: backMs });
  assert.equal(now()?.detail, detail);
  await clock.advance(60_000);
  see(4_000, { clockBackMs: 300_000 });
  assert.match(now()?.detail ?? '', /5 min ahead/);
  assert.equal(now()?.since, startMs);
  see(6_000, { clockBackMs: 0 });
  assert.equal(now(), null);
  assert.equal(told.length, 1);
});
