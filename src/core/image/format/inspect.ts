// Looking at an image file without decoding it: what it is, how large its picture is, and where it ends.

import { type ImageMediaType, maxDecodedBytes, maxPixels, type QuarantineReason } from '../pushed-image.ts';
import { inspectJpeg } from './jpeg.ts';
import { inspectPng } from './png.ts';
import { inspectWebp } from './webp.ts';

/** What a file says of itself. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Memory that decoding it takes, in bytes: its pixels as they are coded, and what the decoder keeps beside them. */
  readonly decodedBytes: number;
  /** Where the image ends: what follows is not part of it. */
  readonly endAt: number;
  /** The same picture, pixel by pixel, without what says where, when and with what it was taken. */
  readonly clean: Uint8Array<ArrayBuffer>;
  /** Which way is up, as EXIF has it (2 to 8); left out where the picture stands as it is coded, or nothing says so. */
  readonly orientation?: number;
}

export type Fault = Extract<
  QuarantineReason,
  'not-an-image' | 'wrong-type' | 'truncated' | 'damaged' | 'animated' | 'too-many-pixels' | 'trailing-data'
>;

export type Inspected =
  | { readonly ok: true; readonly mediaType: ImageMediaType; readonly layout: Layout }
  | { readonly ok: false; readonly fault: Fault };

/** What the first bytes say that a file is; null where it is no image that is taken. 12 bytes are enough. */
export function sniff(bytes: Uint8Array): ImageMediaType | null {
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  const isWebp =
    startsWith(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes, 8, [0x57, 0x45, 0x42, 0x50]);
  return isWebp ? 'image/webp' : null;
}

/** Reads the structure of an image. Never throws, whatever the bytes; takes time in proportion to their number. */
export function inspect(bytes: Uint8Array, declared: ImageMediaType): Inspected {
  const mediaType = sniff(bytes);
  if (mediaType === null) return { ok: false, fault: 'not-an-image' };
  if (mediaType !== declared) return { ok: false, fault: 'wrong-type' };
  const layout = readers[mediaType](bytes);
  if (typeof layout === 'string') return { ok: false, fault: layout };
  if (layout.width * layout.height > maxPixels || layout.decodedBytes > maxDecodedBytes)
    return { ok: false, fault: 'too-many-pixels' };
  return { ok: true, mediaType, layout };
}

const readers = {
  'image/jpeg': inspectJpeg,
  'image/png': inspectPng,
  'image/webp': inspectWebp,
} as const satisfies Record<ImageMediaType, (bytes: Uint8Array) => Layout | Fault>;

/** Whether something other than zeros follows the image: a file of two kinds at once, or what somebody hid in it. */
export function hasTrailingData(bytes: Uint8Array, { endAt }: Layout): boolean {
  return bytes.subarray(endAt).some((byte) => byte !== 0);
}

function startsWith(bytes: Uint8Array, from: number, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => bytes[from + index] === byte);
}
