// Geometry of zones, held against properties that any polygon has.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { area, contains, crossing, isSelfCrossing, type Point, segmentsMeet } from './polygon.ts';

const fraction = fc.integer({ min: 0, max: 1_000 }).map((value) => value / 1_000);
const point = fc.record({ x: fraction, y: fraction });

/** A polygon that is a star around the middle of the picture: it never crosses itself. */
const star = fc
  .array(fc.record({ turn: fc.integer({ min: 1, max: 99 }), radius: fc.integer({ min: 10, max: 50 }) }), {
    minLength: 3,
    maxLength: 12,
  })
  // Around the middle: with more than half a turn between two corners it lies beside it, and may cross itself.
  .filter((corners) => {
    const whole = corners.reduce((sum, { turn }) => sum + turn, 0);
    return corners.every(({ turn }) => turn < whole / 2);
  })
  .map((corners) => {
    const whole = corners.reduce((sum, { turn }) => sum + turn, 0);
    let turned = 0;
    return corners.map(({ turn, radius }): Point => {
      turned += turn;
      const angle = (turned / whole) * 2 * Math.PI;
      return { x: 0.5 + (radius / 100) * Math.cos(angle), y: 0.5 + (radius / 100) * Math.sin(angle) };
    });
  });

const rotated = <T>(list: readonly T[], by: number): T[] => [...list.slice(by), ...list.slice(0, by)];

test('what is inside does not depend on the first corner or the direction of drawing', () => {
  fc.assert(
    fc.property(star, point, fc.nat(11), (polygon, place, by) => {
      const inside = contains(polygon, place);
      assert.equal(contains(rotated(polygon, by % polygon.length), place), inside);
      assert.equal(contains(polygon.toReversed(), place), inside);
    }),
  );
});

test('as much of the picture is found inside as the area says', () => {
  fc.assert(
    fc.property(star, (polygon) => {
      let found = 0;
      const steps = 60;
      for (let x = 0; x < steps; x += 1) {
        for (let y = 0; y < steps; y += 1) {
          if (contains(polygon, { x: (x + 0.5) / steps, y: (y + 0.5) / steps })) found += 1;
        }
      }
      assert.ok(Math.abs(found / steps ** 2 - area(polygon)) < 0.05);
    }),
    { numRuns: 50 },
  );
});

test('a border that is drawn around never crosses itself, one with two corners swapped does', () => {
  const square = [
    { x: 0.1, y: 0.1 },
    { x: 0.9, y: 0.1 },
    { x: 0.9, y: 0.9 },
    { x: 0.1, y: 0.9 },
  ];
  assert.equal(isSelfCrossing(square), false);
  const [a, b, c, d] = square;
  assert.ok(a && b && c && d);
  assert.equal(isSelfCrossing([a, c, b, d]), true);
  assert.equal(isSelfCrossing([a, b, b, c]), true, 'the same corner twice');
  assert.equal(isSelfCrossing([a, b, { x: 0.5, y: 0.1 }, d]), true, 'a border that folds back');
  assert.equal(isSelfCrossing([a, { x: 0.5, y: 0.1 }, b, c]), false, 'a corner on a straight border');
  fc.assert(
    fc.property(star, (polygon) => {
      // Corners nearer to each other than half the way around: the star has its middle inside.
      fc.pre(contains(polygon, { x: 0.5, y: 0.5 }) && polygon.length > 3);
      assert.equal(isSelfCrossing(polygon), false);
    }),
  );
});

test('segments meet whichever of them is named first, and at their ends too', () => {
  fc.assert(
    fc.property(point, point, point, point, (a, b, c, d) => {
      const meets = segmentsMeet([a, b], [c, d]);
      assert.equal(segmentsMeet([c, d], [a, b]), meets);
      assert.equal(segmentsMeet([b, a], [d, c]), meets);
      assert.equal(segmentsMeet([a, b], [b, c]), true);
    }),
  );
});

test('a step over a line crosses it once: back is the other direction, and pieces of it count as the whole', () => {
  const line: [Point, Point] = [
    { x: 0.5, y: 0.9 },
    { x: 0.5, y: 0.1 },
  ];
  // Who stands below and looks up has the left of the picture on the left.
  assert.equal(crossing(line, { x: 0.4, y: 0.5 }, { x: 0.6, y: 0.5 }), 'left-to-right');
  assert.equal(crossing(line, { x: 0.6, y: 0.5 }, { x: 0.4, y: 0.5 }), 'right-to-left');
  assert.equal(crossing(line, { x: 0.4, y: 0.95 }, { x: 0.6, y: 0.95 }), null, 'past its end');
  fc.assert(
    fc.property(point, point, fc.integer({ min: 0, max: 10 }), (from, to, tenths) => {
      const between = {
        x: from.x + ((to.x - from.x) * tenths) / 10,
        y: from.y + ((to.y - from.y) * tenths) / 10,
      };
      // A middle on the line itself is where rounding decides.
      fc.pre(Math.abs(between.x - 0.5) > 1e-9);
      const pieces = [crossing(line, from, between), crossing(line, between, to)].filter(
        (each) => each !== null,
      );
      const whole = crossing(line, from, to);
      assert.deepEqual(pieces, whole === null ? [] : [whole]);
    }),
  );
});
