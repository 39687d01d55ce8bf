// The time line of a camera: footage joined where it touches, gaps with their reason, and the outage going on.

import { branded, type EpochMs, type ImageId } from '../brand.ts';
import type { Track } from '../detection/detection.ts';
import type { Incident } from '../incident/incident.ts';
import type { Cache } from '../ports/cache.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpenFootage } from '../ports/open-footage.ts';
import type { Records, Span } from '../ports/records.ts';
import { maxListedImages } from '../ports/records-images.ts';
import type { Camera, CameraStatus } from '../site/camera.ts';
import { cameraStatus } from '../site/cameras.ts';
import { openEndAt } from './footage.ts';
import { type GapCause, gapCauses, type RetentionClass } from './recording.ts';

/** Spans this close are drawn as one: two frames of the slowest cameras (5 frames a second). */
export const touchMs = 400;

/** Most incidents drawn on one time line. */
export const maxTimeLineIncidents = 500;

export interface FootageSpan extends Span {
  readonly retentionClass: RetentionClass;
}

export interface ExplainedGap extends Span {
  readonly cause: GapCause;
  readonly explanation: string;
}

export interface TimeLine extends Span {
  readonly earliestAt: EpochMs | null;
  readonly footage: readonly FootageSpan[];
  readonly gaps: readonly ExplainedGap[];
  readonly tracks: readonly Track[];
  readonly incidents: readonly Incident[];
  /** What was pushed. */
  readonly images: readonly { readonly id: ImageId; readonly at: EpochMs }[];
}

interface TimeLineDeps {
  readonly records: Records;
  readonly openFootage: OpenFootage;
  readonly cache: Cache;
  readonly clock: Clock;
}

/** Everything that is drawn of a camera in a span. What reaches over the span's ends is not cut. */
export async function timeLine(deps: TimeLineDeps, camera: Camera, span: Span): Promise<TimeLine> {
  const { records, openFootage, clock } = deps;
  const open = (await openFootage.of(camera.id)).map((recording) => ({
    id: recording.id,
    startAt: recording.startAt,
    endAt: openEndAt(recording),
    gaps: recording.gaps ?? [],
    retentionClass: 'idle' as const,
  }));
  const [sealed, storedGaps, tracks, incidents, last, status, first, images, firstImageAt] =
    await Promise.all([
      records.recordings.spans(camera.id, span),
      records.gaps.list(camera.id, span),
      records.tracks.list(camera.id, span),
      records.incidents.list({
        organizationId: camera.organizationId,
        cameraId: camera.id,
        span,
        limit: maxTimeLineIncidents,
      }),
      records.recordings.last(camera.id),
      cameraStatus(deps, camera),
      records.recordings.first(camera.id),
      records.pushedImages.list(camera.id, span, maxListedImages),
      records.pushedImages.firstAt(camera.id),
    ]);
  const sealedIds = new Set(sealed.map(({ id }) => id));
  const growing = open.filter((recording) => !sealedIds.has(recording.id) && overlaps(recording, span));
  // Those of an open recording are stored when it is sealed, and must be seen before.
  const storedIds = new Set(storedGaps.map(({ id }) => id));
  const newGaps = open
    .flatMap((one) => one.gaps)
    .filter((gap) => !storedIds.has(gap.id) && overlaps(gap, span));
  const gaps = [...storedGaps, ...newGaps];
  const lastFootageAt = Math.max(last?.endAt ?? 0, ...open.map(({ endAt }) => endAt));
  const outage = currentOutage(status, branded<EpochMs>(lastFootageAt), gaps, clock.now());
  return {
    ...span,
    earliestAt: earlier(first?.startAt ?? open[0]?.startAt ?? null, firstImageAt),
    footage: joinTouching([...sealed, ...growing]),
    gaps: [...gaps, ...(outage !== null && overlaps(outage, span) ? [outage] : [])].map(explained),
    tracks,
    incidents,
    images: images.map(({ id, takenAt }) => ({ id, at: takenAt })),
  };
}

/** Joins spans of one class that touch or overlap; the result is by start, and no moment of footage is lost. */
export function joinTouching(spans: readonly FootageSpan[]): readonly FootageSpan[] {
  const joined: FootageSpan[] = [];
  for (const span of spans.toSorted((a, b) => a.startAt - b.startAt)) {
    const last = joined.at(-1);
    if (last?.retentionClass === span.retentionClass && span.startAt - last.endAt <= touchMs) {
      joined[joined.length - 1] = { ...last, endAt: later(last.endAt, span.endAt) };
    } else {
      joined.push({ startAt: span.startAt, endAt: span.endAt, retentionClass: span.retentionClass });
    }
  }
  return joined;
}

/** The span in which a camera gives no footage now, up to now; null while it records or is only starting. */
export function currentOutage(
  status: CameraStatus,
  lastFootageAt: EpochMs,
  gaps: readonly Span[],
  now: EpochMs,
): (Span & { readonly cause: GapCause }) | null {
  const cause = outageCause(status);
  if (cause === null) return null;
  // The recorder notices a silence some seconds after it began; where the footage ends is where it began. That may
  // be a little after it was noticed: the last picture stays, and the time line may be ahead of the clock.
  const noticed = Math.min(status.since, now);
  const began = lastFootageAt > 0 ? Math.ceil(lastFootageAt) : noticed;
  const told = gaps.filter(({ startAt }) => startAt <= noticed).map(({ endAt }) => endAt);
  const startAt = Math.max(began, ...told);
  return startAt < now ? { startAt: branded<EpochMs>(startAt), endAt: now, cause } : null;
}

function outageCause({ state, problem }: CameraStatus): GapCause | null {
  if (state === 'disabled') return 'camera-disabled';
  if (state === 'ended') return 'source-ended';
  if (state !== 'offline') return null;
  if (problem?.code === 'data-full') return 'disk-full';
  if (problem?.code === 'data-read-only' || problem?.code === 'data-damaged') return 'storage-failed';
  return gapCauses.find((cause) => cause === problem?.code) ?? 'source-unreachable';
}

const explanations: Readonly<Record<GapCause, string>> = {
  'source-unreachable': 'The camera did not answer.',
  'source-failed': 'The camera broke off the connection or answered with an error.',
  'source-timeout': 'The camera answered too slowly or stopped sending.',
  'source-credentials': 'The camera refused the user name or password.',
  'source-not-found': 'The camera had no stream at this path, or the file did not exist.',
  'source-not-video': 'There was no video that can be recorded at this address.',
  'source-corrupt': 'The camera sent damaged video.',
  'source-refused': 'This address may not be used as a camera.',
  'source-ended': 'The file was played to its end.',
  'camera-disabled': 'The camera was switched off in Vedette.',
  'recorder-stopped': 'Vedette was not running.',
  'recorder-crashed': 'Vedette or its machine stopped unexpectedly.',
  'clock-step': 'The clock of the machine was set forward.',
  'stream-changed': 'The camera changed its stream, for example its resolution.',
  'disk-full': 'The disk was full.',
  'storage-failed': 'The storage did not take the footage.',
  'frames-lost': 'The camera or the network lost pictures.',
  'footage-damaged': 'The stored footage was damaged and was put aside.',
};

function explained(gap: Span & { readonly cause: GapCause }): ExplainedGap {
  return {
    startAt: gap.startAt,
    endAt: gap.endAt,
    cause: gap.cause,
    explanation: explanations[gap.cause],
  };
}

function overlaps(a: Span, b: Span): boolean {
  return a.startAt < b.endAt && a.endAt > b.startAt;
}

function later(a: EpochMs, b: EpochMs): EpochMs {
  return a > b ? a : b;
}

function earlier(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
