// Previews of stored images: made when somebody looks, so that twenty of them are not four hundred megabytes.

import { masksOf } from '../detection/zone.ts';
import { errorCode, VedetteError } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Picture } from '../ports/media.ts';
import type { Records } from '../ports/records.ts';
import type { Stills } from '../ports/stills.ts';
import { type Room, within } from '../room.ts';
import { standing } from './format/exif.ts';
import { inspect, type Layout } from './format/inspect.ts';
import type { HourKeys } from './hour-keys.ts';
import { readPushedImage } from './image-object.ts';
import { codedAreas } from './orientation.ts';
import type { PreviewSize } from './preview-sizes.ts';
import type { ImageMediaType, PushedImage } from './pushed-image.ts';

/** Widest, in pixels: a thumbnail and a tile on a sharp screen, and a picture that fills a laptop. */
const widths = { strip: 320, tile: 640, screen: 1600 } as const satisfies Record<PreviewSize, number>;
/** An image that is small enough as it is, in bytes, is not made anew for a screen. */
const smallBytes = 600_000;
/** Made at a time by one process: each holds an image of 20 MB, sealed and opened, beside what decoding takes. */
export const maxPreviewsAtOnce = 2;

export interface PreviewDeps {
  readonly records: Pick<Records, 'zones'>;
  readonly blobs: Pick<Blobs, 'get'>;
  readonly hourKeys: HourKeys;
  readonly stills: Stills;
  /** Of all that this process decodes: `maxDecodedBytes`. */
  readonly decoding: Room;
  /** A place for each that is made: `maxPreviewsAtOnce`. */
  readonly making: Room;
}

export interface Preview {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: ImageMediaType;
}

/**
 * A preview of a stored image. What is shown in passing has the privacy masks of its camera covered; what fills a screen
 * shows what the image shows. Errors: `not-found` (destroyed), `footage-damaged`, `key-destroyed`,
 * `key-unavailable`, those of the stores, and the reason of `signal`.
 */
export async function previewOf(
  deps: PreviewDeps,
  image: PushedImage,
  size: PreviewSize,
  signal: AbortSignal,
): Promise<Preview> {
  return within(deps.making, { bytes: 1, signal }, async () => {
    const plain = await readPushedImage(deps, image);
    if (size === 'screen' && image.width <= widths.screen && plain.byteLength <= smallBytes)
      return { bytes: plain, mediaType: image.mediaType };
    const inspected = inspect(plain, image.mediaType);
    if (!inspected.ok) throw notDecoded();
    signal.throwIfAborted();
    const { layout } = inspected;
    // No more than few at a time, and somebody waits for them.
    const room = { bytes: layout.decodedBytes, signal, jumpsQueue: true };
    const jpeg = await within(deps.decoding, room, () => small(deps, image, layout, widths[size]));
    const shown = size === 'screen' ? jpeg : await masked(deps, image, jpeg, layout);
    return { bytes: standing(shown, layout), mediaType: 'image/jpeg' };
  });
}

async function small(
  { stills }: Pick<PreviewDeps, 'stills'>,
  { mediaType }: PushedImage,
  { clean, width }: Layout,
  wanted: number,
): Promise<Uint8Array> {
  const halvings = Math.max(0, Math.floor(Math.log2(width / wanted)));
  const picture = await decoded(stills, { clean, mediaType, halvings });
  try {
    return await picture.jpeg(wanted);
  } finally {
    picture.release();
  }
}

interface Coded {
  readonly clean: Uint8Array;
  readonly mediaType: ImageMediaType;
  readonly halvings: number;
}

async function decoded(stills: Stills, { clean, mediaType, halvings }: Coded): Promise<Picture> {
  try {
    return await stills.decode(clean, mediaType, halvings);
  } catch (error) {
    if (errorCode(error) !== 'image-refused') throw error;
    // A few kinds of JPEG cannot be halved on the way.
    if (halvings > 0) return decoded(stills, { clean, mediaType, halvings: 0 });
    throw notDecoded(error);
  }
}

/** Covers what nobody is to see in passing: of the small picture, whatever the image was coded as. */
async function masked(
  { records, stills }: Pick<PreviewDeps, 'records' | 'stills'>,
  { cameraId }: PushedImage,
  jpeg: Uint8Array,
  { orientation }: Layout,
): Promise<Uint8Array> {
  const zones = cameraId === null ? null : await records.zones.find(cameraId);
  const masks = masksOf(zones?.zones ?? []);
  if (masks.length === 0) return jpeg;
  const picture = await stills.decode(jpeg, 'image/jpeg');
  try {
    // They were drawn on what is seen.
    picture.cover(codedAreas(masks, orientation));
    return await picture.jpeg(picture.width);
  } finally {
    picture.release();
  }
}

/** It was decoded once, before it was stored: what lies there now is another thing. */
function notDecoded(cause?: unknown): VedetteError {
  return new VedetteError('footage-damaged', 'This image cannot be shown small.', { cause });
}
