// The fragment index: what a recording's row keeps of its fragments, packed into a few bytes each.

import { branded, type Sha256 } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Fragment } from './recording.ts';

/** First byte of every index; another one is of a format this program does not know. */
const formatVersion = 1;
const hashBytes = 32;
/** Longest varint of a safe integer: 8 × 7 bits > 53. */
const maxVarintBytes = 8;

/**
 * Packs fragments: version (1 byte), then for each its size, duration and frame count as unsigned varints
 * (LEB128), then the 32 bytes of its hash. About 40 bytes a fragment.
 */
export function packFragments(fragments: readonly Fragment[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(1 + fragments.length * (hashBytes + 3 * maxVarintBytes));
  bytes[0] = formatVersion;
  let end = 1;
  for (const fragment of fragments) {
    end = putVarint(bytes, end, fragment.sizeBytes);
    end = putVarint(bytes, end, fragment.durationTicks);
    end = putVarint(bytes, end, fragment.frameCount);
    bytes.set(Uint8Array.fromHex(fragment.sha256), end);
    end += hashBytes;
  }
  return bytes.slice(0, end);
}

/** The fragments that `packFragments` packed. Errors: `data-damaged`. */
export function unpackFragments(bytes: Uint8Array): readonly Fragment[] {
  if (bytes[0] !== formatVersion) throw damaged();
  const fragments: Fragment[] = [];
  const cursor = { at: 1 };
  while (cursor.at < bytes.length) {
    const sizeBytes = takeVarint(bytes, cursor);
    const durationTicks = takeVarint(bytes, cursor);
    const frameCount = takeVarint(bytes, cursor);
    const hash = bytes.subarray(cursor.at, cursor.at + hashBytes);
    if (hash.length < hashBytes) throw damaged();
    cursor.at += hashBytes;
    fragments.push({ sizeBytes, durationTicks, frameCount, sha256: branded<Sha256>(hash.toHex()) });
  }
  return fragments;
}

function putVarint(bytes: Uint8Array, start: number, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a natural number.`);
  let at = start;
  let rest = value;
  // Division rather than shifts: shifts cut at 32 bits.
  while (rest >= 0x80) {
    bytes[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  bytes[at++] = rest;
  return at;
}

function takeVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  let factor = 1;
  for (let length = 1; length <= maxVarintBytes; length++) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw damaged();
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      if (!Number.isSafeInteger(value)) throw damaged();
      return value;
    }
    factor *= 0x80;
  }
  throw damaged();
}

function damaged(): VedetteError {
  return new VedetteError('data-damaged', 'The fragment index of a recording is damaged. Run vedette check.');
}
