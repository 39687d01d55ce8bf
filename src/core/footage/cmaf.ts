// CMAF fragments (ISO/IEC 14496-12, 23000-19): the pictures of one group as moof + mdat, written and read back.

import { VedetteError } from '../errors.ts';

/** One coded picture of a fragment, as an MP4 sample has it. */
export interface Sample {
  readonly data: Uint8Array;
  /** Ticks until the next sample is decoded; more than 0. */
  readonly durationTicks: number;
  /** Presentation minus decode time, in ticks; may be negative. */
  readonly compositionOffsetTicks: number;
  readonly keyFrame: boolean;
}

export interface FragmentContent {
  readonly trackId: number;
  /** Counts the fragments of a recording from 1. */
  readonly sequence: number;
  /** Decode time of the first sample on the media time line, in ticks; below 2^53. */
  readonly decodeTimeTicks: number;
  readonly samples: readonly Sample[];
}

/** moof 8 + mfhd 16 + traf 8 + tfhd 16 + tfdt 20 + trun 20. */
const moofFixedBytes = 88;
const bytesPerSample = 16;
const boxHeaderBytes = 8;

const defaultBaseIsMoof = 0x02_00_00;
/** data-offset, and for each sample its duration, size, flags and composition offset. */
const trunFlags = 0x00_0f_01;
/** sample_depends_on = 2: needs no other picture. */
const keyFrameFlags = 0x02_00_00_00;
/** sample_depends_on = 1, sample_is_non_sync_sample. */
const deltaFrameFlags = 0x01_01_00_00;

/** Largest fragment: its sizes are 32-bit numbers, and one far smaller bounds the memory of a recorder. */
export const maxFragmentBytes = 64 * 1024 * 1024;

/** How many bytes `writeFragment` writes. */
export function fragmentBytes({ samples }: Pick<FragmentContent, 'samples'>): number {
  const headers = moofFixedBytes + bytesPerSample * samples.length + boxHeaderBytes;
  return samples.reduce((total, sample) => total + sample.data.length, headers);
}

/**
 * The bytes of one fragment; at the beginning of `target` where one is given that is large enough, so that a recorder
 * needs no new memory for each. Errors: `internal-error` where it is empty or larger than `maxFragmentBytes`.
 */
export function writeFragment(
  fragment: FragmentContent,
  target?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const { samples } = fragment;
  const totalBytes = fragmentBytes(fragment);
  if (samples.length === 0 || totalBytes > maxFragmentBytes) {
    throw new VedetteError('internal-error', 'A fragment is empty or too large.');
  }
  const room = target !== undefined && target.length >= totalBytes ? target : new Uint8Array(totalBytes);
  const bytes = room.subarray(0, totalBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, totalBytes);
  const moofBytes = moofFixedBytes + bytesPerSample * samples.length;
  writeMoof(view, fragment, moofBytes);
  let at = writeBoxHeader(view, moofBytes, totalBytes - moofBytes, 'mdat');
  for (const { data } of samples) {
    bytes.set(data, at);
    at += data.length;
  }
  return bytes;
}

function writeMoof(view: DataView, fragment: FragmentContent, moofBytes: number): void {
  const { samples } = fragment;
  const trunBytes = 20 + bytesPerSample * samples.length;
  let at = writeBoxHeader(view, 0, moofBytes, 'moof');
  at = writeBoxHeader(view, at, 16, 'mfhd');
  view.setUint32(at, 0);
  view.setUint32(at + 4, fragment.sequence);
  at = writeBoxHeader(view, at + 8, moofBytes - 24, 'traf');
  at = writeBoxHeader(view, at, 16, 'tfhd');
  view.setUint32(at, defaultBaseIsMoof);
  view.setUint32(at + 4, fragment.trackId);
  at = writeBoxHeader(view, at + 8, 20, 'tfdt');
  view.setUint32(at, 0x01_00_00_00);
  view.setUint32(at + 4, Math.floor(fragment.decodeTimeTicks / 2 ** 32));
  view.setUint32(at + 8, fragment.decodeTimeTicks % 2 ** 32);
  at = writeBoxHeader(view, at + 12, trunBytes, 'trun');
  view.setUint32(at, 0x01_00_00_00 | trunFlags);
  view.setUint32(at + 4, samples.length);
  view.setInt32(at + 8, moofBytes + boxHeaderBytes);
  at += 12;
  for (const sample of samples) {
    view.setUint32(at, sample.durationTicks);
    view.setUint32(at + 4, sample.data.length);
    view.setUint32(at + 8, sample.keyFrame ? keyFrameFlags : deltaFrameFlags);
    view.setInt32(at + 12, sample.compositionOffsetTicks);
    at += bytesPerSample;
  }
}

function writeBoxHeader(view: DataView, at: number, sizeBytes: number, type: string): number {
  view.setUint32(at, sizeBytes);
  for (let index = 0; index < 4; index += 1) view.setUint8(at + 4 + index, type.charCodeAt(index));
  return at + boxHeaderBytes;
}

/** Reads what `writeFragment` wrote. Errors: `footage-damaged` for anything else. */
export function readFragment(bytes: Uint8Array): FragmentContent {
  try {
    return readBoxes(bytes);
  } catch (cause) {
    if (cause instanceof VedetteError) throw cause;
    throw damaged();
  }
}

/**
 * Gives a fragment that `writeFragment` wrote another place: its number and the time of its first sample, in `bytes`
 * themselves. Returns its length in ticks. Errors: `footage-damaged` for anything else.
 */
export function placeFragment(
  bytes: Uint8Array,
  place: Pick<FragmentContent, 'sequence' | 'decodeTimeTicks'>,
): number {
  const { samples } = readFragment(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const moof = requireBox(view, 'moof');
  view.setUint32(requireBox(view, 'mfhd', moof).start + 4, place.sequence);
  const { start } = requireBox(view, 'tfdt', requireBox(view, 'traf', moof));
  view.setUint32(start + 4, Math.floor(place.decodeTimeTicks / 2 ** 32));
  view.setUint32(start + 8, place.decodeTimeTicks % 2 ** 32);
  return samples.reduce((sum, { durationTicks }) => sum + durationTicks, 0);
}

function readBoxes(bytes: Uint8Array): FragmentContent {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const moof = requireBox(view, 'moof');
  const traf = requireBox(view, 'traf', moof);
  const trun = requireBox(view, 'trun', traf);
  const tfdt = requireBox(view, 'tfdt', traf);
  const count = view.getUint32(trun.start + 4);
  if (
    view.getUint32(trun.start) !== (0x01_00_00_00 | trunFlags) ||
    trun.end !== trun.start + 12 + 16 * count
  ) {
    throw damaged();
  }
  let data = moof.start - boxHeaderBytes + view.getInt32(trun.start + 8);
  const samples: Sample[] = [];
  for (let at = trun.start + 12; at < trun.end; at += bytesPerSample) {
    const sizeBytes = view.getUint32(at + 4);
    if (data + sizeBytes > bytes.length) throw damaged();
    samples.push({
      data: bytes.subarray(data, data + sizeBytes),
      durationTicks: view.getUint32(at),
      compositionOffsetTicks: view.getInt32(at + 12),
      keyFrame: view.getUint32(at + 8) === keyFrameFlags,
    });
    data += sizeBytes;
  }
  return {
    trackId: view.getUint32(requireBox(view, 'tfhd', traf).start + 4),
    sequence: view.getUint32(requireBox(view, 'mfhd', moof).start + 4),
    decodeTimeTicks: view.getUint32(tfdt.start + 4) * 2 ** 32 + view.getUint32(tfdt.start + 8),
    samples,
  };
}

/** The id of the first track of an init segment. Errors: `source-not-video` where it has none. */
export function trackIdOf(init: Uint8Array): number {
  const view = new DataView(init.buffer, init.byteOffset, init.byteLength);
  try {
    const track = requireBox(view, 'trak', requireBox(view, 'moov'));
    const header = requireBox(view, 'tkhd', track);
    // After version and flags come two times, 8 bytes each in version 1, else 4.
    return view.getUint32(header.start + (view.getUint8(header.start) === 1 ? 20 : 12));
  } catch (cause) {
    throw new VedetteError('source-not-video', 'The header of this video names no track.', { cause });
  }
}

/** The payload of a box: from `start` (inclusive) to `end` (exclusive). */
interface Box {
  readonly start: number;
  readonly end: number;
}

function requireBox(view: DataView, type: string, within: Box = { start: 0, end: view.byteLength }): Box {
  let at = within.start;
  while (at + boxHeaderBytes <= within.end) {
    const sizeBytes = view.getUint32(at);
    if (sizeBytes < boxHeaderBytes || at + sizeBytes > within.end) break;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((index) => view.getUint8(at + index)));
    if (name === type) return { start: at + boxHeaderBytes, end: at + sizeBytes };
    at += sizeBytes;
  }
  throw damaged();
}

function damaged(): VedetteError {
  return new VedetteError('footage-damaged', 'This is no fragment that Vedette wrote.');
}
