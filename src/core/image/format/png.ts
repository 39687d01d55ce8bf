// The structure of a PNG file: chunks (ISO/IEC 15948).

import type { Fault, Layout } from './inspect.ts';
import { joined, nameAt, viewOf } from './pieces.ts';

const signatureBytes = 8;
/** Length, name and checksum around a chunk's data. */
const frameBytes = 12;
/** What a picture is made from; texts, times, EXIF and compressed profiles are not among it. */
const pictureChunks = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS'],
  ...['gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'pHYs'],
]);

/** Bits a pixel takes, by colour type: so many samples of the depth of the file (table 11.1). */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Where the fields of IHDR lie: it is the first chunk. */
const headerAt = signatureBytes + 8;
const sparePixelBytes = 65_536;

/** Reads a PNG that was sniffed. */
export function inspectPng(bytes: Uint8Array): Layout | Fault {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [bytes.subarray(0, signatureBytes)];
  let size: { width: number; height: number } | null = null;
  let hasData = false;
  let hasTransparency = false;
  let at = signatureBytes;
  for (;;) {
    if (at + frameBytes > bytes.length) return 'truncated';
    const length = view.getUint32(at);
    const name = nameAt(bytes, at + 4);
    const endAt = at + frameBytes + length;
    if (!/^[A-Za-z]{4}$/.test(name)) return 'damaged';
    if (endAt > bytes.length) return 'truncated';
    if (size === null) {
      // The first chunk, and the only one of its kind.
      if (name !== 'IHDR' || length !== 13) return 'damaged';
      size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
      if (size.width === 0 || size.height === 0) return 'damaged';
    } else if (name === 'IHDR') return 'damaged';
    if (name === 'acTL') return 'animated';
    if (name === 'IDAT') hasData = true;
    if (name === 'tRNS') hasTransparency = true;
    if (pictureChunks.has(name)) kept.push(bytes.subarray(at, endAt));
    if (name === 'IEND') {
      const decodedBytes = size.width * size.height * pixelBytes(view, hasTransparency);
      return hasData ? { ...size, decodedBytes, endAt, clean: joined(kept) } : 'damaged';
    }
    at = endAt;
  }
}

/** Of a decoded pixel: one or two for each sample, and one sample more where a colour stands for transparency. */
function pixelBytes(view: DataView, hasTransparency: boolean): number {
  const [depth, colour] = [view.getUint8(headerAt + 8), view.getUint8(headerAt + 9)];
  return ((samples[colour] ?? 4) + (hasTransparency ? 1 : 0)) * (depth > 8 ? 2 : 1);
}

/**
 * Whether its data unpack to more than the picture has room for: decoders unpack all of it, and 20 MB may be 20 GB. Takes a
 * PNG that was inspected; reads no further than that room.
 */
export async function unpacksTooFar(clean: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const most = mostUnpackedBytes(clean);
  const unpacking = new Blob(dataOf(clean))
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await unpacking.read();
      if (done) return false;
      size += value.byteLength;
      if (size > most) return true;
    }
  } catch {
    // Damaged from here on: the decoder comes no further, and says so.
    return false;
  } finally {
    await unpacking.cancel().catch(() => {});
  }
}

function mostUnpackedBytes(png: Uint8Array): number {
  const view = viewOf(png);
  const [width, height] = [view.getUint32(headerAt), view.getUint32(headerAt + 4)];
  const bits = view.getUint8(headerAt + 8) * (samples[view.getUint8(headerAt + 9)] ?? 4);
  const isInterlaced = view.getUint8(headerAt + 12) !== 0;
  // A byte before each row says how it is filtered; the rows of seven passes are more, and are filled up to bytes.
  const rows = height * (1 + Math.ceil((width * bits) / 8));
  return (isInterlaced ? 2 * rows : rows) + sparePixelBytes;
}

function dataOf(png: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = viewOf(png);
  const data: Uint8Array<ArrayBuffer>[] = [];
  for (let at = signatureBytes; at + frameBytes <= png.length; ) {
    const length = view.getUint32(at);
    if (nameAt(png, at + 4) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += frameBytes + length;
  }
  return data;
}
