// The spool: where recordings are written before they are sealed.

import { randomBytes } from 'node:crypto';
import type { EpochMs, RecordingId } from '../../core/brand.ts';
import { branded } from '../../core/brand.ts';
import { explainGap } from '../../core/footage/gaps.ts';
import { type ClockQuality, recordingKeyContext } from '../../core/footage/recording.ts';
import { newId } from '../../core/identifiers.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Camera } from '../../core/site/camera.ts';
import { fragmentKeyBytes } from '../spool/fragment-cipher.ts';
import { createSpoolRecording, type SpoolRecording } from '../spool/recording.ts';
import { gapRow, recordingKey } from '../spool/store.ts';
import type { TimedFragment } from './segmenter.ts';

export type CameraOwner = Pick<Camera, 'id' | 'organizationId' | 'siteId'>;

/**
 * Begins the recording whose first fragment is `first`: a key of its own, wrapped; and the gaps since `lastEndAt`,
 * the end of the camera's footage so far. Errors: `data-full`, `data-read-only`, `data-damaged`, those of the keys.
 */
export async function beginRecording(
  { keys, clock }: { keys: Keys; clock: Clock },
  folder: string,
  camera: CameraOwner,
  first: TimedFragment,
  lastEndAt: EpochMs | null,
): Promise<SpoolRecording> {
  const id = newId<RecordingId>(clock);
  const owner = { organizationId: camera.organizationId, siteId: camera.siteId, cameraId: camera.id };
  const startAt = branded<EpochMs>(Math.round((first.startTicks * 1000) / first.init.timescale));
  const key = randomBytes(fragmentKeyBytes);
  const quality: ClockQuality = { state: await clock.quality(), offsetMs: first.clockOffsetMs };
  const gaps = lastEndAt === null ? [] : explainGap(lastEndAt, startAt, first.reasons);
  const header = {
    ...owner,
    id,
    startAt,
    startTicks: first.startTicks,
    blobKey: recordingKey({ ...owner, id }, startAt),
    wrappedKey: await keys.wrap(key, recordingKeyContext({ organizationId: owner.organizationId, id })),
    clock: quality,
    init: first.init,
    gaps: gaps.map((gap) => gapRow(clock, owner, gap)),
  };
  return createSpoolRecording(folder, header, key);
}
