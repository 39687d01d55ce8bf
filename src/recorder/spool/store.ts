// Storing a finished recording: its object, then its row with its gaps, in this order, so that every row has its object.

import type { CameraId, EpochMs, GapId } from '../../core/brand.ts';
import { type GapSpan, uncovered } from '../../core/footage/gaps.ts';
import type { JournalHeader } from '../../core/footage/journal.ts';
import type { Gap, GapCause, Recording, RetentionClass } from '../../core/footage/recording.ts';
import { newId } from '../../core/identifiers.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Records, Span, Tables } from '../../core/ports/records.ts';
import { endOf, type FinishedRecording, gapStartAfterStored } from './recording.ts';

export interface StoreDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly clock: Clock;
  /** Told of each gap that was written into a time line. */
  readonly onGap?: (gap: Pick<Gap, 'cause' | 'startAt' | 'endAt'>) => void;
}

export interface RecordingToStore extends FinishedRecording {
  /** The file in the spool; null where the store has the object already. */
  readonly dataFile: string | null;
  /** Somebody was in the picture, as far as is known besides the tracks. */
  readonly isActive: boolean;
  /** Why footage is missing where nobody said so: a torn tail, a recording that was lost. */
  readonly otherwise: GapCause;
  /** Footage of the camera that waits in the spool and has no row yet: it is not missing. */
  readonly waiting: readonly Span[];
}

/**
 * Stores the object and writes init segment, row and gaps in one transaction. Doing it again changes nothing.
 * Errors: `data-full`, `data-read-only`, those of the records.
 */
export async function storeRecording(deps: StoreDeps, finished: RecordingToStore): Promise<Recording> {
  const { header, fragments, sizeBytes, sha256, dataFile } = finished;
  if (dataFile !== null) {
    await deps.blobs.put(header.blobKey, { takeFile: dataFile }, { sizeBytes, sha256 });
  }
  const span: Span = { startAt: header.startAt, endAt: endOf(header, fragments) };
  const stored = await deps.records.transaction(async (tx) => {
    const existing = await tx.recordings.find(header.id);
    if (existing !== null) return { recording: existing, gaps: [] };
    const { id, organizationId, siteId, cameraId, blobKey, wrappedKey, clock, init } = header;
    const retentionClass = await classFor(tx, finished, span);
    const recording: Recording = {
      ...{ id, organizationId, siteId, cameraId, ...span, fragments, sizeBytes, sha256, blobKey },
      ...{ initSha256: init.sha256, wrappedKey, retentionClass, clock },
    };
    const gaps = [...header.gaps, ...(await unexplained(tx, deps.clock, finished))];
    await tx.initSegments.put(init);
    await tx.recordings.insert(recording);
    for (const gap of gaps) await tx.gaps.insert(gap);
    return { recording, gaps };
  });
  for (const gap of stored.gaps) deps.onGap?.(gap);
  return stored.recording;
}

async function classFor(tx: Tables, finished: RecordingToStore, span: Span): Promise<RetentionClass> {
  const { cameraId } = finished.header;
  if ((await tx.holds.overlapping(cameraId, span)).length > 0) return 'incident';
  const isActive = finished.isActive || (await tx.tracks.list(cameraId, span)).length > 0;
  return isActive ? 'activity' : 'idle';
}

/** Where a gap behind the camera's stored footage begins; null where there is none. */
export async function storedEnd(tables: Tables, cameraId: CameraId): Promise<EpochMs | null> {
  const last = await tables.recordings.last(cameraId);
  if (last === null) return null;
  const init = await tables.initSegments.find(last.initSha256);
  return init === null ? last.endAt : gapStartAfterStored(last, init.timescale);
}

/** Gaps for what lies between the last recording and this one and is not in its header (invariant I3). */
async function unexplained(tx: Tables, clock: Clock, { header, otherwise, waiting }: RecordingToStore) {
  const { organizationId, siteId, cameraId, startAt, gaps } = header;
  const lastEndAt = await storedEnd(tx, cameraId);
  if (lastEndAt === null || lastEndAt >= startAt) return [];
  const holes = uncovered({ startAt: lastEndAt, endAt: startAt }, [...gaps, ...waiting]);
  return holes.map((hole) =>
    gapRow(clock, { organizationId, siteId, cameraId }, { ...hole, cause: otherwise }),
  );
}

/** A gap with an id of its own. */
export function gapRow(
  clock: Clock,
  owner: Pick<JournalHeader, 'organizationId' | 'siteId' | 'cameraId'>,
  span: GapSpan,
) {
  return { id: newId<GapId>(clock), ...owner, ...span };
}

/** `footage/<organization>/<camera>/<yyyy-mm-dd>/<recording>.cmfv`, by the day it begins (UTC). */
export function recordingKey(
  header: Pick<JournalHeader, 'id' | 'organizationId' | 'cameraId'>,
  startAt: EpochMs,
) {
  const day = new Date(startAt).toISOString().slice(0, 10);
  return `footage/${header.organizationId}/${header.cameraId}/${day}/${header.id}.cmfv`;
}
