// Examining an image in earnest: its structure, then every pixel, by the decoder and from nothing but the picture itself.

import { errorCode } from '../errors.ts';
import type { Stills } from '../ports/stills.ts';
import { hasTrailingData, inspect, type Layout } from './format/inspect.ts';
import { unpacksTooFar } from './format/png.ts';
import { type ImageMediaType, maxImageBytes, type QuarantineReason } from './pushed-image.ts';

/** An image as it came. */
interface Sent {
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly mediaType: ImageMediaType;
  readonly strip: boolean;
}

export type Examined =
  | { readonly fault: QuarantineReason }
  | {
      /** What is kept: as it came, or without what says where and with what it was taken. */
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly width: number;
      readonly height: number;
    };

/** What an image says of itself, if there is nothing wrong with that: nothing is decoded. */
export function glance(
  plain: Uint8Array<ArrayBuffer>,
  { mediaType, strip }: { mediaType: ImageMediaType; strip: boolean },
): { readonly fault: QuarantineReason } | { readonly layout: Layout } {
  if (plain.byteLength > maxImageBytes) return { fault: 'too-large' };
  const inspected = inspect(plain, mediaType);
  if (!inspected.ok) return { fault: inspected.fault };
  const { layout } = inspected;
  return !strip && hasTrailingData(plain, layout) ? { fault: 'trailing-data' } : { layout };
}

/**
 * Whether an image at which was glanced can be kept. Takes `decodedBytes` of memory, for which the caller has room.
 * Errors: those of the decoder that are not the image's fault.
 */
export async function examine(
  stills: Stills,
  { width, height, clean }: Layout,
  { plain, mediaType, strip }: Sent,
): Promise<Examined> {
  if (mediaType === 'image/png' && (await unpacksTooFar(clean))) return { fault: 'damaged' };
  try {
    // The decoder sees only what a picture is made from: less to be surprised by.
    const picture = await stills.decode(clean, mediaType);
    const isAsSaid = picture.width === width && picture.height === height;
    picture.release();
    if (!isAsSaid) return { fault: 'damaged' };
  } catch (error) {
    if (errorCode(error) !== 'image-refused') throw error;
    return { fault: 'damaged' };
  }
  return { bytes: strip ? clean : plain, width, height };
}
