import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, atEnd, caughtUp, live, seekTo, togglePause, withSpeed } from './playback.ts';

const now = 1_800_000_000_000;
const hourMs = 3_600_000;

test('a seek into the past opens a playlist around it, a near one stays in the same playlist', () => {
  const past = seekTo(live, now - 5 * hourMs, now);
  const near = seekTo(past, now - 5 * hourMs + 60_000, now);
  const far = seekTo(near, now - 20 * hourMs, now);
  assert.equal(addressOf(past, 'c'), addressOf(near, 'c'));
  assert.notEqual(addressOf(near, 'c'), addressOf(far, 'c'));
  assert.ok(near.mode === 'past' && near.seek.at === now - 5 * hourMs + 60_000);
});

test('a seek to now is the live picture', () => {
  assert.deepEqual(seekTo(seekTo(live, now - hourMs, now), now + 500, now), live);
});

test('pausing live and going on a minute later plays that minute', () => {
  const paused = togglePause(live, now, now);
  assert.deepEqual(paused, { mode: 'live', paused: true });
  const resumed = togglePause(paused, now, now + 60_000);
  assert.ok(resumed.mode === 'past' && resumed.seek.at === now && !resumed.paused);
});

test('the speed survives a far seek, and live has none', () => {
  const fast = withSpeed(seekTo(live, now - 20 * hourMs, now), 8);
  const elsewhere = seekTo(fast, now - 2 * hourMs, now);
  assert.ok(elsewhere.mode === 'past' && elsewhere.speed === 8);
  assert.deepEqual(withSpeed(live, 8), live);
});

test('the end of a playlist leads to the next, and at last to live', () => {
  const past = seekTo(live, now - 5 * hourMs, now);
  assert.ok(past.mode === 'past');
  const next = atEnd(past, past.to, now);
  assert.ok(next.mode === 'past' && next.from >= past.to && next.to > past.to);
  const recent = seekTo(live, now - 10 * 60_000, now);
  assert.deepEqual(atEnd(recent, now - 1000, now), live);
});

test('only a playlist that began a short while ago may grow, because each growth is read as a whole', () => {
  const older = seekTo(live, now - 20 * 60_000, now);
  const newer = seekTo(live, now - 5 * 60_000, now);
  assert.ok(older.mode === 'past' && older.to <= now);
  assert.ok(newer.mode === 'past' && newer.to > now);
});

test('playing faster than time catches up with live, at normal speed it stays behind', () => {
  const past = seekTo(live, now - 60_000, now);
  assert.deepEqual(caughtUp(withSpeed(past, 8), now - 1000, now), live);
  assert.equal(caughtUp(past, now - 1000, now), past);
});
