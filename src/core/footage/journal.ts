// The journal of an open recording: one line for what it is, one for each fragment, each with its checksum.

import {
  branded,
  type CameraId,
  type EpochMs,
  type GapId,
  type OrganizationId,
  type RecordingId,
  type Sha256,
  type SiteId,
} from '../brand.ts';
import type { WrappedKey } from '../ports/keys.ts';
import { type ClockQuality, type Fragment, type Gap, gapCauses, type InitSegment } from './recording.ts';

/** Everything that is known of a recording when it begins: with its fragments, all that its row needs. */
export interface JournalHeader {
  readonly id: RecordingId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly cameraId: CameraId;
  readonly startAt: EpochMs;
  /** Decode time of the first sample in ticks of `init.timescale`: what `startAt` rounds to milliseconds. */
  readonly startTicks: number;
  readonly blobKey: string;
  readonly wrappedKey: WrappedKey;
  readonly clock: ClockQuality;
  readonly init: InitSegment;
  /** What is missing before this recording; stored in the same transaction. */
  readonly gaps: readonly Gap[];
}

/** A fragment and its place in the recording, so that it can be found though lines before it are damaged. */
export interface JournalEntry extends Fragment {
  readonly index: number;
  /** Where its bytes begin in the object. */
  readonly offsetBytes: number;
  /** When it begins, in ticks after the recording's start. */
  readonly offsetTicks: number;
}

export interface Journal {
  /** Null where the first line is damaged: without the key nothing can be made of the fragments. */
  readonly header: JournalHeader | null;
  /** Those whose lines are whole, by index. */
  readonly entries: readonly JournalEntry[];
}

/** Written into every header; a journal of another version is left alone. */
const version = 1;
const checksumDigits = 8;
const lineEnd = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The first line of a journal. */
export function journalHeaderLine(header: JournalHeader): Uint8Array<ArrayBuffer> {
  const { init } = header;
  const json = JSON.stringify({ version, ...header, init: { ...init, bytes: base64(init.bytes) } });
  return line(json);
}

/** The line of one fragment. */
export function journalEntryLine(entry: JournalEntry): Uint8Array<ArrayBuffer> {
  const { index, offsetBytes, offsetTicks, sizeBytes, durationTicks, frameCount, sha256 } = entry;
  const json = JSON.stringify([
    index,
    offsetBytes,
    offsetTicks,
    sizeBytes,
    durationTicks,
    frameCount,
    sha256,
  ]);
  return line(json);
}

/** Reads every line that is whole. Never throws, whatever the bytes. */
export function readJournal(bytes: Uint8Array): Journal {
  let header: JournalHeader | null = null;
  const entries: JournalEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEndsAt = bytes.indexOf(lineEnd, at);
    if (lineEndsAt < 0) break;
    const value = lineValue(bytes.subarray(at, lineEndsAt));
    const isFirst = at === 0;
    at = lineEndsAt + 1;
    if (isFirst) {
      header = headerOf(value);
      continue;
    }
    const entry = entryOf(value);
    if (entry !== null && entry.index > (entries.at(-1)?.index ?? -1)) entries.push(entry);
  }
  return { header, entries: header === null ? [] : entries };
}

function line(json: string): Uint8Array<ArrayBuffer> {
  const body = encoder.encode(` ${json}\n`);
  const bytes = new Uint8Array(checksumDigits + body.length);
  bytes.set(body, checksumDigits);
  const checksum = crc32(body.subarray(1, -1)).toString(16).padStart(checksumDigits, '0');
  bytes.set(encoder.encode(checksum));
  return bytes;
}

/** The JSON of a line without its end, or null where the checksum does not agree. */
function lineValue(bytes: Uint8Array): unknown {
  try {
    const body = bytes.subarray(checksumDigits + 1);
    const checksum = decoder.decode(bytes.subarray(0, checksumDigits + 1));
    if (checksum !== `${crc32(body).toString(16).padStart(checksumDigits, '0')} `) return null;
    return JSON.parse(decoder.decode(body));
  } catch {
    return null;
  }
}

function entryOf(value: unknown): JournalEntry | null {
  if (!Array.isArray(value) || value.length !== 7 || !value.slice(0, 6).every(isCount)) return null;
  const [index, offsetBytes, offsetTicks, sizeBytes, durationTicks, frameCount, sha256] = value;
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return null;
  return {
    ...{ index, offsetBytes, offsetTicks, sizeBytes, durationTicks, frameCount },
    sha256: branded<Sha256>(sha256),
  };
}

// The checksum vouches for the line: this looks only for what the types need.
function headerOf(value: unknown): JournalHeader | null {
  if (!isObject(value) || value.version !== version) return null;
  const { id, organizationId, siteId, cameraId, blobKey, startAt, startTicks, gaps } = value;
  if (!isText(id) || !isText(organizationId) || !isText(siteId) || !isText(cameraId)) return null;
  if (!isText(blobKey) || !isCount(startAt) || !isCount(startTicks) || !Array.isArray(gaps)) return null;
  const init = initOf(value.init);
  const clock = clockOf(value.clock);
  const wrappedKey = wrappedKeyOf(value.wrappedKey);
  if (init === null || clock === null || wrappedKey === null) return null;
  const owner = {
    organizationId: branded<OrganizationId>(organizationId),
    siteId: branded<SiteId>(siteId),
    cameraId: branded<CameraId>(cameraId),
  };
  return {
    ...owner,
    id: branded<RecordingId>(id),
    startAt: branded<EpochMs>(startAt),
    startTicks,
    blobKey,
    wrappedKey,
    clock,
    init,
    gaps: gaps.flatMap((gap) => gapOf(gap, owner) ?? []),
  };
}

function initOf(value: unknown): InitSegment | null {
  if (!isObject(value)) return null;
  const { sha256, bytes, codec, width, height, timescale } = value;
  if (!isText(sha256) || !isText(bytes) || !isText(codec)) return null;
  if (!isCount(width) || !isCount(height) || !isCount(timescale)) return null;
  try {
    const header = Uint8Array.fromBase64(bytes);
    return { sha256: branded<Sha256>(sha256), bytes: header, codec, width, height, timescale };
  } catch {
    return null;
  }
}

function clockOf(value: unknown): ClockQuality | null {
  if (!isObject(value) || typeof value.offsetMs !== 'number') return null;
  const state = (['synchronized', 'unsynchronized', 'unknown'] as const).find((one) => one === value.state);
  return state === undefined ? null : { state, offsetMs: value.offsetMs };
}

function wrappedKeyOf(value: unknown): WrappedKey | null {
  if (!isObject(value) || !isCount(value.epoch) || !isText(value.ciphertext)) return null;
  return { epoch: value.epoch, ciphertext: value.ciphertext };
}

function gapOf(value: unknown, owner: Pick<Gap, 'organizationId' | 'siteId' | 'cameraId'>): Gap | null {
  if (!isObject(value) || !isText(value.id) || !isCount(value.startAt) || !isCount(value.endAt)) return null;
  const cause = gapCauses.find((one) => one === value.cause);
  if (cause === undefined) return null;
  const { id, startAt, endAt } = value;
  return {
    ...owner,
    id: branded<GapId>(id),
    startAt: branded<EpochMs>(startAt),
    endAt: branded<EpochMs>(endAt),
    cause,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function base64(bytes: Uint8Array): string {
  return new Uint8Array(bytes).toBase64();
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xed_b8_83_20 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** CRC-32 (ISO 3309), as zlib computes it; against accidents, not against people. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xff_ff_ff_ff;
  for (const byte of bytes) value = (crcTable[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xff_ff_ff_ff) >>> 0;
}
