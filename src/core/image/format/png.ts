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

/** Reads a PNG that was sniffed. */
export function inspectPng(bytes: Uint8Array): Layout | Fault {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [bytes.subarray(0, signatureBytes)];
  let size: { width: number; height: number } | null = null;
  let hasData = false;
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
    if (pictureChunks.has(name)) kept.push(bytes.subarray(at, endAt));
    if (name === 'IEND') return hasData ? { ...size, endAt, clean: joined(kept) } : 'damaged';
    at = endAt;
  }
}
