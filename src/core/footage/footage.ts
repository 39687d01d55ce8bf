// Footage to play: sealed and still open recordings of a camera in one form, on one time line.

import { branded, type CameraId, type EpochMs, type RecordingId } from '../brand.ts';
import type { OpenFootage, OpenRecording } from '../ports/open-footage.ts';
import type { Records, Span } from '../ports/records.ts';
import type { Fragment, InitSegment, Recording } from './recording.ts';

/** One fragment on the time line. */
export interface PlayableFragment {
  readonly recordingId: RecordingId;
  /** Number in its recording; also its encryption's initialisation vector. */
  readonly index: number;
  readonly startAt: EpochMs;
  readonly durationMs: number;
  readonly frameCount: number;
  /** As stored: encrypted and padded. */
  readonly sizeBytes: number;
  readonly init: Pick<InitSegment, 'sha256' | 'codec' | 'width' | 'height'>;
}

/** Two recordings whose ends are at most this far apart play on without a break, whatever their frame rate. */
export const leastTouchMs = 40;

interface AnyRecording {
  readonly id: RecordingId;
  readonly startAt: EpochMs;
  readonly fragments: readonly Fragment[];
}

/** Fragments of a camera that overlap the span, by time, what is still being written included. */
export async function playableFragments(
  { records, openFootage }: { records: Records; openFootage: OpenFootage },
  cameraId: CameraId,
  span: Span,
): Promise<readonly PlayableFragment[]> {
  // Open ones first: one that is sealed between the two reads is then found twice, never not at all.
  const open = await openFootage.of(cameraId);
  const sealed = await records.recordings.list(cameraId, span);
  const sealedIds = new Set(sealed.map(({ id }) => id));
  const inits = await initSegments({ records }, sealed);
  const fragments: PlayableFragment[] = [];
  for (const recording of sealed) {
    const init = inits.get(recording.initSha256);
    if (init !== undefined) fragments.push(...onTimeLine(recording, init));
  }
  for (const recording of open) {
    if (!sealedIds.has(recording.id)) fragments.push(...onTimeLine(recording, recording.init));
  }
  return fragments
    .filter(({ startAt, durationMs }) => startAt < span.endAt && startAt + durationMs > span.startAt)
    .sort((a, b) => a.startAt - b.startAt);
}

/** The fragments of one recording, each with its place on the time line. */
export function onTimeLine(recording: AnyRecording, init: InitSegment): PlayableFragment[] {
  let ticks = 0;
  return recording.fragments.map((fragment, index) => {
    const startMs = (ticks * 1000) / init.timescale;
    ticks += fragment.durationTicks;
    return {
      recordingId: recording.id,
      index,
      startAt: branded<EpochMs>(recording.startAt + startMs),
      durationMs: (fragment.durationTicks * 1000) / init.timescale,
      frameCount: fragment.frameCount,
      sizeBytes: fragment.sizeBytes,
      init: { sha256: init.sha256, codec: init.codec, width: init.width, height: init.height },
    };
  });
}

/** End of what an open recording holds so far. */
export function openEndAt({ startAt, fragments, init }: OpenRecording): EpochMs {
  const ticks = fragments.reduce((sum, { durationTicks }) => sum + durationTicks, 0);
  return branded<EpochMs>(startAt + (ticks * 1000) / init.timescale);
}

/** Whether `next` plays on from `previous` on one media time line (invariant I3: at most one frame between). */
export function playsOn(previous: PlayableFragment, next: PlayableFragment): boolean {
  if (previous.init.sha256 !== next.init.sha256) return false;
  if (previous.recordingId === next.recordingId) return next.index === previous.index + 1;
  const frameMs = previous.durationMs / Math.max(1, previous.frameCount);
  const apartMs = next.startAt - (previous.startAt + previous.durationMs);
  return Math.abs(apartMs) <= Math.max(leastTouchMs, frameMs);
}

async function initSegments(
  { records }: { records: Records },
  recordings: readonly Recording[],
): Promise<ReadonlyMap<string, InitSegment>> {
  const found = new Map<string, InitSegment>();
  for (const sha256 of new Set(recordings.map(({ initSha256 }) => initSha256))) {
    const init = await records.initSegments.find(sha256);
    if (init !== null) found.set(sha256, init);
  }
  return found;
}
