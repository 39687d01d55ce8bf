// Where things lie on the lanes below the pictures, in parts of their width. Pure.

import type { TimeLine } from '../../../src/http/contract/cameras.ts';
import type { Reach } from './clock.ts';

export interface Bar {
  readonly key: string;
  readonly kind: 'footage' | 'gap' | 'seen';
  /** In percent of the lane. */
  readonly left: number;
  readonly width: number;
  readonly startAt: number;
  readonly words: string;
}

/** What is narrower than this cannot be seen or hit, in percent. */
const narrowest = 0.6;

export function partOf(moment: number, { from, to }: Reach): number {
  return Math.min(100, Math.max(0, ((moment - from) / Math.max(1, to - from)) * 100));
}

/** The bars of one camera: footage below, gaps and sights above it. */
export function barsOf(line: TimeLine, reach: Reach): readonly Bar[] {
  const bar = (kind: Bar['kind'], span: { startAt: number; endAt: number }, words: string): Bar => {
    const left = partOf(span.startAt, reach);
    const width = Math.max(narrowest, partOf(span.endAt, reach) - left);
    return { key: `${kind} ${span.startAt} ${span.endAt}`, kind, left, width, startAt: span.startAt, words };
  };
  const inside = (span: { startAt: number; endAt: number }) =>
    span.startAt < reach.to && span.endAt > reach.from;
  return [
    ...line.footage.filter(inside).map((span) => bar('footage', span, 'Footage')),
    ...line.gaps.filter(inside).map((gap) => bar('gap', gap, gap.explanation)),
    ...line.tracks.filter(inside).map((track) => bar('seen', track, seenWords[track.kind])),
  ];
}

const seenWords = {
  person: 'A person was seen',
  vehicle: 'A vehicle was seen',
  animal: 'An animal was seen',
} as const;
