// Puts NAL units together to pictures (access units), each as one length-prefixed sample (ISO/IEC 14496-15).

import { VedetteError } from '../../../core/errors.ts';
import { startCode } from './bits.ts';
import type { RtpPayload } from './rtp.ts';

/** A key frame of a 4K camera has 1 to 2 MiB. */
export const maxAccessUnitBytes = 8 * 1024 * 1024;
/** What a picture may bring along of parameter sets. */
const maxParameterSets = 64;
const firstSampleBytes = 64 * 1024;

export interface AccessUnit {
  /** Without delimiters, fillers and parameter sets; empty where it is not intact. */
  readonly sample: Buffer;
  /** Parameter sets that came with it. */
  readonly parameterSets: readonly Buffer[];
  readonly rtpTimestamp: number;
  readonly keyFrame: boolean;
  /** It is shown before a picture that was sent earlier, or may be. */
  readonly bidirectional: boolean;
  /** False where a part is missing. */
  readonly intact: boolean;
}

export type UnitKind = 'key' | 'slice' | 'parameter-set' | 'useless' | 'other';

/** How a codec's NAL units are told apart and unpacked. */
export interface UnitFormat {
  readonly headerBytes: number;
  kind(header: number): UnitKind;
  /** Of a slice whose NAL unit begins at `start`. */
  isBidirectional(bytes: Buffer, start: number, end: number): boolean;
  /** Takes a packet's payload apart. Errors: `source-not-video` for a packing that cannot be undone. */
  unpack(packet: RtpPayload, to: UnitWriter, where: string): void;
}

/** Takes NAL units whole, or in pieces between `begin` and `end`. */
export interface UnitWriter {
  unit(bytes: Buffer, start: number, end: number): void;
  begin(): void;
  byte(value: number): void;
  append(bytes: Buffer, start: number, end: number): void;
  end(): void;
  /** Whether a unit was begun and not ended. */
  readonly isOpen: boolean;
  /** A part of this picture is missing. */
  damage(): void;
}

export interface AccessUnits {
  /** Takes the next packet; complete pictures go to `emit`. Errors: `source-corrupt`, `source-not-video`. */
  push(packet: RtpPayload): void;
  lost(): void;
}

export function accessUnits(
  format: UnitFormat,
  where: string,
  emit: (unit: AccessUnit) => void,
): AccessUnits {
  let sample = Buffer.allocUnsafeSlow(firstSampleBytes);
  let length = 0;
  let unitStart = -1;
  let parameterSets: Buffer[] = [];
  let timestamp = -1;
  let hasSlice = false;
  let keyFrame = false;
  let bidirectional = false;
  let intact = true;
  /** The marker said that the picture was complete, but more of it came: from then on the timestamp decides. */
  let markerLies = false;
  let emittedTimestamp = -1;

  function reserve(bytes: number): void {
    if (length + bytes <= sample.length) return;
    if (length + bytes > maxAccessUnitBytes) {
      throw new VedetteError(
        'source-corrupt',
        `${where}: the camera sends a picture without end. Restart it.`,
      );
    }
    const larger = Buffer.allocUnsafeSlow(
      Math.min(maxAccessUnitBytes, Math.max(length + bytes, sample.length * 2)),
    );
    sample.copy(larger, 0, 0, length);
    sample = larger;
  }

  const writer: UnitWriter = {
    unit(bytes, start, end) {
      writer.begin();
      writer.append(bytes, start, end);
      writer.end();
    },
    begin() {
      if (unitStart >= 0) intact = false;
      reserve(4);
      unitStart = length;
      length += 4;
    },
    byte(value) {
      reserve(1);
      sample[length] = value;
      length += 1;
    },
    append(bytes, start, end) {
      reserve(end - start);
      bytes.copy(sample, length, start, end);
      length += end - start;
    },
    end() {
      const start = unitStart;
      unitStart = -1;
      finishUnit(start);
    },
    get isOpen() {
      return unitStart >= 0;
    },
    damage() {
      intact = false;
    },
  };

  function finishUnit(start: number): void {
    const bodyStart = start + 4;
    const kind = length - bodyStart < format.headerBytes ? 'useless' : format.kind(sample[bodyStart] ?? 0);
    if (kind === 'useless') {
      length = start;
    } else if (kind === 'parameter-set') {
      const unit = Buffer.from(sample.subarray(bodyStart, length));
      length = start;
      takeParameterSet(unit);
    } else {
      sample.writeUInt32BE(length - bodyStart, start);
      if (kind === 'other') return;
      const isFirst = ((sample[bodyStart + format.headerBytes] ?? 0) & 0x80) !== 0;
      if (!hasSlice && !isFirst && timestamp === emittedTimestamp) markerLies = true;
      // A picture that begins in its middle has lost its beginning.
      if (!hasSlice && !isFirst) intact = false;
      if (!hasSlice) bidirectional = format.isBidirectional(sample, bodyStart, length);
      hasSlice = true;
      keyFrame ||= kind === 'key';
    }
  }

  function takeParameterSet(unit: Buffer): void {
    if (parameterSets.length >= maxParameterSets) return;
    // Some cameras put all parameter sets, and even the picture, into one unit, with start codes between them.
    const code = unit.indexOf(startCode);
    if (code < 0) {
      parameterSets.push(unit);
      return;
    }
    const end = unit[code - 1] === 0 ? code - 1 : code;
    if (end > format.headerBytes) parameterSets.push(unit.subarray(0, end));
    const rest = unit.subarray(code + startCode.length);
    if (rest.length > 0) writer.unit(rest, 0, rest.length);
  }

  function finish(): void {
    if (unitStart >= 0) intact = false;
    unitStart = -1;
    // Parameter sets sent as a picture of their own belong to the next one.
    if (!hasSlice && intact) return;
    const whole = intact && hasSlice;
    // Copied to its size: what is kept for a minute must not hold on to more than itself.
    const copy = Buffer.allocUnsafeSlow(whole ? length : 0);
    sample.copy(copy, 0, 0, copy.length);
    emittedTimestamp = timestamp;
    const unit = {
      sample: copy,
      parameterSets,
      rtpTimestamp: timestamp,
      keyFrame,
      bidirectional,
      intact: whole,
    };
    length = 0;
    parameterSets = [];
    hasSlice = false;
    keyFrame = false;
    bidirectional = false;
    intact = true;
    emit(unit);
  }

  return {
    push(packet) {
      if (packet.timestamp !== timestamp) {
        if (timestamp >= 0) finish();
        timestamp = packet.timestamp;
      }
      format.unpack(packet, writer, where);
      if (packet.marker && !markerLies) finish();
    },
    lost() {
      intact = false;
    },
  };
}
