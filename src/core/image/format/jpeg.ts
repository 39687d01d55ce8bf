// The structure of a JPEG file: markers and their segments (ITU-T T.81 annex B).

import { orientationOf, orientationSegment } from './exif.ts';
import type { Fault, Layout } from './inspect.ts';
import { joined, viewOf } from './pieces.ts';

const startOfScan = 0xda;
const startOfOtherFrame = 0xf7;
const endOfImage = 0xd9;
const comment = 0xfe;
const app = (n: number) => 0xe0 + n;
/** A JFIF header without a thumbnail, which would show what was cut away since. */
const plainJfifBytes = 16;
/** Scans of a file: encoders write a dozen. Each is a way through the whole picture, and can be a few bytes. */
const maxScans = 100;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly decodedBytes: number;
}

interface Segment {
  readonly marker: number;
  /** From the first 0xff before the marker to behind the segment. */
  readonly bytes: Uint8Array;
  /** Behind its length. */
  readonly payload: Uint8Array;
}

/** Reads a JPEG that was sniffed. */
export function inspectJpeg(bytes: Uint8Array): Layout | Fault {
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let size: Picture | null = null;
  let scans = 0;
  let orientation: number | null = null;
  let at = 2;
  for (;;) {
    const markerAt = markerFrom(bytes, at);
    if (markerAt === null) return at >= bytes.length ? 'truncated' : 'damaged';
    const marker = bytes[markerAt];
    if (marker === undefined) return 'truncated';
    if (marker === endOfImage) {
      if (size === null || scans === 0) return 'damaged';
      kept.push(bytes.subarray(markerAt - 1, markerAt + 1));
      const upright = orientation === null ? {} : { orientation };
      return { ...size, endAt: markerAt + 1, clean: joined(kept), ...upright };
    }
    // JPEG-LS, which shares the markers: its frame would be another picture than the one whose size was checked.
    if (marker === startOfOtherFrame) return 'damaged';
    const segment = segmentAt(bytes, markerAt);
    if (segment === null) return 'truncated';
    at = markerAt - 1 + segment.bytes.byteLength;
    if (isStartOfFrame(marker)) {
      // A second frame is another picture than the one whose size was checked.
      if (size !== null) return 'damaged';
      size = pictureOf(marker, segment.payload);
      if (size === null) return 'damaged';
    }
    if (marker === startOfScan) {
      scans += 1;
      if (scans > maxScans) return 'damaged';
      const endAt = endOfScan(bytes, at);
      if (endAt === null) return 'truncated';
      kept.push(segment.bytes, bytes.subarray(at, endAt));
      at = endAt;
    } else {
      if (marker === app(1)) orientation ??= orientationOf(segment.payload);
      kept.push(...cleaned(segment));
    }
  }
}

/** Where the next marker's code is; null where something else comes. Any number of 0xff may stand before it. */
function markerFrom(bytes: Uint8Array, from: number): number | null {
  let at = from;
  while (bytes[at] === 0xff) at += 1;
  return at === from || bytes[at] === 0 ? null : at;
}

function segmentAt(bytes: Uint8Array, markerAt: number): Segment | null {
  const marker = bytes[markerAt] ?? 0;
  // Markers that stand alone (table B.1) have no business between segments; harmless, and passed over.
  if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
    return { marker, bytes: bytes.subarray(markerAt - 1, markerAt + 1), payload: new Uint8Array() };
  }
  if (markerAt + 3 > bytes.length) return null;
  const length = viewOf(bytes).getUint16(markerAt + 1);
  const endAt = markerAt + 1 + length;
  if (length < 2 || endAt > bytes.length) return null;
  return {
    marker,
    bytes: bytes.subarray(markerAt - 1, endAt),
    payload: bytes.subarray(markerAt + 3, endAt),
  };
}

/** Entropy-coded data goes on until a marker that is no restart; "ff 00" is a byte of data. */
function endOfScan(bytes: Uint8Array, from: number): number | null {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) return null;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return null;
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function pictureOf(marker: number, payload: Uint8Array): Picture | null {
  if (payload.length < 6) return null;
  const view = viewOf(payload);
  const [height, width, components] = [view.getUint16(1), view.getUint16(3), view.getUint8(5)];
  // A height that is told later (DNL) cannot be checked before decoding.
  if (width === 0 || height === 0 || payload.length < 6 + 3 * components) return null;
  const samples = samplesEach(payload.subarray(6, 6 + 3 * components), components);
  const sampleBytes = view.getUint8(0) > 8 ? 2 : 1;
  const each = samples * (sampleBytes + (isProgressive(marker) ? coefficientBytes : 0));
  return { width, height, decodedBytes: width * height * each };
}

/** All scans of a progressive picture are gathered before one pixel is made: a coefficient for each sample. */
const coefficientBytes = 2;

function isProgressive(marker: number): boolean {
  return marker % 4 === 2;
}

/** Samples for each pixel: fewer where two colours are coded coarsely, as cameras do; decoders widen what is rarer. */
function samplesEach(factors: Uint8Array, components: number): number {
  const [first = 0, second, third] = [factors[1], factors[4], factors[7]];
  const isUsual = components === 3 && second === 0x11 && third === 0x11;
  if (!isUsual || ![0x11, 0x12, 0x21, 0x22].includes(first)) return components;
  return 1 + 2 / ((first >> 4) * (first & 15));
}

/** What stays of a segment: how to decode, colours, and which way is up. */
function cleaned({ marker, bytes, payload }: Segment): readonly Uint8Array[] {
  if (marker === app(0)) return bytes.byteLength === plainJfifBytes + 2 ? [bytes] : [];
  if (marker === app(1)) {
    const orientation = orientationOf(payload);
    return orientation === null ? [] : [orientationSegment(orientation)];
  }
  if (marker === app(2)) return beginsWith(payload, 'ICC_PROFILE\0') ? [bytes] : [];
  if (marker === app(14)) return beginsWith(payload, 'Adobe') ? [bytes] : [];
  if (marker === comment || (marker >= app(0) && marker <= app(15))) return [];
  return [bytes];
}

function beginsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((character, index) => bytes[index] === character.charCodeAt(0));
}
