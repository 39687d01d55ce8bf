import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameraImage } from '../../../src/http/contract/images.ts';
import { inOneRow, stripSpan, thinned } from './strip.ts';

const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
const person = { kind: 'person', score: 0.8, box } as const;

function image(takenAt: number): CameraImage {
  const about = { width: 640, height: 360, mediaType: 'image/jpeg', isStripped: false };
  return {
    id: `i${takenAt}`,
    takenAt,
    receivedAt: takenAt,
    ...about,
    look: 'done',
    detections: [],
    incidentId: null,
  };
}

test('images of several cameras stand in one row, by the time they were taken, each with its camera', () => {
  const gate = { id: 'g', name: 'Gate' };
  const yard = { id: 'y', name: 'Yard' };
  const row = inOneRow([
    { camera: gate, images: [image(10), image(30)] },
    { camera: yard, images: [image(20)] },
  ]);
  assert.deepEqual(
    row.map(({ at, camera }) => `${at} ${camera.name}`),
    ['10 Gate', '20 Yard', '30 Gate'],
  );
});

test('of many images those in which somebody was seen stay, then others from all of the time, in order', () => {
  const many = fc.array(fc.boolean(), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(many, fc.integer({ min: 1, max: 60 }), (seenOnes, most) => {
      const all = seenOnes.map((isSeen, at) => ({ at, detections: isSeen ? [person] : [] }));
      const kept = thinned(all, most);
      assert.equal(kept.length, Math.min(most, all.length));
      assert.deepEqual(
        kept,
        kept.toSorted((a, b) => a.at - b.at),
      );
      const seen = (images: typeof kept) => images.filter(({ detections }) => detections.length > 0).length;
      assert.equal(seen(kept), Math.min(most, seen(all)));
    }),
  );
  const quiet = Array.from({ length: 1_000 }, (_, at) => ({ at, detections: [] }));
  const gaps = thinned(quiet, 10).map(({ at }, index, kept) => at - (kept[index - 1]?.at ?? -100));
  assert.ok(
    gaps.every((gap) => gap === 100),
    `${gaps}`,
  );
});

test('what is asked for is what is held, in whole milliseconds, and never more than a day', () => {
  assert.deepEqual(stripSpan({ from: 10.5, to: 20.5 }), { from: 10, to: 21 });
  assert.deepEqual(stripSpan({ from: 0, to: 1e12 }), { from: 0, to: 86_400_000 });
});
