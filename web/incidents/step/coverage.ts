// What there is of a camera at a moment: footage, or a reason why there is none.

import type { TimeLine } from '../../../src/http/contract/cameras.ts';

export type Coverage =
  | { readonly kind: 'footage' }
  /** `until` is when footage begins again; null where none follows. */
  | { readonly kind: 'missing'; readonly why: string; readonly until: number | null };

export type CoveredBy = Pick<TimeLine, 'footage' | 'gaps'>;

/** What the newest fragment is missing of now, and what its reading took, in ms. */
const writingMs = 8000;
/** Pauses shorter than this are frames, not gaps, in ms. */
const frameMs = 400;

/** Of what is not known yet it is believed that there is footage: the player says if there is none. */
export function coverageAt(line: CoveredBy | undefined, moment: number, now: number): Coverage {
  if (line === undefined) return { kind: 'footage' };
  const covered = line.footage.some(
    ({ startAt, endAt }) => startAt - frameMs <= moment && moment < endAt + frameMs,
  );
  const gap = line.gaps.find(({ startAt, endAt }) => startAt <= moment && moment < endAt);
  if (covered && gap === undefined) return { kind: 'footage' };
  if (covered && gap !== undefined && gap.endAt - gap.startAt <= frameMs) return { kind: 'footage' };
  const newest = line.footage.reduce((end, span) => Math.max(end, span.endAt), 0);
  const beingWritten = newest > 0 && moment >= newest && now - newest < writingMs;
  if (gap === undefined && beingWritten) return { kind: 'footage' };
  const next = line.footage.find(({ startAt }) => startAt > moment);
  return { kind: 'missing', why: gap?.explanation ?? 'Nothing was recorded.', until: next?.startAt ?? null };
}
