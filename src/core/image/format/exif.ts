// The one thing of EXIF that belongs to the picture: which way is up (CIPA DC-008 §4.6.4, TIFF 6.0 §2).

import { joined, viewOf } from './pieces.ts';

const orientationTag = 0x0112;
const headerBytes = 6;

/** 2 to 8; null where the picture stands as it is coded, or nothing can be read. */
export function orientationOf(payload: Uint8Array): number | null {
  if (payload.length < headerBytes + 8 || String.fromCharCode(...payload.subarray(0, 4)) !== 'Exif')
    return null;
  const tiff = viewOf(payload.subarray(headerBytes));
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const isLittle = order === 0x4949;
  const directoryAt = tiff.getUint32(4, isLittle);
  if (directoryAt + 2 > tiff.byteLength) return null;
  const count = tiff.getUint16(directoryAt, isLittle);
  for (let index = 0; index < count; index += 1) {
    const entryAt = directoryAt + 2 + index * 12;
    if (entryAt + 12 > tiff.byteLength) return null;
    if (tiff.getUint16(entryAt, isLittle) !== orientationTag) continue;
    const value = tiff.getUint16(entryAt + 8, isLittle);
    return value >= 2 && value <= 8 ? value : null;
  }
  return null;
}

/** An APP1 segment that says nothing but the orientation. */
export function orientationSegment(orientation: number): Uint8Array {
  return new Uint8Array([
    ...[0xff, 0xe1, 0, 34],
    ...[0x45, 0x78, 0x69, 0x66, 0, 0],
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
    ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0],
  ]);
}

/** A JPEG of our encoder, which knows nothing of which way is up, saying it as the image says it that it was made of. */
export function standing(
  jpeg: Uint8Array,
  { orientation }: { readonly orientation?: number },
): Uint8Array<ArrayBuffer> {
  return orientation === undefined
    ? new Uint8Array(jpeg)
    : joined([jpeg.subarray(0, 2), orientationSegment(orientation), jpeg.subarray(2)]);
}
