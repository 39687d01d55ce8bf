// Destroying pushed images: the key with the row, then the object, so that a crash between leaves only what nobody can read.

import { branded, type EpochMs, type SiteId } from '../core/brand.ts';
import { inboxPrefixes } from '../core/image/pushed-image.ts';
import { batchSize, type Destroyed, type ExpiryDeps } from './expire-destroy.ts';

/** What was destroyed stays known for so long, for who asks what became of it, */
const rememberMs = 30 * 86_400_000;
/** and what waits in the inbox for so long is what a crash left there: nothing waits longer than it may be old. */
const claimMs = 8 * 86_400_000;

/** Destroys images taken before `before` that nothing holds, and what was put aside before it: of all sites, or of one. */
export async function destroyPushedImages(
  deps: ExpiryDeps,
  before: EpochMs,
  siteId?: SiteId,
): Promise<Destroyed> {
  const now = deps.clock.now();
  // Here an image's end is known: what is told of it to others is told from here.
  const destroyed = await deps.records.transaction(async ({ pushedImages }) => {
    const chosen = [
      ...(await pushedImages.expired(before, batchSize, siteId)),
      ...(await pushedImages.expiredQuarantine(before, batchSize, siteId)),
    ];
    for (const { id } of chosen) await pushedImages.destroy(id, now);
    return chosen;
  });
  const cameras = new Map(destroyed.map(({ cameraId, organizationId }) => [cameraId, organizationId]));
  for (const [cameraId, organizationId] of cameras) {
    if (cameraId !== null) deps.events.publish({ organizationId, type: 'timeline-grew', cameraId });
  }
  return {
    count: destroyed.length,
    bytes: destroyed.reduce((sum, { object }) => sum + (object?.sizeBytes ?? 0), 0),
  };
}

/** Forgets a batch of those destroyed long ago; returns how many. */
export function forgetPushedImages({ records }: ExpiryDeps, now: EpochMs): Promise<number> {
  return records.pushedImages.forget(branded<EpochMs>(now - rememberMs), batchSize);
}

/** Removes what crashes left in the inbox: whole days whose images must long be taken in. Keys begin with the day. */
export async function sweepInbox({ blobs, log }: ExpiryDeps, now: EpochMs): Promise<void> {
  const firstKept = new Date(now - claimMs).toISOString().slice(0, 10);
  for (const prefix of inboxPrefixes) {
    for await (const { key } of blobs.list(`${prefix}/`)) {
      const [day = ''] = key.slice(prefix.length + 1).split('/');
      if (day >= firstKept) break;
      await blobs.delete(key);
      log.warn('An image was left in the inbox and is destroyed unseen', { blobKey: key });
    }
  }
}
