// The spool: where recordings are written before they are sealed.

import type { EpochMs } from '../../core/brand.ts';
import { branded } from '../../core/brand.ts';
import { explainGap } from '../../core/footage/gaps.ts';
import type { ClockQuality } from '../../core/footage/recording.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Camera } from '../../core/site/camera.ts';
import { createSpoolRecording, type SpoolRecording } from '../spool/recording.ts';
import { gapRow, recordingKey } from '../spool/store.ts';
import type { KeysAhead } from './keys-ahead.ts';
import type { TimedFragment } from './segmenter.ts';

export type CameraOwner = Pick<Camera, 'id' | 'organizationId' | 'siteId'>;

/**
 * Begins the recording whose first fragment is `first`: a key of its own; and the gaps since `lastEndAt`,
 * the end of the camera's footage so far. Errors: `data-full`, `data-read-only`, `data-damaged`, those of the keys.
 */
export async function beginRecording(
  { ahead, clock }: { ahead: Pick<KeysAhead, 'next'>; clock: Clock },
  folder: string,
  camera: CameraOwner,
  first: TimedFragment,
  lastEndAt: EpochMs | null,
): Promise<SpoolRecording> {
  const owner = { organizationId: camera.organizationId, siteId: camera.siteId, cameraId: camera.id };
  const startAt = branded<EpochMs>(Math.round((first.startTicks * 1000) / first.init.timescale));
  const quality: ClockQuality = { state: await clock.quality(), offsetMs: first.clockOffsetMs };
  const gaps = lastEndAt === null ? [] : explainGap(lastEndAt, startAt, first.reasons);
  const { id, key, wrappedKey } = await ahead.next();
  const header = {
    ...owner,
    id,
    startAt,
    startTicks: first.startTicks,
    blobKey: recordingKey({ ...owner, id }, startAt),
    wrappedKey,
    clock: quality,
    init: first.init,
    gaps: gaps.map((gap) => gapRow(clock, owner, gap)),
  };
  return createSpoolRecording(folder, header, key);
}
