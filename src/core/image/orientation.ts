// Which way is up: places on a picture as it is shown, and on the same picture as it is coded.

import type { Box } from '../detection/detection.ts';
import type { Point } from '../detection/polygon.ts';

type Turn = (place: Point) => Point;

/**
 * Where a place of the coded picture is seen, by the orientation that EXIF tells (tag 0x0112). TIFF 6.0 §8 names two
 * borders of what is seen: the one that the first row of pixels is, and the one that the first column is.
 */
const turns: ReadonlyMap<number, Turn> = new Map<number, Turn>([
  // Top and right: mirrored.
  [2, ({ x, y }) => ({ x: 1 - x, y })],
  // Bottom and right: half a turn.
  [3, ({ x, y }) => ({ x: 1 - x, y: 1 - y })],
  // Bottom and left.
  [4, ({ x, y }) => ({ x, y: 1 - y })],
  // Left and top.
  [5, ({ x, y }) => ({ x: y, y: x })],
  // Right and top: a quarter turn, clockwise.
  [6, ({ x, y }) => ({ x: 1 - y, y: x })],
  // Right and bottom.
  [7, ({ x, y }) => ({ x: 1 - y, y: 1 - x })],
  // Left and bottom: a quarter turn, anticlockwise.
  [8, ({ x, y }) => ({ x: y, y: 1 - x })],
]);

/** Where a place of the coded picture is seen; nothing is turned where nothing says so, or what it says is unknown. */
export function shownAt(place: Point, orientation: number | undefined): Point {
  return orientation === undefined ? place : (turns.get(orientation)?.(place) ?? place);
}

/** Where what is seen at a place lies in the coded picture: the inverse of `shownAt`. */
export function codedAt(place: Point, orientation: number | undefined): Point {
  return shownAt(place, inverse(orientation));
}

/** Areas that were drawn on what is seen, as areas of the coded picture. */
export function codedAreas(
  areas: readonly (readonly Point[])[],
  orientation: number | undefined,
): readonly (readonly Point[])[] {
  return areas.map((area) => area.map((place) => codedAt(place, orientation)));
}

/** The box that is seen where a box of the coded picture is. */
export function shownBox(box: Box, orientation: number | undefined): Box {
  const from = shownAt({ x: box.x, y: box.y }, orientation);
  const to = shownAt({ x: box.x + box.width, y: box.y + box.height }, orientation);
  const [x, y] = [Math.min(from.x, to.x), Math.min(from.y, to.y)];
  const isOnItsSide = orientation !== undefined && orientation >= 5 && orientation <= 8;
  return isOnItsSide
    ? { x, y, width: box.height, height: box.width }
    : { x, y, width: box.width, height: box.height };
}

/** Quarter turns are undone by each other, all others by themselves. */
function inverse(orientation: number | undefined): number | undefined {
  if (orientation === 6) return 8;
  return orientation === 8 ? 6 : orientation;
}
