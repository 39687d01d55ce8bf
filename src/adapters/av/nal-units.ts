// NAL units: between the byte stream of cameras (Annex B of ITU-T H.264/H.265) and the length-prefixed samples of MP4.

import type { VideoCodec } from './stream.ts';

const startCode = Buffer.from([0, 0, 1]);

/** Whether `data` begins with an Annex B start code (00 00 01 or 00 00 00 01). */
export function isAnnexB(data: Uint8Array): boolean {
  if (data[0] !== 0 || data[1] !== 0) return false;
  return data[2] === 1 || (data[2] === 0 && data[3] === 1);
}

/** NAL units of an Annex B byte stream, as views. Bytes before the first start code are no NAL unit. */
export function annexBUnits(data: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let code = data.indexOf(startCode);
  while (code >= 0) {
    const start = code + startCode.length;
    code = data.indexOf(startCode, start);
    let end = code < 0 ? data.length : code;
    // A NAL unit never ends in a zero byte: what stands there is trailing_zero_8bits or a longer start code.
    while (end > start && data[end - 1] === 0) end -= 1;
    if (end > start) units.push(data.subarray(start, end));
  }
  return units;
}

/** NAL units of a sample whose lengths take `lengthSize` bytes, as views; null where the lengths do not add up. */
export function sampleUnits(data: Buffer, lengthSize: number): Buffer[] | null {
  const units: Buffer[] = [];
  let position = 0;
  while (position < data.length) {
    if (position + lengthSize > data.length) return null;
    const length = data.readUIntBE(position, lengthSize);
    position += lengthSize;
    if (length === 0 || position + length > data.length) return null;
    units.push(data.subarray(position, position + length));
    position += length;
  }
  return units.length === 0 ? null : units;
}

/** A sample (ISO/IEC 14496-15) with four-byte lengths. */
export function lengthPrefixed(units: readonly Buffer[]): Uint8Array {
  const sample = Buffer.allocUnsafeSlow(units.reduce((size, unit) => size + 4 + unit.length, 0));
  let position = 0;
  for (const unit of units) {
    sample.writeUInt32BE(unit.length, position);
    sample.set(unit, position + 4);
    position += 4 + unit.length;
  }
  return sample;
}

/** The byte stream with a four-byte start code before each unit. */
export function annexB(units: readonly Buffer[]): Buffer {
  return Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]));
}

/** What a decoder needs before the first picture: SPS and PPS, with H.265 VPS too. */
export function parameterSets(units: readonly Buffer[], codec: VideoCodec): Buffer[] {
  const isSet = codec === 'h264' ? isH264ParameterSet : isH265ParameterSet;
  return units.filter((unit) => isSet(unit[0] ?? 0));
}

/** The sequence parameter set, which says the picture's size and format; null where there is none. */
export function sequenceParameterSet(units: readonly Buffer[], codec: VideoCodec): Buffer | null {
  const isSequence = (first: number) =>
    codec === 'h264' ? (first & 0x1f) === 7 : ((first >> 1) & 0x3f) === 33;
  return units.find((unit) => isSequence(unit[0] ?? 0)) ?? null;
}

function isH264ParameterSet(first: number): boolean {
  const type = first & 0x1f;
  return type === 7 || type === 8;
}

function isH265ParameterSet(first: number): boolean {
  const type = (first >> 1) & 0x3f;
  return type >= 32 && type <= 34;
}
