// Polygons and segments on a picture: what lies inside, and what crosses what.

/** A place in fractions of the picture: 0 ≤ x, y ≤ 1, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Twice the signed area of a triangle: positive where `c` lies to the right of who looks from `a` to `b`. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Whether the point lies inside, by the even-odd rule; a border belongs to one side of it only. */
export function contains(polygon: readonly Point[], { x, y }: Point): boolean {
  let isInside = false;
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from !== undefined && from.y > y !== to.y > y) {
      const crossingX = to.x + ((y - to.y) / (from.y - to.y)) * (from.x - to.x);
      if (x < crossingX) isInside = !isInside;
    }
    from = to;
  }
  return isInside;
}

/** Area in fractions of the picture; meaningless where the polygon crosses itself. */
export function area(polygon: readonly Point[]): number {
  let from = polygon.at(-1);
  let doubled = 0;
  for (const to of polygon) {
    if (from !== undefined) doubled += from.x * to.y - to.x * from.y;
    from = to;
  }
  return Math.abs(doubled) / 2;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}

/** Whether two segments have a point in common. */
export function segmentsMeet([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (
    (abc === 0 && isBetween(a, b, c)) ||
    (abd === 0 && isBetween(a, b, d)) ||
    (cda === 0 && isBetween(c, d, a)) ||
    (cdb === 0 && isBetween(c, d, b))
  );
}

/** Whether a segment has a point in common with the border of a polygon. */
export function meetsBorder(polygon: readonly Point[], segment: readonly [Point, Point]): boolean {
  return polygon.some((from, index) => {
    const to = polygon[(index + 1) % polygon.length] ?? from;
    return segmentsMeet([from, to], segment);
  });
}

/** Of a point on the line through `a` and `b`: whether it lies between them. */
function isBetween(a: Point, b: Point, point: Point): boolean {
  return (
    Math.min(a.x, b.x) <= point.x &&
    point.x <= Math.max(a.x, b.x) &&
    Math.min(a.y, b.y) <= point.y &&
    point.y <= Math.max(a.y, b.y)
  );
}

/** Whether its border touches or crosses itself, folds back, or has the same corner twice. */
export function isSelfCrossing(polygon: readonly Point[]): boolean {
  const edges = polygon.map((from, index): [Point, Point] => [
    from,
    polygon[(index + 1) % polygon.length] ?? from,
  ]);
  return edges.some((edge, index) =>
    edges.slice(index + 1).some((other, offset) => {
      const isNext = offset === 0;
      const isBefore = index === 0 && offset === edges.length - 2;
      if (isNext) return foldsBack(edge[0], edge[1], other[1]);
      return isBefore ? foldsBack(other[0], other[1], edge[1]) : segmentsMeet(edge, other);
    }),
  );
}

/** Whether the way from `a` over `b` to `c` goes back over itself, or nowhere at all. */
function foldsBack(a: Point, b: Point, c: Point): boolean {
  if (distance(a, b) === 0 || distance(b, c) === 0) return true;
  return turn(a, b, c) === 0 && (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) < 0;
}

export type CrossingDirection = 'left-to-right' | 'right-to-left';

/**
 * In which direction the step from `from` to `to` crosses the segment, seen by who stands at its first point and looks
 * at its second; null where it does not. A point on the line counts as left of it: a stop there crosses once, not twice.
 */
export function crossing([a, b]: readonly [Point, Point], from: Point, to: Point): CrossingDirection | null {
  const [before, after] = [turn(a, b, from), turn(a, b, to)];
  if (before > 0 === after > 0) return null;
  const part = before / (before - after);
  const at = { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
  const along = (at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y);
  const length = distance(a, b) ** 2;
  if (along < 0 || along > length) return null;
  return after > 0 ? 'left-to-right' : 'right-to-left';
}

/** The parts of a horizontal line at height `y` that lie inside, as pairs of x from left to right. */
export function spansAt(polygon: readonly Point[], y: number): readonly (readonly [number, number])[] {
  const crossings: number[] = [];
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from !== undefined && from.y > y !== to.y > y) {
      crossings.push(to.x + ((y - to.y) / (from.y - to.y)) * (from.x - to.x));
    }
    from = to;
  }
  crossings.sort((one, other) => one - other);
  return Array.from({ length: Math.floor(crossings.length / 2) }, (_, pair): [number, number] => [
    crossings[2 * pair] ?? 0,
    crossings[2 * pair + 1] ?? 0,
  ]);
}
