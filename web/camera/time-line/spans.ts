// Spans as rectangles: clipped to the view, and joined where they would be thinner than the eye can tell.

import { type View, xOf } from './view.ts';

/** Spans whose drawings come closer than this are drawn as one, in pixels: a busy day stays light to draw. */
const leastDistance = 1;

export interface Bar<S> {
  readonly x: number;
  readonly width: number;
  /** The first span it stands for. */
  readonly span: S;
}

/**
 * Bars for the spans in view, oldest first; `least` is the width in pixels a bar has at least, `sort` keeps
 * different things from being joined.
 */
export function bars<S extends { startAt: number; endAt: number }>(
  spans: readonly S[],
  view: View,
  width: number,
  least: number,
  sort: (span: S) => string,
): Bar<S>[] {
  const drawn: { x: number; width: number; span: S }[] = [];
  for (const span of spans) {
    if (span.endAt <= view.from || span.startAt >= view.to) continue;
    const x = Math.max(0, xOf(span.startAt, view, width));
    const end = Math.max(Math.min(width, xOf(span.endAt, view, width)), x + least);
    const last = drawn.at(-1);
    if (last !== undefined && sort(last.span) === sort(span) && x - (last.x + last.width) < leastDistance) {
      last.width = Math.max(last.width, end - last.x);
    } else {
      drawn.push({ x, width: end - x, span });
    }
  }
  return drawn;
}
