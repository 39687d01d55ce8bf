import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newsOf } from './fresh.ts';

const now = 1_800_000_000_000;
const incident = { id: 'a', state: 'open', openedAt: now - 1000 };

test('what was there when the page was loaded is no news', () => {
  assert.deepEqual(newsOf(null, [incident], now), []);
  assert.deepEqual(newsOf(new Set(['a']), [incident], now), []);
});

test('a new open incident is news, an old or acknowledged one is not', () => {
  assert.deepEqual(newsOf(new Set(), [incident], now), [incident]);
  assert.deepEqual(newsOf(new Set(), [{ ...incident, state: 'acknowledged' }], now), []);
  assert.deepEqual(newsOf(new Set(), [{ ...incident, openedAt: now - 3_600_000 }], now), []);
});
