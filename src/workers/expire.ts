// Expiry: destroys what is past its retention, and the oldest footage where room is needed.

import type { EpochMs } from '../core/brand.ts';
import { errorCode } from '../core/errors.ts';
import { retentionClasses } from '../core/footage/recording.ts';
import {
  bytesToFree,
  defaultPushedDays,
  type DiskLimits,
  type DiskUse,
  expiredBefore,
  imagesExpiredBefore,
  longestClass,
  pushedExpiredBefore,
  type Retention,
} from '../core/footage/retention.ts';
import type { DestroyedKind } from '../core/metrics/series.ts';
import { repeat } from '../core/repeat.ts';
import { expiryClock } from './expire-clock.ts';
import {
  batchSize,
  collectGarbage,
  type Destroyed,
  destroyImages,
  destroyRecordings,
  type ExpiryDeps,
} from './expire-destroy.ts';
import { destroyPushedImages, forgetPushedImages, sweepInbox } from './expire-pushed.ts';
import { createForecast } from './expire-forecast.ts';
import { createShortage, type Shortage } from './expire-shortage.ts';

/** Time between sweeps: nothing outlives its retention by more (invariant I5). */
export const sweepEveryMs = 60_000;

/** Room made at once when a write met a full disk: a minute of two cameras at 4 Mbit/s. */
const leastRoomBytes = 64 * 1024 * 1024;

/** Recordings destroyed at a time to make room: few, because the records need room for that too. */
const roomBatchSize = 8;

export type ExpirySettings = Retention & DiskLimits & { readonly pushedDays?: number };

export interface Expiry {
  /**
   * Overwrites the oldest footage after a write met `data-full`; false where nothing could be freed. A store that has no
   * limit of room is not what is full: nothing is overwritten for it.
   */
  makeRoom(): Promise<boolean>;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

/**
 * Sweeps now and every minute. One thing is done at a time, a call to make room between two sweeps; callers who
 * ask for room at the same time share one answer.
 */
export function startExpiry(deps: ExpiryDeps, settings: ExpirySettings): Expiry {
  const stopping = new AbortController();
  const shortage = createShortage(deps);
  const sweeper = createSweeper(deps, settings, { shortage, stopping: stopping.signal });
  let working: Promise<unknown> = Promise.resolve();
  let makingRoom: Promise<boolean> | null = null;

  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = working.then(work);
    working = done.catch(() => {});
    return done;
  }

  const sweeping = repeat(
    deps,
    {
      everyMs: sweepEveryMs,
      failed: 'Expired footage could not be deleted; it will be tried again in a minute',
    },
    () => exclusively(() => withRoom(deps, shortage, sweeper.sweep)),
  );

  return {
    makeRoom() {
      makingRoom ??= exclusively(() => withRoom(deps, shortage, sweeper.makeRoom)).finally(() => {
        makingRoom = null;
      });
      return makingRoom;
    },
    async stop() {
      stopping.abort(new Error('Expiry is stopping.'));
      await sweeping.stop();
      await working;
    },
  };
}

/** Runs `work`; where the records find no room to write in, throws the ballast off and runs it again. */
async function withRoom<T>({ ballast }: ExpiryDeps, shortage: Shortage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) !== 'data-full' || (await ballast?.release()) !== true) throw error;
    shortage.threwBallast();
    return await work();
  } finally {
    await ballast?.restore();
  }
}

function createSweeper(
  deps: ExpiryDeps,
  settings: ExpirySettings,
  { shortage, stopping }: { shortage: Shortage; stopping: AbortSignal },
) {
  const { records, blobs, log, doubt } = deps;
  const time = expiryClock(deps);
  const forecast = createForecast(deps, settings);
  /** The keys of what expired are destroyed all the same; its objects stay listed as garbage until they can be seen. */
  let isDoubted = false;

  async function collect(): Promise<void> {
    if (!isDoubted) await collectGarbage(deps);
  }

  async function use(): Promise<DiskUse> {
    return { totalBytes: await records.recordings.totalBytes(), freeBytes: await blobs.freeBytes() };
  }

  /** Repeats `destroy` until it finds nothing more, removing the objects of each batch. */
  async function destroyAll(
    kind: DestroyedKind,
    what: string,
    destroy: () => Promise<Destroyed>,
  ): Promise<void> {
    let total: Destroyed = { count: 0, bytes: 0 };
    while (!stopping.aborted) {
      const batch = await destroy();
      if (batch.count === 0) break;
      total = { count: total.count + batch.count, bytes: total.bytes + batch.bytes };
      deps.told?.destroyed(kind, batch);
      await collect();
    }
    if (total.count > 0) log.info(`Expired ${what} deleted`, { ...total });
  }

  async function expire(): Promise<void> {
    const { now, jumps } = await time.look();
    // Incidents that were resolved long enough ago let go first, so that the same sweep takes what they held.
    await records.holds.releaseResolvedBefore(expiredBefore(settings, 'incident', now, jumps));
    for (const retentionClass of retentionClasses) {
      const endedBefore = expiredBefore(settings, retentionClass, now, jumps);
      await destroyAll('footage', `${retentionClass} footage`, () =>
        destroyRecordings(deps, { reason: 'expired', retention: settings }, (tx) =>
          tx.recordings.expired(retentionClass, endedBefore, batchSize),
        ),
      );
    }
    const invitations = await records.invitations.deleteExpired(now);
    if (invitations > 0) log.info('Expired invitations deleted', { count: invitations });
    const takenBefore = imagesExpiredBefore(settings, now, jumps);
    await destroyAll('images', 'images', () => destroyImages(deps, takenBefore));
    const most = settings.pushedDays ?? defaultPushedDays;
    const pushedBefore = pushedExpiredBefore(most, now, jumps);
    await destroyAll('pushed-images', 'pushed images', () => destroyPushedImages(deps, pushedBefore));
    for (const { siteId, days } of await records.sites.keepingImagesFor()) {
      if (days >= most) continue;
      const before = pushedExpiredBefore(days, now, jumps);
      await destroyAll('pushed-images', 'pushed images of a site', () =>
        destroyPushedImages(deps, before, siteId),
      );
    }
    while (!stopping.aborted && (await forgetPushedImages(deps, now)) === batchSize);
    if (!isDoubted) await sweepInbox(deps, now);
    await forget(expiredBefore(settings, longestClass(settings), now, jumps));
  }

  /** Deletes the tracks and gaps of a time of which no footage is left. */
  async function forget(endedBefore: EpochMs): Promise<void> {
    for (const rows of [records.tracks, records.gaps]) {
      while (!stopping.aborted && (await rows.deleteExpired(endedBefore, batchSize)) === batchSize);
    }
  }

  /** Overwrites the oldest footage until `bytes` are free or nothing is left; returns what it freed. */
  async function overwrite(bytes: number, reason: keyof typeof overwriteSentences): Promise<number> {
    // It would destroy the keys of what lies elsewhere, and free nothing here.
    if (isDoubted) return 0;
    let total: Destroyed = { count: 0, bytes: 0 };
    const oldest = reason === 'disk-full-of-evidence' ? 'oldestResolved' : 'oldestUnheld';
    while (total.bytes < bytes && !stopping.aborted) {
      const missing = bytes - total.bytes;
      const batch = await destroyRecordings(deps, { reason, retention: settings }, async (tx) =>
        enough(await tx.recordings[oldest](roomBatchSize), missing),
      );
      if (batch.count === 0) break;
      total = { count: total.count + batch.count, bytes: total.bytes + batch.bytes };
      deps.told?.overwrote(batch);
      await collect();
    }
    if (total.count > 0) forecast.overwrote(total.count, total.bytes, overwriteSentences[reason]);
    return total.bytes;
  }

  return {
    async sweep(): Promise<void> {
      isDoubted = await doubt.look();
      // First what a crash, or a store that did not answer, left behind.
      await collect();
      await expire();
      // Once a sweep, by what is missing now: file systems may give room back only after a while.
      const used = await use();
      const { bytes, reason } = bytesToFree(used, settings);
      let freedBytes = bytes > 0 ? await overwrite(bytes, reason) : 0;
      // Evidence gives way to a disk that is full, not to a quota.
      const lackingBytes = bytesToFree(used, { ...settings, quotaBytes: null }).bytes - freedBytes;
      if (lackingBytes > 0) freedBytes += await overwrite(lackingBytes, 'disk-full-of-evidence');
      const left = await use();
      if (!stopping.aborted) await shortage.swept({ missingBytes: bytes - freedBytes, use: left });
      forecast.look(left);
      if (!stopping.aborted) deps.told?.swept(left);
    },
    async makeRoom(): Promise<boolean> {
      isDoubted = await doubt.look();
      await collect();
      const used = await use();
      if (used.freeBytes === null) {
        shortage.isElsewhere();
        return false;
      }
      const { bytes } = bytesToFree(used, settings);
      const wantedBytes = Math.max(bytes, leastRoomBytes);
      const freedBytes =
        (await overwrite(wantedBytes, 'disk-full')) ||
        (await overwrite(wantedBytes, 'disk-full-of-evidence'));
      if (!stopping.aborted) await shortage.madeRoom(freedBytes);
      return freedBytes > 0;
    },
  };
}

const overwriteSentences = {
  quota: 'Footage takes as much room as it may; the oldest that is not on hold is being overwritten',
  'disk-full': 'The disk is nearly full; the oldest footage that is not on hold is being overwritten',
  'disk-full-of-evidence':
    'The disk is full of evidence; the oldest footage of resolved incidents is being overwritten before its time. Make room, or resolve and export incidents',
};

/** The first recordings whose sizes together reach `bytes`. */
function enough<T extends { readonly sizeBytes: number }>(recordings: readonly T[], bytes: number): T[] {
  const chosen: T[] = [];
  let sum = 0;
  for (const recording of recordings) {
    if (sum >= bytes) break;
    chosen.push(recording);
    sum += recording.sizeBytes;
  }
  return chosen;
}
