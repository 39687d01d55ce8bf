// Taking an image in: checked in earnest, sealed under a key of its own, stored, and shown to a detector. What cannot be
// used is put aside with the reason. Doing it again changes nothing.

import type { CameraId, ImageId } from '../brand.ts';
import { errorCode } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Cache } from '../ports/cache.ts';
import type { Log } from '../ports/log.ts';
import type { Stills } from '../ports/stills.ts';
import { type Room, within } from '../room.ts';
import type { Accepted } from './accepted.ts';
import { type Examined, examine, glance } from './examine.ts';
import type { HourKeys } from './hour-keys.ts';
import { sealImage } from './image-object.ts';
import type { ImageRows } from './image-rows.ts';
import { type CameraDeps, cameraOf } from './pushed-cameras.ts';
import type { PushedImage, QuarantineReason } from './pushed-image.ts';
import { toldSite } from './told.ts';

export interface TakeInDeps extends CameraDeps {
  readonly blobs: Blobs;
  readonly hourKeys: HourKeys;
  readonly stills: Stills;
  /** Of all that this process decodes: `maxDecodedBytes`. */
  readonly decoding: Room;
  readonly cache: Cache;
  readonly rows: ImageRows;
  readonly log: Log;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** An image that makes the decoder stop its process is put aside after so many tries: others wait behind it. */
const maxTries = 3;
const rememberTriesMs = 3_600_000;
/** What takes longer, in ms, may be given up each time by whoever handed it over: that counts as a try. */
const slowMs = 20_000;

/** Stores an accepted image, or puts it aside; null where it was there. Errors: those of the stores, and the reason of `signal`; the caller tries again. */
export async function takeIn(
  deps: TakeInDeps,
  accepted: Accepted,
  plain: Bytes,
  signal: AbortSignal,
): Promise<PushedImage | null> {
  const camera = await cameraOf(deps, accepted);
  const cameraId = 'cameraId' in camera ? camera.cameraId : null;
  const examined = 'fault' in camera ? camera : await examineOnce(deps, accepted, { plain, signal });
  const image =
    cameraId === null || 'fault' in examined
      ? await putAside(deps, accepted, plain, {
          cameraId,
          reason: 'fault' in examined ? examined.fault : 'camera-gone',
        })
      : await store(deps, accepted, { ...examined, cameraId });
  tell(deps, image);
  return image;
}

/** Puts an image aside that is not to be looked at; null where it was there. Errors: those of the stores; the caller tries again. */
export async function refuse(
  deps: TakeInDeps,
  accepted: Accepted,
  plain: Bytes,
  fault: Pick<Aside, 'reason' | 'wrongHeader'>,
): Promise<PushedImage | null> {
  const image = await putAside(deps, accepted, plain, { cameraId: null, ...fault });
  tell(deps, image);
  return image;
}

/** Here an image's fate is known: what is told of it to others is told from here. */
function tell({ log, events }: Pick<TakeInDeps, 'log' | 'events'>, image: PushedImage | null): void {
  if (image === null) return;
  const { organizationId, id, cameraId, state, reason } = image;
  if (state === 'quarantined') {
    const siteId = toldSite(image);
    const where = siteId === null ? {} : { siteId };
    log.warn('An image was put aside', { imageId: id, organizationId, ...where, reason });
  } else if (cameraId !== null) events.publish({ type: 'timeline-grew', organizationId, cameraId });
}

type Usable = Exclude<Examined, { readonly fault: QuarantineReason }>;

/** Waits for room before it counts: what stops the decoder is what is being decoded, and not what waits behind it. */
async function examineOnce(
  deps: TakeInDeps,
  accepted: Accepted,
  { plain, signal }: { readonly plain: Bytes; readonly signal: AbortSignal },
): Promise<Examined> {
  const seen = glance(plain, accepted);
  if ('fault' in seen) return seen;
  const { layout } = seen;
  const { mediaType, strip } = accepted;
  return within(deps.decoding, { bytes: layout.decodedBytes, signal }, () =>
    counted(deps, accepted.id, () => examine(deps.stills, layout, { plain, mediaType, strip })),
  );
}

/** Counts before and forgets after: what is left of a count is a process that died in between. */
async function counted(
  { cache, clock }: TakeInDeps,
  id: ImageId,
  work: () => Promise<Examined>,
): Promise<Examined> {
  const name = `images/tries/${id}`;
  const { count } = await cache.increment(name, rememberTriesMs);
  if (count > maxTries) return { fault: 'stops-the-decoder' };
  const begunMs = clock.monotonicMs();
  try {
    return await work();
  } finally {
    if (clock.monotonicMs() - begunMs < slowMs) await cache.delete(name);
  }
}

async function store(
  deps: TakeInDeps,
  accepted: Accepted,
  { bytes, width, height, cameraId }: Usable & { readonly cameraId: CameraId },
): Promise<PushedImage | null> {
  const { way, organizationId } = accepted;
  const folder = `images/${way}/${organizationId}/${cameraId}`;
  return keep(
    deps,
    accepted,
    { stage: 'stored', folder, plain: bytes },
    {
      ...{ cameraId, state: 'stored', reason: null, wrongHeader: null, width, height },
    },
  );
}

interface Aside {
  readonly cameraId: CameraId | null;
  readonly reason: QuarantineReason;
  /** With the reason `wrong-headers`. */
  readonly wrongHeader?: string | null;
}

async function putAside(
  deps: TakeInDeps,
  accepted: Accepted,
  plain: Bytes,
  { cameraId, reason, wrongHeader = null }: Aside,
): Promise<PushedImage | null> {
  const { way, organizationId } = accepted;
  const folder = `images/quarantine/${way}/${organizationId}`;
  return keep(
    deps,
    accepted,
    { stage: 'quarantine', folder, plain },
    {
      ...{ cameraId, state: 'quarantined', reason, wrongHeader, width: 0, height: 0 },
    },
  );
}

/** Object before row, listed as garbage in between: a crash leaves nothing unowned (I2). Null where it was there. */
async function keep(
  deps: Pick<TakeInDeps, 'blobs' | 'hourKeys' | 'rows'>,
  accepted: Accepted,
  what: { readonly stage: 'stored' | 'quarantine'; readonly folder: string; readonly plain: Bytes },
  state: Pick<PushedImage, 'cameraId' | 'state' | 'reason' | 'wrongHeader' | 'width' | 'height'>,
): Promise<PushedImage | null> {
  const { id, way, organizationId, siteId, pushedBy, takenAt, receivedAt, mediaType, strip } = accepted;
  const place = { stage: what.stage, way, organizationId };
  const { bytes, object } = await sealImage(deps.hourKeys, place, { ...what, id });
  await deps.rows.willStore(object.blobKey);
  await deps.blobs.put(object.blobKey, bytes, object);
  const image: PushedImage = {
    ...{ id, organizationId, siteId, way, pushedBy, takenAt, receivedAt, mediaType, object, ...state },
    isStripped: strip && state.state === 'stored',
    ...{ destroyedAt: null, look: 'waiting', detections: [], incidentId: null },
  };
  return (await deps.rows.insert(image)) ? image : null;
}

/** Whether an image was taken in before, whatever became of it: its body may be gone from the inbox. */
export async function wasTakenIn({ records }: Pick<TakeInDeps, 'records'>, id: ImageId): Promise<boolean> {
  return (await records.pushedImages.find(id)) !== null;
}

/** Whether `error` says that the body of an item is not in the inbox any more. */
export function isGone(error: unknown): boolean {
  return errorCode(error) === 'not-found';
}
