import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../brand.ts';
import type { Box, Detection } from './detection.ts';
import { maxPathPoints, type Path } from './path.ts';
import { forgetMs, type TrackedObject, trackObjects } from './tracker.ts';
import { maxWalks, mergeWalks, pathsOf, stepWalks, type Walk } from './walks.ts';

const lookMs = 500;
const whole: Box = { x: 0, y: 0, width: 1, height: 1 };

/** A person whose feet stand at `x`, `y`. */
function person(x: number, y = 0.8): Detection {
  return { kind: 'person', score: 0.7, box: { x: x - 0.03, y: y - 0.3, width: 0.06, height: 0.3 } };
}

interface Glimpse {
  readonly detections: readonly Detection[];
  readonly isMoving?: boolean;
}

/** The paths of one long episode after all these looks. */
function pathsAfter(
  glimpses: readonly Glimpse[],
  counts: (object: TrackedObject) => boolean = () => true,
): readonly Path[] {
  let remembered: TrackedObject[] = [];
  let walks: readonly Walk[] = [];
  let told: readonly Walk[] = [];
  glimpses.forEach(({ detections, isMoving = true }, index) => {
    const at = branded<EpochMs>(index * lookMs);
    remembered = trackObjects(remembered, {
      at,
      detections,
      motion: isMoving ? [whole] : [],
      aspect: 16 / 9,
    });
    walks = stepWalks(walks, { remembered, counting: remembered.filter(counts) }, at);
    told = mergeWalks(told, walks);
  });
  return pathsOf(told);
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const ends = (path: Path | undefined) => [path?.at(0), path?.at(-1)].map((point) => point?.x ?? -1);

test('who walks through leaves one path, from where they were seen first to where they were seen last', () => {
  const [path, ...others] = pathsAfter(times(21, (step) => ({ detections: [person(0.1 + 0.04 * step)] })));
  assert.deepEqual(ends(path), [0.1, 0.9]);
  assert.deepEqual([path?.at(0)?.at, path?.at(-1)?.at], [0, 20 * lookMs]);
  assert.deepEqual(others, []);
});

test('two people at once leave a path each, which never jumps from one to the other', () => {
  const paths = pathsAfter(
    times(21, (step) => ({ detections: [person(0.1 + 0.03 * step, 0.5), person(0.9 - 0.03 * step, 0.9)] })),
  );
  assert.deepEqual(paths.map(ends), [
    [0.1, 0.7],
    [0.9, 0.3],
  ]);
  assert.deepEqual(
    paths.map((path) => new Set(path.map(({ y }) => y)).size),
    [1, 1],
  );
});

test('who comes after another was forgotten has a path of their own, though the tracker gives the same number', () => {
  const walk = times(6, (step) => ({ detections: [person(0.2 + 0.03 * step)] }));
  const nobody = times(forgetMs / lookMs + 3, () => ({ detections: [] }));
  assert.equal(pathsAfter([...walk, ...nobody, ...walk]).length, 2);
});

test('a path goes on behind what hid its object, and a single sight that nothing confirms leaves none', () => {
  const hidden = times(4, () => ({ detections: [] }));
  const before = times(6, (step) => ({ detections: [person(0.3 + 0.02 * step)] }));
  const after = times(6, (step) => ({ detections: [person(0.45 + 0.02 * step)] }));
  assert.deepEqual(pathsAfter([...before, ...hidden, ...after]).map(ends), [[0.3, 0.55]]);
  assert.deepEqual(pathsAfter([{ detections: [person(0.5)] }, ...hidden]), []);
});

test('what does not move leaves no path, and one that begins to move leaves one from where it stood last', () => {
  const standing = times(20, () => ({ detections: [person(0.4)], isMoving: false }));
  assert.deepEqual(pathsAfter(standing), []);
  const [path] = pathsAfter([
    ...standing,
    ...times(6, (step) => ({ detections: [person(0.4 + 0.03 * step)] })),
  ]);
  assert.equal(path?.at(0)?.at, 19 * lookMs);
});

test('who stands where nobody is to be seen leaves no point there, and their path goes on beside it', () => {
  const isOutside = (x: number) => x < 0.4 || x > 0.6;
  const [path, ...others] = pathsAfter(
    times(21, (step) => ({ detections: [person(0.1 + 0.04 * step)] })),
    ({ box }) => isOutside(box.x + box.width / 2),
  );
  assert.deepEqual(ends(path), [0.1, 0.9]);
  assert.ok(path?.every(({ x }) => isOutside(x)));
  assert.deepEqual(others, []);
});

test('whatever happens, paths are few, short, in order of time and inside of the picture', () => {
  const glimpse = fc.record({
    detections: fc.array(
      fc
        .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([x, y]) => person(x, y)),
      { maxLength: 12 },
    ),
    isMoving: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(glimpse, { maxLength: 60 }), (glimpses) => {
      const paths = pathsAfter(glimpses);
      assert.ok(paths.length <= maxWalks);
      for (const path of paths) {
        assert.ok(path.length > 0 && path.length <= maxPathPoints);
        assert.ok(path.every(({ at }, index) => index === 0 || at > (path[index - 1]?.at ?? 0)));
        assert.ok(path.every(({ x, y }) => x > 0 && x < 1 && y > 0 && y < 1));
      }
      assert.deepEqual(
        paths.map((path) => path[0]?.at),
        paths.map((path) => path[0]?.at ?? 0).toSorted((a, b) => a - b),
      );
    }),
  );
});

test('a walk of an hour takes no more memory than one of minutes', () => {
  const [path, ...others] = pathsAfter(
    times(7_200, (step) => ({
      detections: [person(0.5 + 0.3 * Math.sin(step / 9), 0.6 + 0.2 * Math.sin(step / 5))],
    })),
  );
  assert.ok(path !== undefined && path.length <= maxPathPoints);
  assert.deepEqual([path.at(0)?.at, path.at(-1)?.at], [0, 7_199 * lookMs]);
  assert.deepEqual(others, []);
});
