// Paths: the way that one object went over the picture, in no more points than it takes to draw it.

import { branded, type EpochMs } from '../brand.ts';
import { distance, type Point } from './polygon.ts';

/** Where an object stood at a time. */
export interface PathPoint extends Point {
  readonly at: EpochMs;
}

/** The way of one object, oldest first; no two points are of the same time. */
export type Path = readonly PathPoint[];

/** Points of one path at most: a line with more corners looks no different on a picture. */
export const maxPathPoints = 120;
/**
 * A point is left out where the path without it passes this near to it at its time, in fractions of the picture: fifteen
 * pixels of full HD, a little more than a box jitters whose object stands still.
 */
export const pathTolerance = 0.008;
/** Places are told this fine: parts of the picture, a fifth of a pixel of full HD each. */
export const pathGrain = 10_000;

/** The part of a path between two of its points, and the point in between that it misses by most. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly worst: number;
  readonly error: number;
}

/**
 * The path with as few points as keep it near to all of them, and with `most` (two or more) at most: the Douglas-Peucker
 * algorithm in space and time (Meratnia and de By, 2004), which keeps when somebody was where, and so how long they stood.
 * First and last point stay. Where `most` does not suffice, the points that matter most are kept.
 */
export function simplifyPath(path: Path, most = maxPathPoints): Path {
  const last = path.length - 1;
  if (last < 2) return path;
  const kept = new Set([0, last]);
  const stretches = [stretchOf(path, 0, last)];
  while (kept.size < most) {
    const next = stretches.reduce((worst, one, index) => {
      return one.error > (stretches[worst]?.error ?? 0) ? index : worst;
    }, 0);
    const [stretch] = stretches.splice(next, 1);
    if (stretch === undefined || stretch.error <= pathTolerance) break;
    const { from, worst, to } = stretch;
    kept.add(worst);
    stretches.push(stretchOf(path, from, worst), stretchOf(path, worst, to));
  }
  return path.filter((_, index) => kept.has(index));
}

function stretchOf(path: Path, from: number, to: number): Stretch {
  let stretch: Stretch = { from, to, worst: from, error: 0 };
  const [start, end] = [path[from], path[to]];
  if (start === undefined || end === undefined) return stretch;
  for (let index = from + 1; index < to; index++) {
    const point = path[index];
    if (point === undefined) continue;
    const error = distance(point, between(start, end, point.at));
    if (error > stretch.error) stretch = { from, to, worst: index, error };
  }
  return stretch;
}

function between(from: PathPoint, to: PathPoint, at: number): Point {
  const part = to.at > from.at ? (at - from.at) / (to.at - from.at) : 0;
  return { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
}

/** Where an object stood, as it is kept: whole milliseconds, and places no finer than `pathGrain`. */
export function pathPoint(at: number, { x, y }: Point): PathPoint {
  const rounded = (value: number) => Math.round(value * pathGrain) / pathGrain;
  return { at: branded<EpochMs>(Math.round(at)), x: rounded(x), y: rounded(y) };
}

/** How long the way is, in fractions of the picture. */
export function pathLength(path: Path): number {
  let length = 0;
  let from = path[0];
  for (const to of path) {
    if (from !== undefined) length += distance(from, to);
    from = to;
  }
  return length;
}
