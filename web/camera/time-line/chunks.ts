// The time line is read in chunks aligned to the clock, so that panning finds most of it in the cache.

import type { TimeLine } from '../../../src/http/contract/cameras.ts';

const hourMs = 3_600_000;
/** A block that lies wholly in the past is read at once; the newest block by the hour, because it still grows. */
const blockMs = 6 * hourMs;
/** Tracks and gaps are written a little after they happened: a chunk counts as growing for so long, in ms. */
const settleMs = 5 * 60_000;

/** Footage that ends so shortly before now is still being written, in ms: one reading and one fragment. */
const writingMs = 8000;

export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** The chunks that together cover `from` to `to`, oldest first; none begins in the future. */
export function chunksOf(from: number, to: number, now: number): Chunk[] {
  const chunks: Chunk[] = [];
  const end = Math.min(to, now);
  let at = Math.floor(from / blockMs) * blockMs;
  while (at < end) {
    const whole = at + blockMs <= now - settleMs;
    const step = whole && at % blockMs === 0 ? blockMs : hourMs;
    if (at + step > from) chunks.push({ from: at, to: at + step });
    at += step;
  }
  return chunks;
}

/** True while the server may still add to what lies before `to`. */
export function isGrowing(to: number, now: number): boolean {
  return to > now - settleMs;
}

export type TimeLineContent = Pick<
  TimeLine,
  'earliestAt' | 'footage' | 'gaps' | 'tracks' | 'incidents' | 'images'
>;

export const emptyTimeLine: TimeLineContent = {
  earliestAt: null,
  footage: [],
  gaps: [],
  tracks: [],
  incidents: [],
  images: [],
};

/** Adjacent chunks as one time line: spans cut at a border are joined again, what both name is named once. */
export function joined(parts: readonly TimeLine[]): TimeLineContent {
  const inOrder = parts.toSorted((a, b) => a.from - b.from);
  const earliest = inOrder.map((part) => part.earliestAt).filter((at) => at !== null);
  return {
    earliestAt: earliest.length === 0 ? null : Math.min(...earliest),
    footage: joinTouching(
      inOrder.flatMap((part) => part.footage),
      (span) => span.retentionClass,
    ),
    gaps: joinTouching(
      inOrder.flatMap((part) => part.gaps),
      (span) => span.cause,
    ),
    tracks: uniqueById(inOrder.flatMap((part) => part.tracks)),
    incidents: uniqueById(inOrder.flatMap((part) => part.incidents)),
    images: [
      ...new Map(inOrder.flatMap((part) => part.images).map((image) => [image.id, image])).values(),
    ].toSorted((a, b) => a.at - b.at),
  };
}

/**
 * The line with what is being written now: the newest footage of a recording camera reaches to now, though the
 * server was asked a moment ago.
 */
export function reachingNow(line: TimeLineContent, now: number): TimeLineContent {
  const newest = line.footage.at(-1);
  if (newest === undefined || now <= newest.endAt || now - newest.endAt > writingMs) return line;
  return { ...line, footage: [...line.footage.slice(0, -1), { ...newest, endAt: now }] };
}

function joinTouching<S extends { startAt: number; endAt: number }>(
  spans: readonly S[],
  sort: (span: S) => string,
): S[] {
  const result: S[] = [];
  for (const span of spans.toSorted((a, b) => a.startAt - b.startAt)) {
    const last = result.at(-1);
    if (last !== undefined && sort(last) === sort(span) && span.startAt <= last.endAt) {
      result[result.length - 1] = { ...last, endAt: Math.max(last.endAt, span.endAt) };
    } else {
      result.push(span);
    }
  }
  return result;
}

/** The later word wins: a track or incident that went on is longer in the newer chunk. */
function uniqueById<T extends { id: string; startAt: number }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()].toSorted((a, b) => a.startAt - b.startAt);
}
