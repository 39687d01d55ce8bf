// Which way is up, held against what TIFF 6.0 says of each orientation.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contains, type Point } from '../detection/polygon.ts';
import { codedAreas, codedAt, shownAt, shownBox } from './orientation.ts';

const orientation = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, undefined);
const fraction = fc.integer({ min: 0, max: 1_000 }).map((value) => value / 1_000);
const point = fc.record({ x: fraction, y: fraction });
const box = fc
  .record({ x: fraction, y: fraction, right: fraction, bottom: fraction })
  .map(({ x, y, right, bottom }) => ({ x, y, width: (1 - x) * right, height: (1 - y) * bottom }));

const isNear = (one: number, other: number) => Math.abs(one - other) < 1e-9;
const isSame = (one: Point, other: Point) => isNear(one.x, other.x) && isNear(one.y, other.y);

const borders = {
  top: ({ y }: Point) => y === 0,
  bottom: ({ y }: Point) => y === 1,
  left: ({ x }: Point) => x === 0,
  right: ({ x }: Point) => x === 1,
};

/** TIFF 6.0 §8, "Orientation": the 0th row represents the first of these borders of what is seen, the 0th column the second. */
const meanings = [
  [1, 'top', 'left'],
  [2, 'top', 'right'],
  [3, 'bottom', 'right'],
  [4, 'bottom', 'left'],
  [5, 'left', 'top'],
  [6, 'right', 'top'],
  [7, 'right', 'bottom'],
  [8, 'left', 'bottom'],
] as const;

test('the first row and the first column are seen at the borders that TIFF names for each orientation', () => {
  for (const [value, row, column] of meanings) {
    for (const along of [0, 0.25, 1]) {
      assert.ok(borders[row](shownAt({ x: along, y: 0 }, value)), `${value}: the row at the ${row}`);
      assert.ok(borders[column](shownAt({ x: 0, y: along }, value)), `${value}: the column at the ${column}`);
    }
  }
});

test('what is seen at a place is coded where the orientation turns it from, and the other way round', () => {
  fc.assert(
    fc.property(orientation, point, (value, place) => {
      assert.ok(isSame(shownAt(codedAt(place, value), value), place));
      assert.ok(isSame(codedAt(shownAt(place, value), value), place));
    }),
  );
});

test('a box is turned with the picture: what lies inside is seen inside, and it keeps its size', () => {
  fc.assert(
    fc.property(orientation, box, fraction, fraction, (value, coded, across, down) => {
      const shown = shownBox(coded, value);
      const place = { x: coded.x + across * coded.width, y: coded.y + down * coded.height };
      const seen = shownAt(place, value);
      assert.ok(seen.x >= shown.x - 1e-9 && seen.x <= shown.x + shown.width + 1e-9);
      assert.ok(seen.y >= shown.y - 1e-9 && seen.y <= shown.y + shown.height + 1e-9);
      assert.ok(isNear(shown.width * shown.height, coded.width * coded.height));
    }),
  );
});

test('an area covers in the coded picture what it covers of what is seen', () => {
  const corner = [
    { x: 0, y: 0 },
    { x: 0.6, y: 0 },
    { x: 0.2, y: 0.3 },
  ];
  fc.assert(
    fc.property(orientation, point, (value, at) => {
      // Off the borders, which belong to one side of an area only.
      const place = { x: at.x * 0.99 + 0.00321, y: at.y * 0.99 + 0.00457 };
      const [coded = []] = codedAreas([corner], value);
      assert.equal(contains(coded, codedAt(place, value)), contains(corner, place));
    }),
  );
});

test('nothing is turned where the picture stands as it is coded, or nobody knows the orientation', () => {
  const place = { x: 0.1, y: 0.7 };
  const seen = { ...place, width: 0.2, height: 0.1 };
  for (const value of [undefined, 1, 0, 9]) {
    assert.deepEqual(shownAt(place, value), place);
    assert.deepEqual(codedAt(place, value), place);
    assert.deepEqual(shownBox(seen, value), seen);
  }
});
