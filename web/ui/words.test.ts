import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ago,
  agoRoughly,
  bitRate,
  clockMinutes,
  clockSeconds,
  count,
  day,
  duration,
  moment,
  momentInside,
} from './words.ts';

const noon = Date.UTC(2025, 10, 22, 12, 0, 0);

test('a time is shown in the zone of the site, not of the device', () => {
  assert.equal(clockMinutes(noon, 'Europe/Berlin'), '13:00');
  assert.equal(clockSeconds(noon, 'Asia/Tokyo'), '21:00:00');
});

test('midnight is 00:00, never 24:00', () => {
  assert.equal(clockMinutes(Date.UTC(2025, 10, 22), 'UTC'), '00:00');
});

test('days near now have names, judged in the zone of the site', () => {
  assert.equal(day(noon, 'UTC', noon), 'Today');
  assert.equal(day(noon - 86_400_000, 'UTC', noon), 'Yesterday');
  assert.equal(day(noon - 11 * 3_600_000, 'America/New_York', noon), 'Yesterday');
  assert.equal(day(noon - 4 * 86_400_000, 'UTC', noon), 'Tue 18 Nov');
  assert.equal(day(Date.UTC(2024, 0, 2), 'UTC', noon), '2 Jan 2024');
  assert.equal(moment(noon, 'UTC', noon), 'Today 12:00');
  assert.equal(momentInside(noon, 'UTC', noon), 'today 12:00');
});

test('durations are as exact as they are short', () => {
  assert.equal(duration(8400), '8 s');
  assert.equal(duration(125_000), '2 min 5 s');
  assert.equal(duration(754_000), '12 min');
  assert.equal(duration(3_600_000), '1 h');
  assert.equal(duration(11_520_000), '3 h 12 min');
  assert.equal(duration(4 * 86_400_000), '4 days');
  assert.equal(duration(-5), '0 s');
  assert.equal(ago(noon - 2000, noon), 'just now');
  assert.equal(ago(noon - 185_000, noon), '3 min ago');
});

test('rates and counts read as a person would say them', () => {
  assert.equal(bitRate(3_400_000), '3.4 Mbit/s');
  assert.equal(bitRate(820_400), '820 kbit/s');
  assert.equal(count(1, 'camera'), '1 camera');
  assert.equal(count(0, 'camera'), '0 cameras');
});

test('a table says roughly how long ago something was', () => {
  const now = 1_800_000_000_000;
  const cases = [30_000, 90_000, 3_600_000, 47 * 3_600_000, 50 * 3_600_000].map((ms) =>
    agoRoughly(now - ms, now),
  );
  assert.deepEqual(cases, ['just now', '1 min ago', '1 h ago', '47 h ago', '2 days ago']);
});
