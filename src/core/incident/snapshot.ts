// Snapshots of incidents: sealed images that are never left without an owner.

import { branded, type ImageId, type OrganizationId, type Sha256 } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Image } from '../image/image.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Keys } from '../ports/keys.ts';
import type { Log } from '../ports/log.ts';
import type { Records, Tables } from '../ports/records.ts';
import { seal, unseal } from '../seal.ts';
import { plus } from './clip.ts';
import type { Trigger } from './trigger.ts';

/** The context an image is sealed in: moved to another place, it does not open. */
export function imageContext(image: { organizationId: OrganizationId; id: ImageId }): string {
  return `image/${image.organizationId}/${image.id}`;
}

/** A stored picture is garbage when nothing came to own it in this time: far above what the transaction takes. */
const adoptionMs = 600_000;

/** A snapshot that lies in the store and belongs to nobody yet. */
export interface StoredSnapshot {
  readonly image: Image;
  /** As stored. */
  readonly sealed: Uint8Array;
}

/**
 * Seals and stores the trigger's picture, listed as garbage until `adoptSnapshot`: a crash in between leaves
 * nothing unowned (I2). Null where there is no picture or it cannot be stored: an alarm does not wait for a disk.
 */
export async function storeSnapshot(
  deps: { records: Records; blobs: Blobs; keys: Keys; clock: Clock; log: Log },
  trigger: Trigger,
): Promise<StoredSnapshot | null> {
  const { snapshot, source } = trigger;
  if (snapshot === null || source.by !== 'camera') return null;
  const { records, blobs, keys, clock, log } = deps;
  try {
    const { organizationId, siteId } = trigger;
    const cameraId = source.id;
    const id = newId<ImageId>(clock);
    const blobKey = `images/${organizationId}/${cameraId}/${id}.jpg`;
    const [sealed] = await Promise.all([
      seal(keys, snapshot, imageContext({ organizationId, id })),
      records.garbage.add(blobKey, plus(clock.now(), adoptionMs)),
    ]);
    const sha256 = await hash(sealed.bytes);
    const sizeBytes = sealed.bytes.byteLength;
    await blobs.put(blobKey, sealed.bytes, { sizeBytes, sha256 });
    const { wrappedKey } = sealed;
    const at = trigger.lastSeenAt;
    const mediaType = 'image/jpeg';
    const what = { id, organizationId, siteId, cameraId, at, mediaType } as const;
    return { image: { ...what, blobKey, sizeBytes, sha256, wrappedKey }, sealed: sealed.bytes };
  } catch (error) {
    log.warn('The picture of a sighting could not be stored; the alert goes out without it.', { error });
    return null;
  }
}

/** Makes a stored snapshot an image with an owner, in the transaction that points to it. */
export async function adoptSnapshot(tx: Tables, { image }: StoredSnapshot): Promise<void> {
  await tx.garbage.remove(image.blobKey);
  await tx.images.insert(image);
}

/** After that transaction: stores again what a sweep of garbage took away in the moment before it. */
export async function secureSnapshot(
  { blobs, log }: { blobs: Blobs; log: Log },
  { image, sealed }: StoredSnapshot,
): Promise<void> {
  try {
    const { blobKey, sizeBytes, sha256 } = image;
    if ((await blobs.head(blobKey)) === null) await blobs.put(blobKey, sealed, { sizeBytes, sha256 });
  } catch (error) {
    log.error('The picture of an incident was lost.', { blobKey: image.blobKey, error });
  }
}

/** Throws away a stored snapshot that nothing came to own. What fails here, the sweep of garbage does later. */
export async function discardSnapshot(
  { records, blobs, log }: { records: Records; blobs: Blobs; log: Log },
  { image }: StoredSnapshot,
): Promise<void> {
  try {
    await blobs.delete(image.blobKey);
    await records.garbage.remove(image.blobKey);
  } catch (error) {
    log.debug('A picture that is not needed is left to the sweep.', { blobKey: image.blobKey, error });
  }
}

/** The JPEG of an image. Errors: `not-found` (expired), `key-destroyed`, `key-unavailable`. */
export async function readImage(
  { blobs, keys }: { blobs: Blobs; keys: Keys },
  image: Image,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await blobs.get(image.blobKey);
  return unseal(keys, { bytes, wrappedKey: image.wrappedKey }, imageContext(image));
}

/** The JPEG an incident shows. Errors: `not-found` (it has none, or it expired), `key-destroyed`. */
export async function readSnapshot(
  deps: { records: Records; blobs: Blobs; keys: Keys },
  incident: { readonly snapshotId: ImageId | null },
): Promise<Uint8Array<ArrayBuffer>> {
  const image = incident.snapshotId === null ? null : await deps.records.images.find(incident.snapshotId);
  if (image === null) throw new VedetteError('not-found', 'This incident has no picture.');
  return readImage(deps, image);
}

async function hash(bytes: Uint8Array<ArrayBuffer>): Promise<Sha256> {
  return branded<Sha256>(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex());
}
