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

/**
 * What a moment shows, in words: for the tool tip and for screen readers. What lies within `slackMs` counts too: a
 * short mark is drawn wider than it lasted.
 */
export function describe(line: TimeLineContent, at: number, now: number, slackMs = 0): string {
  if (at > now) return 'The future';
  const gap = line.gaps.find((one) => one.startAt <= at && at < one.endAt);
  if (gap !== undefined) return `No footage: ${gap.explanation}`;
  const near = (one: { startAt: number; endAt: number | null }) =>
    one.startAt - slackMs <= at && at <= (one.endAt ?? now) + slackMs;
  const track = line.tracks.find(near);
  const incident = line.incidents.some(near);
  const seen = track === undefined ? null : kindWords[track.kind];
  if (incident) return seen === null ? 'Incident' : `${seen}, incident`;
  if (seen !== null) return seen;
  const footage = line.footage.find((span) => span.startAt <= at && at < span.endAt);
  return footage === undefined ? 'No footage' : footageWords[footage.retentionClass];
}

/** A recording is kept, and coloured, as a whole for the sake of what happened in it. */
const footageWords = {
  idle: 'Nothing happened',
  activity: 'Before or after activity',
  incident: 'Before or after an incident',
} as const;

export const kindWords = { person: 'Person', vehicle: 'Vehicle', animal: 'Animal' } as const;
