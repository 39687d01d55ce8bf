import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mediaAt, wallAt } from './media-clock.ts';

/** Ten seconds of footage, a gap of a minute, ten more seconds: the video runs on, the wall clock jumps. */
const fragments = [
  { start: 0, duration: 10, programDateTime: 1_000_000 },
  { start: 10, duration: 10, programDateTime: 1_070_000 },
];

test('a moment of the video was taken when the playlist says, across a gap too', () => {
  assert.equal(wallAt(fragments, 3), 1_003_000);
  assert.equal(wallAt(fragments, 12.5), 1_072_500);
  assert.equal(wallAt([{ start: 0, duration: 5, programDateTime: null }], 1), null);
});

test('a moment in a gap is the footage after it', () => {
  assert.equal(mediaAt(fragments, 1_040_000), 10);
});

test('a moment outside of the playlist is its nearest end', () => {
  assert.equal(mediaAt(fragments, 990_000), 0);
  assert.equal(mediaAt(fragments, 1_200_000), 19.9);
  assert.equal(mediaAt([], 1_200_000), null);
});

test('there and back is the same moment, wherever there is footage', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 19.99, noNaN: true }), (seconds) => {
      const wall = wallAt(fragments, seconds);
      assert.ok(wall !== null);
      const back = mediaAt(fragments, wall);
      assert.ok(back !== null && Math.abs(back - seconds) < 1e-3);
    }),
  );
});
