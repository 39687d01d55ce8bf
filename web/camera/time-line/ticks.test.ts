import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockMinutes } from '../../ui/words.ts';
import { needsSeconds, ticks, zoneOffsetMs } from './ticks.ts';

const hourMs = 3_600_000;

test('a zone is ahead of UTC by what its clocks say, summer and winter', () => {
  assert.equal(zoneOffsetMs('Europe/Berlin', Date.UTC(2025, 0, 1)), hourMs);
  assert.equal(zoneOffsetMs('Europe/Berlin', Date.UTC(2025, 6, 1)), 2 * hourMs);
  assert.equal(zoneOffsetMs('Asia/Kolkata', Date.UTC(2025, 6, 1)), 5.5 * hourMs);
  assert.equal(zoneOffsetMs('America/New_York', Date.UTC(2025, 0, 1)), -5 * hourMs);
});

test('labels stand on round local times, also in zones with half hours', () => {
  const from = Date.UTC(2025, 5, 1, 3, 17);
  const labels = ticks({ from, to: from + 6 * hourMs }, 900, 'Asia/Kolkata')
    .filter((tick) => tick.labelled)
    .map((tick) => clockMinutes(tick.at, 'Asia/Kolkata'));
  assert.deepEqual(labels, [
    '09:00',
    '09:30',
    '10:00',
    '10:30',
    '11:00',
    '11:30',
    '12:00',
    '12:30',
    '13:00',
    '13:30',
    '14:00',
    '14:30',
  ]);
});

test('labels never stand closer than they are wide', () => {
  for (const spanMs of [60_000, 300_000, hourMs, 6 * hourMs, 24 * hourMs]) {
    for (const width of [320, 390, 900, 1400]) {
      const view = { from: Date.UTC(2025, 2, 1), to: Date.UTC(2025, 2, 1) + spanMs };
      const all = ticks(view, width, 'Europe/Berlin').filter((tick) => tick.labelled);
      const step = (all[1]?.at ?? 0) - (all[0]?.at ?? 0);
      assert.ok((step / spanMs) * width >= 74, `${spanMs} ms on ${width} px`);
      assert.ok(all.length >= 2);
    }
  }
});

test('the night the clocks go back has both hours, each labelled once as the clock shows it', () => {
  const from = Date.UTC(2025, 9, 25, 22);
  const labels = ticks({ from, to: from + 6 * hourMs }, 700, 'Europe/Berlin')
    .filter((tick) => tick.labelled)
    .map((tick) => clockMinutes(tick.at, 'Europe/Berlin'));
  assert.deepEqual(labels, ['00:00', '01:00', '02:00', '02:00', '03:00', '04:00', '05:00']);
});

test('labels three hours apart stay on round hours after the clocks changed', () => {
  const from = Date.UTC(2025, 9, 25, 22);
  const labels = ticks({ from, to: from + 14 * hourMs }, 360, 'Europe/Berlin')
    .filter((tick) => tick.labelled)
    .map((tick) => clockMinutes(tick.at, 'Europe/Berlin'));
  assert.deepEqual(labels, ['00:00', '03:00', '06:00', '09:00', '12:00']);
});

test('seconds are shown only when labels differ by seconds', () => {
  const from = Date.UTC(2025, 2, 1);
  assert.equal(needsSeconds(ticks({ from, to: from + 60_000 }, 900, 'UTC')), true);
  assert.equal(needsSeconds(ticks({ from, to: from + hourMs }, 900, 'UTC')), false);
});
