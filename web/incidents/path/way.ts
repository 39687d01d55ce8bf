// Ways over a camera's picture, and where somebody is on theirs at a moment. Pure.

import type { PathPoint, TimeLine } from '../../../src/http/contract/cameras.ts';

type Track = TimeLine['tracks'][number];

/** The path of one object, oldest point first; at least one. */
export interface Way {
  readonly key: string;
  readonly kind: Track['kind'];
  readonly points: readonly PathPoint[];
  readonly startAt: number;
  readonly endAt: number;
  /** It may still go on: its end is only the newest that is known. */
  readonly goesOn: boolean;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Ways drawn over one picture at most, those nearest to the moment: more of them hide the picture. */
const mostDrawn = 8;
/** Who was there so shortly before or after, in ms, belongs to the moment. */
const nearMs = 2_000;
/** Somebody is still shown where they were seen last for so long, in ms: about until the detector looks again. */
const lingerMs = 700;
/** A way that was added to in the last moments may go on, in ms: looks, writing and reading take some seconds. */
const newMs = 10_000;

/** The ways of a camera in a span of time. `now` is null where nothing is added any more. */
export function waysOf(
  line: Pick<TimeLine, 'tracks'>,
  span: { readonly from: number; readonly to: number },
  now: number | null,
): readonly Way[] {
  return line.tracks
    .flatMap(({ id, kind, paths }) =>
      paths.map((points, index): Way => {
        const [startAt, endAt] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
        const goesOn = now !== null && now - endAt < newMs;
        return { key: `${id} ${index}`, kind, points, startAt, endAt, goesOn };
      }),
    )
    .filter(({ points, startAt, endAt }) => points.length > 0 && startAt < span.to && endAt >= span.from)
    .toSorted((a, b) => a.startAt - b.startAt);
}

/** What is drawn of the ways at a moment. */
export interface DrawnWays {
  /** With all there is to tell: those of the moment, or where nobody is there, the one nearest to it. */
  readonly near: readonly Way[];
  /** As a faint line only. */
  readonly far: readonly Way[];
}

export function drawnWays(ways: readonly Way[], moment: number): DrawnWays {
  const farOff = ({ startAt, endAt }: Way) => Math.max(0, startAt - moment, moment - endAt);
  const nearest = ways.toSorted((a, b) => farOff(a) - farOff(b)).slice(0, mostDrawn);
  const near = nearest.filter((way, index) => index === 0 || farOff(way) <= nearMs);
  return { near, far: nearest.filter((way) => !near.includes(way)) };
}

/** Where they were at a moment of the way: between two points they went straight on. */
export function placeAt({ points }: Pick<Way, 'points'>, moment: number): Place | null {
  const next = points.findIndex(({ at }) => at >= moment);
  const [from, to] = [points[next - 1], points[next]];
  if (to === undefined) return points.at(-1) ?? null;
  if (from === undefined || to.at === moment) return to;
  const part = (moment - from.at) / (to.at - from.at);
  return { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
}

/** Where they are; null before they came and after they went. */
export function standsAt(way: Way, moment: number): Place | null {
  const { startAt, endAt } = way;
  return moment >= startAt && moment <= endAt + lingerMs ? placeAt(way, moment) : null;
}

/** The part of a way up to a moment. */
export function walkedUpTo(way: Way, moment: number): readonly Place[] {
  const here = placeAt(way, moment);
  if (here === null || moment < way.startAt) return [];
  return [...way.points.filter(({ at }) => at < moment), here];
}
