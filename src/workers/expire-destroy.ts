// Destroying footage and images: the row first, then the object, so that a crash between leaves only garbage.

import type { CameraId, EpochMs, OrganizationId } from '../core/brand.ts';
import type { Recording } from '../core/footage/recording.ts';
import {
  type DeletionReason,
  type DiskUse,
  explainDeletion,
  type Retention,
} from '../core/footage/retention.ts';
import type { DestroyedKind } from '../core/metrics/series.ts';
import type { Ballast } from '../core/ports/ballast.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Events } from '../core/ports/events.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records, Tables } from '../core/ports/records.ts';
import type { StoreDoubt } from './expire-doubt.ts';

export interface ExpiryDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events;
  /** Without it a disk that is full to the last byte stays so: the records cannot write what is to go. */
  readonly ballast?: Ballast;
  /** Outlives each expiry: what is led anew must not take a wrong store for the right one. */
  readonly doubt: StoreDoubt;
  readonly told?: ExpiryTold;
}

/** Who hears what a sweep did. */
export interface ExpiryTold {
  destroyed(what: DestroyedKind, destroyed: Destroyed): void;
  /** Recordings that were destroyed before their time. */
  overwrote(destroyed: Destroyed): void;
  /** A sweep came to its end, and found this afterwards. */
  swept(use: DiskUse): void;
}

/** Rows destroyed in one transaction, and objects removed before looking again: holds up other writers for ~10 ms. */
export const batchSize = 100;

/** What a batch destroyed. */
export interface Destroyed {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Destroys recordings that `choose` finds, in one transaction: what is put on hold meanwhile is either found held
 * or not there any more. Their objects are garbage afterwards.
 */
export async function destroyRecordings(
  deps: ExpiryDeps,
  { reason, retention }: { reason: DeletionReason; retention: Retention },
  choose: (tx: Tables) => Promise<readonly Recording[]>,
): Promise<Destroyed> {
  const now = deps.clock.now();
  const destroyed = await deps.records.transaction(async (tx) => {
    const chosen = await choose(tx);
    for (const { id } of chosen) await tx.recordings.destroy(id, now);
    return chosen;
  });
  const cameras = new Map<CameraId, OrganizationId>();
  for (const recording of destroyed) {
    const { id: recordingId, cameraId, organizationId } = recording;
    cameras.set(cameraId, organizationId);
    deps.log.debug(explainDeletion(recording, reason, retention), { recordingId, cameraId, reason });
  }
  for (const [cameraId, organizationId] of cameras) {
    deps.events.publish({ organizationId, type: 'timeline-grew', cameraId });
  }
  return {
    count: destroyed.length,
    bytes: destroyed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** Destroys images taken before `takenBefore` that no unresolved incident shows; their objects are garbage then. */
export async function destroyImages(deps: ExpiryDeps, takenBefore: EpochMs): Promise<Destroyed> {
  const now = deps.clock.now();
  const destroyed = await deps.records.transaction(async (tx) => {
    const chosen = await tx.images.expired(takenBefore, batchSize);
    for (const { id } of chosen) await tx.images.destroy(id, now);
    return chosen;
  });
  return {
    count: destroyed.length,
    bytes: destroyed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** Removes every object that is listed as garbage. What cannot be removed stays listed for the next sweep. */
export async function collectGarbage({ records, blobs, clock, log }: ExpiryDeps): Promise<void> {
  for (;;) {
    const keys = await records.garbage.list(batchSize, clock.now());
    let removed = 0;
    for (const blobKey of keys) {
      try {
        await blobs.delete(blobKey);
        await records.garbage.remove(blobKey);
        removed += 1;
      } catch (error) {
        log.error('A deleted object could not be removed; it will be tried again', { blobKey, error });
      }
    }
    if (removed < keys.length || keys.length < batchSize) return;
  }
}
