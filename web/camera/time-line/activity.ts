// Activity on a time line: what there is to see, in order, and where a seek lands.

import type { TimeLineContent } from './chunks.ts';

/** Playback of an activity begins this long before it, in ms: one sees how it came about. */
export const leadMs = 3000;

export interface Activity {
  readonly id: string;
  readonly kind: 'person' | 'vehicle' | 'animal';
  readonly startAt: number;
  readonly endAt: number;
  readonly bestScore: number;
  /** The incident it belongs to, if any. */
  readonly incidentId: string | null;
}

/** The tracks of a time line, oldest first, each with its incident. */
export function activities(line: TimeLineContent, now: number): Activity[] {
  return line.tracks.map((track) => {
    const incident = line.incidents.find(
      (one) => one.startAt <= track.endAt && (one.endAt ?? now) >= track.startAt,
    );
    return { ...track, incidentId: incident?.id ?? null };
  });
}

/** The activity before `at`; pressing again while one has just begun goes to the one before. */
export function previousActivity(all: readonly Activity[], at: number): Activity | null {
  return all.findLast((one) => one.startAt < at - leadMs) ?? null;
}

export function nextActivity(all: readonly Activity[], at: number): Activity | null {
  return all.find((one) => one.startAt - leadMs > at + 500) ?? null;
}

/** Where playback goes when `at` was asked for: there if it was recorded, else to the footage nearest after or before it. */
export function landing(line: TimeLineContent, at: number): number {
  if (line.footage.some((span) => span.startAt <= at && at < span.endAt)) return at;
  const after = line.footage.find((span) => span.startAt > at);
  if (after !== undefined) return after.startAt;
  const before = line.footage.findLast((span) => span.endAt <= at);
  return before === undefined ? at : Math.max(before.startAt, before.endAt - leadMs);
}

/** What a moment shows, in words: for the tool tip and for screen readers. */
export function describe(line: TimeLineContent, at: number, now: number): string {
  if (at > now) return 'The future';
  const gap = line.gaps.find((one) => one.startAt <= at && at < one.endAt);
  if (gap !== undefined) return `No footage: ${gap.explanation}`;
  const track = line.tracks.find((one) => one.startAt <= at && at <= one.endAt);
  const incident = line.incidents.some((one) => one.startAt <= at && at <= (one.endAt ?? now));
  const seen = track === undefined ? null : kindWords[track.kind];
  if (incident) return seen === null ? 'Incident' : `${seen}, incident`;
  if (seen !== null) return seen;
  return line.footage.some((span) => span.startAt <= at && at < span.endAt)
    ? 'Nothing happened'
    : 'No footage';
}

export const kindWords = { person: 'Person', vehicle: 'Vehicle', animal: 'Animal' } as const;
