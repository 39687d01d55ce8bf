// Invariant I3: recordings of a camera do not overlap, and touch or have a gap between them that says why.

import { branded, type CameraId, type EpochMs, type RecordingId } from '../brand.ts';
import type { Records, Span } from '../ports/records.ts';
import type { Finding } from './finding.ts';
import { uncovered } from './gaps.ts';
import type { InitSegment, Recording } from './recording.ts';

/** Recordings that are at most this far apart touch, however short their frames: a frame at 10 a second. */
const leastToleranceMs = 100;

/** What the check needs to know of a recording; few bytes, because all of a store are in memory at once. */
export interface PlacedRecording extends Span {
  readonly id: RecordingId;
  /** How long its last frame stays. */
  readonly frameMs: number;
}

/** The place of a recording on its camera's time line. */
export function placeOf(recording: Recording, init: InitSegment | null): PlacedRecording {
  const { id, startAt, endAt } = recording;
  const last = recording.fragments.at(-1);
  const frameTicks = last === undefined ? 0 : last.durationTicks / Math.max(1, last.frameCount);
  return { id, startAt, endAt, frameMs: init === null ? 0 : (frameTicks * 1000) / init.timescale };
}

/**
 * Breaks of the time line of one camera. Before `excusedBefore` footage may have expired or been overwritten:
 * what is missing there needs no gap.
 */
export async function* checkTimeLine(
  { records }: { records: Records },
  cameraId: CameraId,
  recordings: readonly PlacedRecording[],
  excusedBefore: EpochMs,
): AsyncGenerator<Finding> {
  const subject = `camera ${cameraId}`;
  const byStart = recordings.toSorted((a, b) => a.startAt - b.startAt || a.endAt - b.endAt);
  let previous: PlacedRecording | null = null;
  for (const next of byStart) {
    if (next.endAt <= next.startAt) {
      yield { invariant: 'I3', subject, problem: `Recording ${next.id} does not end after it begins.` };
    }
    if (previous !== null) {
      const problem = await breakBetween(records, cameraId, previous, next, excusedBefore);
      if (problem !== null) yield { invariant: 'I3', subject, problem };
    }
    // The one that reaches furthest: a short one inside a long one must not hide what follows.
    if (previous === null || next.endAt >= previous.endAt) previous = next;
  }
}

async function breakBetween(
  records: Records,
  cameraId: CameraId,
  previous: PlacedRecording,
  next: PlacedRecording,
  excusedBefore: EpochMs,
): Promise<string | null> {
  const apartMs = next.startAt - previous.endAt;
  // Starts and ends are whole milliseconds, so a frame may be rounded up.
  const frameMs = Math.ceil(previous.frameMs);
  if (-apartMs > frameMs) {
    return `Recordings ${previous.id} and ${next.id} overlap by ${-apartMs} ms at ${isoTime(next.startAt)}.`;
  }
  const toleranceMs = Math.max(leastToleranceMs, frameMs);
  const hole: Span = {
    startAt: branded<EpochMs>(Math.max(previous.endAt, excusedBefore)),
    endAt: next.startAt,
  };
  if (hole.endAt - hole.startAt <= toleranceMs) return null;
  const missing = uncovered(hole, await records.gaps.list(cameraId, hole)).find(
    ({ startAt, endAt }) => endAt - startAt > toleranceMs,
  );
  if (missing === undefined) return null;
  const ms = missing.endAt - missing.startAt;
  return `Footage of ${ms} ms from ${isoTime(missing.startAt)} on is missing and no gap says why (between recordings ${previous.id} and ${next.id}).`;
}

function isoTime(at: EpochMs): string {
  return new Date(at).toISOString();
}
