// The newest picture of a camera, as a JPEG in the cache: taken from pictures that are decoded anyway.

import type { CameraId } from '../../core/brand.ts';
import { type Cache, maxCacheValueBytes } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Picture } from '../../core/ports/media.ts';
import { cameraPictureKey, cameraPictureWantedKey } from '../../core/site/camera-cache.ts';

const widthPixels = 640;
const pictureTtlMs = 120_000;
/** While somebody looks. Asking the cache costs less than the picture, so it is asked no more often. */
const wantedEveryMs = 2_000;
const unwantedEveryMs = 15_000;

export interface NewestPicture {
  /** Keeps this one where the kept one is old enough; says whether the cache was asked. Does not release it. */
  show(picture: Picture): Promise<boolean>;
  /** Throws away the kept one: it shows what must not be seen any more. The next one is kept at once. */
  forget(): Promise<void>;
}

export function keepNewestPicture(
  { cache, clock }: { cache: Cache; clock: Clock },
  cameraId: CameraId,
): NewestPicture {
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  return {
    async show(picture) {
      const nowMs = clock.monotonicMs();
      if (nowMs - askedAtMs < wantedEveryMs) return false;
      askedAtMs = nowMs;
      const isOld = nowMs - shownAtMs >= unwantedEveryMs;
      if (!isOld && (await cache.get(cameraPictureWantedKey(cameraId))) === null) return true;
      shownAtMs = nowMs;
      const jpeg = await picture.jpeg(widthPixels);
      // Made of what must not be seen any more: it was forgotten while it was made.
      if (shownAtMs !== nowMs) return !isOld;
      if (jpeg.length <= maxCacheValueBytes) await cache.set(cameraPictureKey(cameraId), jpeg, pictureTtlMs);
      return true;
    },
    async forget() {
      shownAtMs = Number.NEGATIVE_INFINITY;
      askedAtMs = Number.NEGATIVE_INFINITY;
      await cache.delete(cameraPictureKey(cameraId));
    },
  };
}
