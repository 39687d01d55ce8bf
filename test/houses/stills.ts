// Images for tests, made here byte by byte: what cameras and phones send, and what nobody should.

import { crc32, deflateSync } from 'node:zlib';

type Bytes = Uint8Array<ArrayBuffer>;

/** A JPEG of 8×8 grey pixels (baseline, one component), coded by hand: all coefficients are zero but the first. */
export function smallJpeg(more: readonly Uint8Array[] = []): Bytes {
  const quantisation = [0xff, 0xdb, 0, 67, 0, ...Array.from({ length: 64 }, () => 1)];
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
  // One code of one bit each: a difference of zero, and the end of the block.
  const table = (id: number) => [0xff, 0xc4, 0, 20, id, 1, ...Array.from({ length: 15 }, () => 0), 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0b00111111];
  return bytes([0xff, 0xd8], ...more, quantisation, frame, table(0x00), table(0x10), scan, [0xff, 0xd9]);
}

/** A segment of a JPEG. */
export function segment(marker: number, payload: Uint8Array | readonly number[]): Bytes {
  const length = payload.length + 2;
  return bytes([0xff, marker, length >> 8, length & 0xff], payload);
}

/** EXIF with a camera's name, a place, and which way is up. */
export function exif(orientation: number): Bytes {
  const text = new TextEncoder().encode('Exif\0\0');
  const tiff = [
    ...[0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0],
    ...[0x10, 0x01, 2, 0, 4, 0, 0, 0, 0x43, 0x61, 0x6d, 0],
    ...[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0],
    ...[0, 0, 0, 0],
  ];
  return segment(0xe1, bytes(text, tiff, new TextEncoder().encode('GPS 52.52 13.40')));
}

/** A PNG of one colour; `claims` is what its header says of its size. */
export function png(
  width: number,
  height: number,
  {
    claims = { width, height },
    chunks = [],
  }: {
    claims?: { width: number; height: number };
    chunks?: readonly Uint8Array[];
  } = {},
): Bytes {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, claims.width);
  view.setUint32(4, claims.height);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = new Uint8Array((width * 3 + 1) * height).fill(0x60);
  for (let row = 0; row < height; row += 1) rows[row * (width * 3 + 1)] = 0;
  return bytes(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', header),
    ...chunks,
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  );
}

/** A chunk of a PNG. */
export function chunk(name: string, data: Uint8Array): Bytes {
  const named = bytes(new TextEncoder().encode(name), data);
  const framed = new Uint8Array(named.length + 8);
  const view = new DataView(framed.buffer);
  view.setUint32(0, data.length);
  framed.set(named, 4);
  view.setUint32(named.length + 4, crc32(named));
  return framed;
}

/** A lossy WebP of one pixel. */
export const smallWebp: Bytes = Uint8Array.fromBase64(
  'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA',
);

/** Everything one after the other. */
export function bytes(...pieces: readonly (Uint8Array | readonly number[])[]): Bytes {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
