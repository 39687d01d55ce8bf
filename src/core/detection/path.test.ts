import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { maxPathPoints, type Path, pathLength, pathPoint, pathTolerance, simplifyPath } from './path.ts';

const fraction = fc.double({ min: 0, max: 1, noNaN: true });
/** Any way over the picture, with looks 0.2 to 6 s apart. */
const anyPath = fc
  .array(fc.tuple(fc.integer({ min: 200, max: 6_000 }), fraction, fraction), { maxLength: 300 })
  .map((steps): Path => {
    let at = 0;
    return steps.map(([passedMs, x, y]) => {
      at += passedMs;
      return pathPoint(at, { x, y });
    });
  });

/** Where the path is at a time. */
function placeAt(path: Path, at: number): { x: number; y: number } {
  const index = path.findIndex((point) => point.at >= at);
  const [from, to] = [path[index - 1] ?? path[index], path[index]];
  if (from === undefined || to === undefined) return assert.fail('The path does not reach so far.');
  const part = to.at > from.at ? (at - from.at) / (to.at - from.at) : 1;
  return { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
}

test('a simplified path has some of the points in their order, the first and the last among them', () => {
  fc.assert(
    fc.property(anyPath, fc.integer({ min: 2, max: maxPathPoints }), (path, most) => {
      const simple = simplifyPath(path, most);
      assert.ok(simple.length <= most || simple.length === path.length);
      assert.deepEqual(simple.at(0), path.at(0));
      assert.deepEqual(simple.at(-1), path.at(-1));
      assert.deepEqual(
        simple,
        path.filter((point) => simple.includes(point)),
      );
    }),
  );
});

test('where there are points enough, it passes near every point that was left out, at its time', () => {
  fc.assert(
    fc.property(anyPath, (path) => {
      const simple = simplifyPath(path, path.length + 2);
      for (const { at, x, y } of path) {
        const place = placeAt(simple, at);
        assert.ok(Math.hypot(place.x - x, place.y - y) <= pathTolerance + 1e-9);
      }
      assert.deepEqual(simplifyPath(simple, path.length + 2), simple);
      assert.ok(pathLength(simple) <= pathLength(path) + 1e-9);
    }),
  );
});

test('a straight walk is two points, and who stops on the way is four', () => {
  const walk = (from: number, to: number, x: (part: number) => number): Path =>
    Array.from({ length: 21 }, (_, step) =>
      pathPoint(from + ((to - from) * step) / 20, { x: x(step / 20), y: 0.5 }),
    );
  const straight = walk(0, 10_000, (part) => 0.1 + 0.8 * part);
  assert.equal(simplifyPath(straight).length, 2);
  const stops = [
    ...walk(0, 5_000, (part) => 0.1 + 0.4 * part),
    ...walk(5_500, 30_000, () => 0.5),
    ...walk(30_500, 36_000, (part) => 0.5 + 0.4 * part),
  ];
  const simple = simplifyPath(stops);
  assert.ok(simple.length <= 6);
  // The pause is in it, though no line is drawn for it.
  assert.ok(Math.abs(placeAt(simple, 20_000).x - 0.5) <= pathTolerance);
});

test('points are whole milliseconds and a fifth of a pixel of full HD fine', () => {
  assert.deepEqual(pathPoint(1_000.4, { x: 0.123456, y: 2 / 3 }), { at: 1_000, x: 0.1235, y: 0.6667 });
});
