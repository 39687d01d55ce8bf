import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dotRadius, timeMarks, wordSize } from './marks.ts';
import { pictureBox } from './picture-box.ts';
import { drawnWays, placeAt, standsAt, type Way, walkedUpTo, waysOf } from './way.ts';
import { partWords, wayWords } from './words.ts';

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
const anyWay = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60_000 }), fraction, fraction), { minLength: 1, maxLength: 40 })
  .map((steps) => {
    let at = 1_000_000;
    return wayOf(
      steps.map(([passedMs, x, y]) => {
        at += passedMs;
        return { at, x, y };
      }),
    );
  });

function wayOf(points: Way['points'], goesOn = false): Way {
  const [startAt, endAt] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  return { key: `way ${startAt}`, kind: 'person', points, startAt, endAt, goesOn };
}

const across = wayOf([
  { at: 10_000, x: 0.1, y: 0.9 },
  { at: 20_000, x: 0.9, y: 0.9 },
]);

test('whoever is on their way stands between two of its points, and nobody is shown before or after', () => {
  assert.deepEqual(standsAt(across, 15_000), { x: 0.5, y: 0.9 });
  assert.equal(standsAt(across, 9_999), null);
  assert.equal(standsAt(across, 22_000), null);
  fc.assert(
    fc.property(anyWay, fc.double({ min: 0, max: 1, noNaN: true }), (way, part) => {
      const place = placeAt(way, way.startAt + part * (way.endAt - way.startAt));
      const [xs, ys] = [way.points.map(({ x }) => x), way.points.map(({ y }) => y)];
      assert.ok(place !== null);
      assert.ok(place.x >= Math.min(...xs) - 1e-9 && place.x <= Math.max(...xs) + 1e-9);
      assert.ok(place.y >= Math.min(...ys) - 1e-9 && place.y <= Math.max(...ys) + 1e-9);
    }),
  );
});

test('what was walked ends where they stand, and is all of it in the end', () => {
  assert.deepEqual(walkedUpTo(across, 5_000), []);
  assert.deepEqual(walkedUpTo(across, 15_000).at(-1), { x: 0.5, y: 0.9 });
  fc.assert(
    fc.property(anyWay, (way) => {
      const places = (list: readonly { x: number; y: number }[]) => list.map(({ x, y }) => [x, y]);
      assert.deepEqual(places(walkedUpTo(way, way.endAt)), places(way.points));
    }),
  );
});

test('a way may go on only while the incident grows and it was added to a moment ago', () => {
  const track = { id: 't', kind: 'person' as const, bestScore: 0.5, startAt: 10_000, endAt: 20_000 };
  const line = { tracks: [{ ...track, paths: [[...across.points], []] }] };
  const span = { from: 0, to: 60_000 };
  assert.deepEqual(
    [null, 21_000, 40_000].map((now) => waysOf(line, span, now).map(({ goesOn }) => goesOn)),
    [[false], [true], [false]],
  );
  assert.deepEqual(waysOf(line, { from: 30_000, to: 60_000 }, null), []);
});

test('where many came by, only those of the moment are drawn with all there is to tell', () => {
  const later = (ms: number) => wayOf(across.points.map((point) => ({ ...point, at: point.at + ms })));
  const ways = Array.from({ length: 30 }, (_, index) => later(index * 20_000));
  const { near, far } = drawnWays(ways, 215_000);
  assert.deepEqual(near, [ways[10]]);
  assert.equal(far.length, 7);
  assert.deepEqual(drawnWays(ways, 0).near, [ways[0]]);
  assert.deepEqual(drawnWays([], 0), { near: [], far: [] });
});

test('the picture lies in the middle of its frame, whole and with its shape', () => {
  const frames = fc.record({
    width: fc.integer({ min: 1, max: 4_000 }),
    height: fc.integer({ min: 1, max: 4_000 }),
  });
  fc.assert(
    fc.property(frames, frames, (frame, picture) => {
      const box = pictureBox(frame, picture);
      assert.ok(box !== null && box.left >= -1e-9 && box.top >= -1e-9);
      assert.ok(Math.abs(box.width / box.height - picture.width / picture.height) < 1e-6 * box.width);
      assert.ok(Math.min(box.left, box.top) < 1e-9, 'it touches two sides');
      assert.ok(Math.abs(box.left * 2 + box.width - frame.width) < 1e-6);
      assert.ok(Math.abs(box.top * 2 + box.height - frame.height) < 1e-6);
    }),
  );
  assert.equal(pictureBox({ width: 0, height: 0 }, { width: 640, height: 360 }), null);
});

test('no time is written over another, over a dot or an end, over the name of the camera, or outside of the picture', () => {
  const { width: wide, height: high } = wordSize;
  fc.assert(
    fc.property(fc.array(anyWay, { maxLength: 6 }), fc.integer({ min: 160, max: 2_000 }), (ways, width) => {
      const height = (width * 9) / 16;
      const marks = timeMarks(ways, { width, height });
      const ends = ways
        .flatMap(({ points }) => [points[0], points.at(-1)])
        .map((point) => ({ x: (point?.x ?? 0) * width, y: (point?.y ?? 0) * height }));
      for (const [index, { word }] of marks.entries()) {
        assert.ok(word.x >= wide / 2 && word.x <= width - wide / 2 && word.y >= 44);
        assert.ok(word.y <= height - high / 2);
        for (const { word: other } of marks.slice(index + 1)) {
          assert.ok(Math.abs(other.x - word.x) >= wide || Math.abs(other.y - word.y) >= high);
        }
        for (const dot of [...marks, ...ends]) {
          const [across, down] = [Math.abs(dot.x - word.x), Math.abs(dot.y - word.y)];
          assert.ok(across >= wide / 2 + dotRadius || down >= high / 2 + dotRadius);
        }
      }
    }),
  );
  // Beside a way that is level is above it, and beside one that climbs is to its side.
  assert.ok(timeMarks([across], { width: 1_280, height: 720 }).every(({ y, word }) => word.y < y - 15));
  const up = wayOf(across.points.map(({ at, x, y }) => ({ at, x: y / 2, y: x })));
  assert.ok(timeMarks([up], { width: 1_280, height: 720 }).every(({ x, word }) => word.x > x + 40));
  const times = timeMarks([across], { width: 1_280, height: 720 }).map(({ at }) => at);
  assert.deepEqual(
    times.toSorted((a, b) => a - b),
    [10_000, 12_000, 14_000, 16_000, 18_000, 20_000],
  );
  assert.deepEqual(
    timeMarks([{ ...across, goesOn: true }], { width: 300, height: 169 }).map(({ at }) => at),
    [10_000],
  );
});

test('a way is told in words: where it began, over what it went, and where it ended', () => {
  assert.equal(
    wayWords(across, 'UTC'),
    'Person: bottom left at 00:00:10, bottom at 00:00:15, bottom right at 00:00:20.',
  );
  const still = { ...wayOf([{ at: 10_000, x: 0.5, y: 0.5 }], true), kind: 'vehicle' as const };
  assert.equal(wayWords(still, 'UTC'), 'Vehicle: middle at 00:00:10, and goes on.');
  assert.equal(partWords({ x: 0.9, y: 0.5 }), 'right');
});
