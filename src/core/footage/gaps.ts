// Gaps: what lies between two recordings, and why.

import { branded, type EpochMs } from '../brand.ts';
import type { Span } from '../ports/records.ts';
import type { GapCause } from './recording.ts';

/** Why there is no footage from `since` on. */
export interface Reason {
  readonly cause: GapCause;
  readonly since: EpochMs;
}

export interface GapSpan extends Span {
  readonly cause: GapCause;
}

/** Most rows between two recordings: a source that fails in turn for two reasons must not fill the records. */
export const maxGapRows = 8;

/** A reason that held shorter than this is told as part of the one before it. */
const shortestReasonMs = 1_000;

/**
 * Rows that cover [endAt, startAt) without a hole or an overlap. Each reason explains the time from its `since`
 * (or from `endAt`) until the next one; the first also explains what lies before it. None: `frames-lost`.
 */
export function explainGap(endAt: EpochMs, startAt: EpochMs, reasons: readonly Reason[]): GapSpan[] {
  if (startAt <= endAt) return [];
  const steps: { cause: GapCause; since: EpochMs }[] = [];
  for (const { cause, since } of reasons) {
    const last = steps.at(-1);
    if (last === undefined) {
      steps.push({ cause, since: endAt });
      continue;
    }
    const at = branded<EpochMs>(Math.max(last.since, Math.min(since, startAt)));
    if (cause === last.cause || startAt - at < shortestReasonMs || steps.length === maxGapRows) continue;
    steps.push({ cause, since: at });
  }
  if (steps.length === 0) steps.push({ cause: 'frames-lost', since: endAt });
  const kept = steps
    .filter(({ since }, index) => (steps[index + 1]?.since ?? startAt) - since >= shortestReasonMs)
    .filter(({ cause }, index, long) => cause !== long[index - 1]?.cause);
  if (kept.length === 0) kept.push(...steps.slice(0, 1));
  return kept.map(({ cause }, index) => ({
    cause,
    startAt: index === 0 ? endAt : (kept[index]?.since ?? endAt),
    endAt: kept[index + 1]?.since ?? startAt,
  }));
}

/** The parts of [startAt, endAt) that none of `covered` covers; what a row must still explain. */
export function uncovered(span: Span, covered: readonly Span[]): Span[] {
  const holes: Span[] = [];
  let at = span.startAt;
  for (const one of covered.toSorted((a, b) => a.startAt - b.startAt)) {
    if (one.startAt > at) holes.push({ startAt: at, endAt: branded(Math.min(one.startAt, span.endAt)) });
    if (one.endAt > at) at = one.endAt;
    if (at >= span.endAt) return holes.filter((hole) => hole.endAt > hole.startAt);
  }
  if (at < span.endAt) holes.push({ startAt: at, endAt: span.endAt });
  return holes.filter((hole) => hole.endAt > hole.startAt);
}
