import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyMove } from './keyboard.ts';

const now = 1_800_000_000_000;
const place = {
  view: { from: now - 3_600_000, to: now },
  at: now - 60_000,
  bounds: { earliest: now - 90_000, now },
};

test('arrows step, shift steps further, and nothing leads out of the footage', () => {
  assert.deepEqual(keyMove('ArrowLeft', false, { ...place, at: now }), { seekTo: now - 60_000 });
  assert.deepEqual(keyMove('ArrowLeft', true, place), { seekTo: now - 90_000 });
  assert.deepEqual(keyMove('ArrowRight', true, place), { seekTo: now });
  assert.deepEqual(keyMove('Home', false, place), { seekTo: now - 90_000 });
  assert.deepEqual(keyMove('End', false, place), { seekTo: now });
});

test('plus shows less time, minus more, and other keys are left to the page', () => {
  assert.deepEqual(keyMove('+', false, place), { zoomBy: 0.5 });
  assert.deepEqual(keyMove('-', false, place), { zoomBy: 2 });
  assert.equal(keyMove('Tab', false, place), null);
});
