// Times along a way: where they are written so that none covers another. Pure.

import type { Size } from './picture-box.ts';
import { type Place, placeAt, type Way } from './way.ts';

export interface Mark {
  readonly at: number;
  /** In px of the picture. */
  readonly x: number;
  readonly y: number;
  /** On which side of the way it is written. */
  readonly side: 'left' | 'right';
}

/** Steps between times that people count in, in seconds. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600] as const;
/** Times between the ends of one way at most: more are read off the slider. */
const mostBetween = 6;
/** What a written time takes, in px, with some air. */
const word: Size = { width: 62, height: 18 };
/** From the way to the middle of the word. */
const besideWay = 43;
/** On a picture that is narrower, in px, only begins and ends are written. */
const narrow = 380;
/** Name and buttons lie over the top of the picture, in px. */
const topBar = 44;

/** The times along all `ways` of a picture of this size: begins and ends first, then even ones in between where they fit. */
export function timeMarks(ways: readonly Way[], picture: Size): readonly Mark[] {
  const marks: Mark[] = [];
  const inPx = ({ x, y }: Place): Place => ({ x: x * picture.width, y: y * picture.height });
  const add = (way: Way, at: number) => {
    const place = placeAt(way, at);
    if (place === null) return;
    const { x, y } = inPx(place);
    const sides = x > picture.width / 2 ? (['left', 'right'] as const) : (['right', 'left'] as const);
    const mark = sides
      .map((side): Mark => ({ at, x, y: Math.min(y, picture.height - word.height / 2), side }))
      .find((one) => isInside(one, picture) && marks.every((other) => !covers(one, other)));
    if (mark !== undefined) marks.push(mark);
  };
  for (const way of ways) add(way, way.startAt);
  for (const way of ways) if (!way.goesOn) add(way, way.endAt);
  if (picture.width >= narrow) for (const way of ways) for (const at of evenTimes(way)) add(way, at);
  return marks;
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

function middleOf({ x, y, side }: Mark): Place {
  return { x: x + (side === 'right' ? besideWay : -besideWay), y };
}

function isInside(mark: Mark, picture: Size): boolean {
  const { x } = middleOf(mark);
  return x - word.width / 2 >= 0 && x + word.width / 2 <= picture.width && mark.y >= topBar;
}

function covers(one: Mark, other: Mark): boolean {
  const [a, b] = [middleOf(one), middleOf(other)];
  return Math.abs(a.x - b.x) < word.width && Math.abs(a.y - b.y) < word.height;
}
