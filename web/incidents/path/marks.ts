// Times along a way: where they are written so that none covers another. Pure.

import type { Size } from './picture-box.ts';
import { type Place, placeAt, type Way } from './way.ts';

export interface Mark {
  readonly at: number;
  /** Its dot on the way, in px of the picture. */
  readonly x: number;
  readonly y: number;
  /** The middle of the written time, in px of the picture. */
  readonly word: Place;
}

/** Steps between times that people count in, in seconds. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600] as const;
/** Times between the ends of one way at most: more are read off the slider. */
const mostBetween = 6;
/** What a written time takes, in px, with some air. */
export const wordSize: Size = { width: 62, height: 18 };
/** What a dot takes around its middle, in px. */
export const dotRadius = 5;
/** From the dot to the middle of the word, in px: whoever walks along the way does not cover it. */
const beside = { x: 43, y: 20 } as const;
/** On a picture that is narrower, in px, only begins and ends are written. */
const narrow = 380;
/** Name and buttons lie over the top of the picture, in px. */
const topBar = 44;
/** The direction of a way at a moment is taken from so long before until so long after, in ms. */
const aroundMs = 400;

/** The times along all `ways` of a picture of this size: begins and ends first, then even ones in between where they fit. */
export function timeMarks(ways: readonly Way[], picture: Size): readonly Mark[] {
  const marks: Mark[] = [];
  const inPx = ({ x, y }: Place): Place => ({ x: x * picture.width, y: y * picture.height });
  const placeInPx = (way: Way, at: number) => inPx(placeAt(way, at) ?? { x: 0, y: 0 });
  const ends = ways.flatMap((way) => [placeInPx(way, way.startAt), placeInPx(way, way.endAt)]);
  const add = (way: Way, at: number) => {
    const dot = placeInPx(way, at);
    if (marks.some(({ word }) => isUnder(dot, word))) return;
    const [before, after] = [placeInPx(way, at - aroundMs), placeInPx(way, at + aroundMs)];
    const isLevel = Math.abs(after.x - before.x) > Math.abs(after.y - before.y);
    const dots = [...ends, ...marks];
    const word = wordsBeside(dot, isLevel, picture).find(
      (one) =>
        isInside(one, picture) &&
        !isUnder(dot, one) &&
        dots.every((other) => !isUnder(other, one)) &&
        marks.every((mark) => !covers(mark.word, one)),
    );
    if (word !== undefined) marks.push({ at, ...dot, word });
  };
  for (const way of ways) add(way, way.startAt);
  for (const way of ways) if (!way.goesOn) add(way, way.endAt);
  if (picture.width >= narrow) for (const way of ways) for (const at of evenTimes(way)) add(way, at);
  return marks;
}

/** Where a word may stand, the best first: beside a way, not on it. Shifted into the picture at its borders. */
function wordsBeside({ x, y }: Place, isLevel: boolean, picture: Size): readonly Place[] {
  const [left, right] = [wordSize.width / 2, picture.width - wordSize.width / 2];
  const over = Math.min(Math.max(x, left), right);
  const level = Math.min(y, picture.height - wordSize.height / 2);
  const vertical = [-beside.y, beside.y].map((by): Place => ({ x: over, y: y + by }));
  const inward = x > picture.width / 2 ? -beside.x : beside.x;
  const horizontal = [inward, -inward].map((by): Place => ({ x: x + by, y: level }));
  return isLevel ? [...vertical, ...horizontal] : [...horizontal, ...vertical];
}

/** Times between the ends that lie on whole steps of the clock. */
function evenTimes({ startAt, endAt }: Way): readonly number[] {
  const seconds = steps.find((step) => (endAt - startAt) / 1000 / step <= mostBetween + 1) ?? 3_600;
  const stepMs = seconds * 1000;
  const first = Math.floor(startAt / stepMs) + 1;
  const count = Math.min(mostBetween, Math.ceil(endAt / stepMs) - first);
  const times = Array.from({ length: Math.max(0, count) }, (_, index) => (first + index) * stepMs);
  // Begin and end are written in seconds themselves.
  return times.filter((at) => at - startAt >= 1_000 && endAt - at >= 1_000);
}

function isInside({ x, y }: Place, picture: Size): boolean {
  const { width, height } = wordSize;
  const isAcross = x - width / 2 >= 0 && x + width / 2 <= picture.width;
  return isAcross && y >= topBar && y + height / 2 <= picture.height;
}

function covers(one: Place, other: Place): boolean {
  return Math.abs(one.x - other.x) < wordSize.width && Math.abs(one.y - other.y) < wordSize.height;
}

/** Whether a dot would touch a word. */
function isUnder(dot: Place, word: Place): boolean {
  const [across, down] = [Math.abs(dot.x - word.x), Math.abs(dot.y - word.y)];
  return across < wordSize.width / 2 + dotRadius && down < wordSize.height / 2 + dotRadius;
}
