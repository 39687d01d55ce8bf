// The tracker: who is who, and who is leaving.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branded, type EpochMs } from '../brand.ts';
import type { Box, Detection } from './detection.ts';
import { forgetMs, isLeaving, isSeen, type TrackedObject, trackObjects } from './tracker.ts';

function detection(x: number, width = 0.1, score = 0.7): Detection {
  return { kind: 'person', score, box: { x, y: 0.3, width, height: 0.5 } };
}

/** Looks every 500 ms. */
function follow(looks: readonly (readonly Detection[])[], motion: readonly Box[] = []): TrackedObject[] {
  let objects: TrackedObject[] = [];
  looks.forEach((detections, index) => {
    objects = trackObjects(objects, {
      at: branded<EpochMs>(index * 500),
      detections,
      motion,
      aspect: 16 / 9,
    });
  });
  return objects;
}

test('a walking person is one object, and so is one who runs too far for boxes to meet', () => {
  const walk = follow([0, 0.05, 0.1, 0.15].map((x) => [detection(x)]));
  assert.equal(walk.length, 1);
  const run = follow([0, 0.2, 0.4, 0.6].map((x) => [detection(x)]));
  assert.equal(run.length, 1);
  assert.ok(Math.abs((run[0]?.velocity.x ?? 0) - 0.4) < 0.05);
});

test('two persons who pass each other stay two, and neither jumps', () => {
  const objects = follow(
    Array.from({ length: 9 }, (_, step) => [detection(0.1 + step * 0.08), detection(0.8 - step * 0.08)]),
  );
  assert.equal(objects.length, 2);
  const directions = objects.map(({ velocity }) => Math.sign(velocity.x)).sort();
  assert.deepEqual(directions, [-1, 1]);
});

test('somebody at the other end of the picture is somebody else', () => {
  assert.equal(follow([[detection(0)], [detection(0.85)]]).length, 2);
  const away = Array.from({ length: 9 }, () => []);
  assert.equal(
    follow([[detection(0)], ...away, [detection(0.85)]]).length,
    2,
    'however long the first was away',
  );
});

test('an object keeps its best look, and is forgotten when it was not seen for long', () => {
  const looks = [[detection(0.5, 0.1, 0.6)], [detection(0.5, 0.12, 0.9)], [detection(0.5, 0.1, 0.3)]];
  const [object] = follow(looks);
  assert.equal(object?.bestScore, 0.9);
  assert.equal(object?.bestBox.width, 0.12);
  assert.equal(object?.score, 0.3);
  const empty = Array.from({ length: forgetMs / 500 }, () => []);
  assert.deepEqual(follow([...looks, ...empty]).map(isSeen), [false]);
  assert.equal(follow([...looks, ...empty, []]).length, 0);
});

test('leaving is moving towards an edge that is near; standing at an edge is not', () => {
  const leaving = (...boxes: readonly [x: number, width: number][]) => {
    const [object] = follow(boxes.map(([x, width]) => [detection(x, width)]));
    return object !== undefined && isLeaving(object);
  };
  assert.equal(leaving([0.6, 0.1], [0.7, 0.1], [0.8, 0.1]), true);
  assert.equal(leaving([0.8, 0.1], [0.9, 0.1], [0.95, 0.05]), true, 'cut by the edge');
  assert.equal(leaving([0.9, 0.1], [0.9, 0.1], [0.9, 0.1]), false, 'standing at the edge');
  assert.equal(leaving([0.8, 0.1], [0.7, 0.1], [0.6, 0.1]), false, 'coming in');
  assert.equal(leaving([0.2, 0.1], [0.25, 0.1], [0.3, 0.1]), false, 'far from any edge');
});
