// The structure of a WebP file: a RIFF container of chunks (RFC 9649).

import type { Fault, Layout } from './inspect.ts';
import { joined, nameAt, viewOf } from './pieces.ts';

const headerBytes = 12;
const chunkHeaderBytes = 8;
const animated = 0x02;
/** Flags of VP8X for an ICC profile, EXIF and XMP, which are taken away. */
const described = 0x20 | 0x08 | 0x04;

/**
 * Bytes that decoding takes for a pixel. Lossless pixels are four, and up to three tables of a sixteenth of the picture are
 * as wide; lossy ones are a luma and half a chroma, and beside them transparency is coded as a lossless picture.
 */
const pixelBytes = { lossless: 5, lossy: 1.5, transparency: 1 + 5 } as const;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Reads a WebP that was sniffed. */
export function inspectWebp(bytes: Uint8Array): Layout | Fault {
  const view = viewOf(bytes);
  if (bytes.length < headerBytes) return 'truncated';
  const endAt = 8 + view.getUint32(4, true);
  if (endAt > bytes.length) return 'truncated';
  const kept: Uint8Array[] = [];
  let canvas: Size | null = null;
  let coded: Size | null = null;
  let bytesEach = 0;
  let hasTransparency = false;
  for (let at = headerBytes; at < endAt; ) {
    if (at + chunkHeaderBytes > endAt) return 'damaged';
    const length = view.getUint32(at + 4, true);
    // Chunks are padded to even sizes; the last pad is left out by some.
    const nextAt = Math.min(at + chunkHeaderBytes + length + (length % 2), endAt);
    if (at + chunkHeaderBytes + length > endAt) return 'damaged';
    const name = nameAt(bytes, at);
    const data = bytes.subarray(at + chunkHeaderBytes, at + chunkHeaderBytes + length);
    const chunk = bytes.subarray(at, nextAt);
    at = nextAt;
    if (name === 'ANIM' || name === 'ANMF') return 'animated';
    if (name === 'VP8X') {
      if (canvas !== null || data.length < 10) return 'damaged';
      if (((data[0] ?? 0) & animated) !== 0) return 'animated';
      canvas = { width: 1 + uint24(data, 4), height: 1 + uint24(data, 7) };
      kept.push(undescribed(chunk));
    } else if (name === 'VP8 ' || name === 'VP8L') {
      if (coded !== null) return 'damaged';
      coded = name === 'VP8 ' ? lossySize(data) : losslessSize(data);
      if (coded === null) return 'damaged';
      bytesEach += name === 'VP8 ' ? pixelBytes.lossy : pixelBytes.lossless;
      kept.push(chunk);
    } else if (name === 'ALPH') {
      if (hasTransparency) return 'damaged';
      hasTransparency = true;
      bytesEach += pixelBytes.transparency;
      kept.push(chunk);
    }
  }
  if (coded === null) return 'damaged';
  // Two sizes that differ would make a check of one a check of nothing.
  if (canvas !== null && (canvas.width !== coded.width || canvas.height !== coded.height)) return 'damaged';
  const decodedBytes = coded.width * coded.height * bytesEach;
  return { ...coded, decodedBytes, endAt, clean: riff(kept) };
}

function undescribed(chunk: Uint8Array): Uint8Array {
  const copy = new Uint8Array(chunk);
  copy[chunkHeaderBytes] = (copy[chunkHeaderBytes] ?? 0) & ~described;
  return copy;
}

/** RFC 6386 §9.1: a key frame's tag, start code, and two sizes of 14 bits. */
function lossySize(data: Uint8Array): Size | null {
  if (data.length < 10 || data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a) return null;
  const view = viewOf(data);
  return sized(view.getUint16(6, true) & 0x3fff, view.getUint16(8, true) & 0x3fff);
}

/** RFC 9649 §3.4: a signature, and two sizes of 14 bits, one less than they are. */
function losslessSize(data: Uint8Array): Size | null {
  if (data.length < 5 || data[0] !== 0x2f) return null;
  const bits = viewOf(data).getUint32(1, true);
  return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

function sized(width: number, height: number): Size | null {
  return width === 0 || height === 0 ? null : { width, height };
}

function uint24(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16);
}

function riff(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = joined(chunks);
  const header = new Uint8Array(headerBytes);
  header.set([0x52, 0x49, 0x46, 0x46]);
  viewOf(header).setUint32(4, 4 + body.byteLength, true);
  header.set([0x57, 0x45, 0x42, 0x50], 8);
  return joined([header, body]);
}
