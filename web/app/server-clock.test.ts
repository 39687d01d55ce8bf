import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockOffsetMs } from './server-clock.ts';

const server = 'Sat, 22 Nov 2025 12:00:00 GMT';
const at = Date.parse(server);

test('a device that is minutes off is corrected, one that is right is left alone', () => {
  assert.equal(clockOffsetMs(server, at + 180_500), -180_000);
  assert.equal(clockOffsetMs(server, at + 900), 0);
});

test('an answer without a date changes nothing', () => {
  assert.equal(clockOffsetMs(null, at), null);
  assert.equal(clockOffsetMs('yesterday', at), null);
});
