// Images that were put aside: tried again, or destroyed before their time.

import type { ImageId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { isOwned, owned, type Scope, siteFilter } from '../organization/access.ts';
import { within } from '../room.ts';
import { type Examined, examine, glance } from './examine.ts';
import { readPushedImage, sealImage } from './image-object.ts';
import { maxDecodedBytes, type PushedImage } from './pushed-image.ts';
import type { TakeInDeps } from './take-in.ts';

type PutBackDeps = Pick<
  TakeInDeps,
  'records' | 'blobs' | 'hourKeys' | 'rows' | 'clock' | 'events' | 'places' | 'stills' | 'decoding'
>;

/** What was put aside at sites that the caller reaches, newest first. */
export async function listQuarantine(
  { records }: Pick<TakeInDeps, 'records'>,
  caller: Scope,
  limit: number,
): Promise<readonly PushedImage[]> {
  const { organizationId } = caller;
  const found = await records.pushedImages.quarantined({ organizationId, ...siteFilter(caller) }, limit);
  return found.filter((image) => isOwned(image, caller));
}

/**
 * Looks at an image that was put aside again: it is stored, or stays with what is wrong with it now.
 * Errors: `not-found`, `conflict` (somebody else was faster), those of the stores.
 */
export async function tryAgain(
  deps: PutBackDeps,
  caller: Scope,
  { imageId, strip, signal }: { imageId: ImageId; strip: boolean; signal: AbortSignal },
): Promise<PushedImage> {
  const before = await ownedQuarantined(deps, caller, imageId);
  const camera = before.cameraId === null ? null : await deps.places.camera(before.cameraId);
  if (camera?.siteId !== before.siteId) {
    throw new VedetteError('not-found', 'It belongs to no camera that is here. Have the image sent again.');
  }
  const { way, organizationId } = before;
  // One at a time, its bytes included: how much it takes is not known before they are read.
  const examined = await within(deps.decoding, { bytes: maxDecodedBytes, signal }, () =>
    examineAgain(deps, before, strip),
  );
  if ('fault' in examined) {
    const after = { ...before, reason: examined.fault, wrongHeader: null };
    await released(deps, after);
    return after;
  }
  const { bytes, width, height } = examined;
  const folder = `images/${way}/${organizationId}/${camera.id}`;
  const place = { stage: 'stored', way, organizationId } as const;
  const sealed = await sealImage(deps.hourKeys, place, { id: imageId, folder, plain: bytes });
  await deps.rows.willStore(sealed.object.blobKey);
  await deps.blobs.put(sealed.object.blobKey, sealed.bytes, sealed.object);
  const after: PushedImage = {
    ...{ ...before, state: 'stored', reason: null, wrongHeader: null, width, height },
    ...{ isStripped: strip, object: sealed.object },
  };
  await released(deps, after);
  await deps.rows.look(imageId);
  deps.events.publish({ type: 'timeline-grew', organizationId, cameraId: camera.id });
  return after;
}

async function examineAgain(deps: PutBackDeps, image: PushedImage, strip: boolean): Promise<Examined> {
  const { mediaType } = image;
  const plain = await readPushedImage(deps, image);
  const seen = glance(plain, { mediaType, strip });
  return 'fault' in seen ? seen : examine(deps.stills, seen.layout, { plain, mediaType, strip });
}

/** Destroys an image that was put aside. Errors: `not-found`. */
export async function destroyQuarantined(
  deps: Pick<TakeInDeps, 'records' | 'clock'>,
  caller: Scope,
  { imageId }: { imageId: ImageId },
): Promise<void> {
  // In one step: somebody may be putting it back, and what is stored is not theirs to destroy.
  await deps.records.transaction(async (records) => {
    await ownedQuarantined({ records }, caller, imageId);
    await records.pushedImages.destroy(imageId, deps.clock.now());
  });
}

async function ownedQuarantined(
  { records }: { readonly records: Pick<TakeInDeps['records'], 'pushedImages'> },
  caller: Scope,
  imageId: ImageId,
): Promise<PushedImage> {
  const image = owned(await records.pushedImages.find(imageId), caller);
  if (image.state !== 'quarantined') throw new VedetteError('not-found');
  return image;
}

async function released({ records, clock }: PutBackDeps, after: PushedImage): Promise<void> {
  if (!(await records.pushedImages.release(after, clock.now()))) throw new VedetteError('conflict');
}
