// For tests: a little packetizer (RFC 6184, RFC 7798).

import type { VideoCodec } from '../stream.ts';

export interface PacketOptions {
  readonly codec: VideoCodec;
  readonly timestamp: number;
  readonly firstSequence: number;
  readonly payloadType?: number;
  /** Longer units are sent in fragments. */
  readonly maxPayloadBytes: number;
  /** Small units that follow each other share a packet. */
  readonly aggregate?: boolean;
}

/** The RTP packets of one access unit; the last one has the marker. */
export function packetize(units: readonly Buffer[], options: PacketOptions): Buffer[] {
  const { codec, maxPayloadBytes } = options;
  const payloads: Buffer[] = [];
  for (const group of groups(units, options)) {
    const [first = Buffer.alloc(0)] = group;
    if (group.length > 1) payloads.push(aggregate(codec, group));
    else if (first.length <= maxPayloadBytes) payloads.push(first);
    else payloads.push(...fragments(codec, first, maxPayloadBytes));
  }
  return payloads.map((payload, index) =>
    rtp(payload, {
      ...options,
      sequence: (options.firstSequence + index) & 0xffff,
      marker: index === payloads.length - 1,
    }),
  );
}

function groups(units: readonly Buffer[], { aggregate, maxPayloadBytes }: PacketOptions): Buffer[][] {
  const result: Buffer[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const unit of units) {
    bytes += 2 + unit.length;
    if (aggregate === true && bytes <= maxPayloadBytes) {
      result.at(-1)?.push(unit);
    } else {
      result.push([unit]);
      bytes = 4 + unit.length;
    }
  }
  return result;
}

function aggregate(codec: VideoCodec, units: readonly Buffer[]): Buffer {
  const sized = units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
  return Buffer.concat([Buffer.from(codec === 'h264' ? [24] : [48 << 1, 1]), ...sized]);
}

function fragments(codec: VideoCodec, unit: Buffer, maxPayloadBytes: number): Buffer[] {
  const [first = 0, second = 0] = unit;
  const type = codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
  const indicator = codec === 'h264' ? [(first & 0xe0) | 28] : [(first & 0x81) | (49 << 1), second];
  const body = unit.subarray(indicator.length);
  const size = Math.max(1, maxPayloadBytes - indicator.length - 1);
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const flags = (at === 0 ? 0x80 : 0) | (at + size >= body.length ? 0x40 : 0);
    pieces.push(Buffer.concat([Buffer.from([...indicator, flags | type]), body.subarray(at, at + size)]));
  }
  return pieces;
}

function rtp(
  payload: Buffer,
  options: { timestamp: number; sequence: number; marker: boolean; payloadType?: number },
): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = (options.payloadType ?? 96) | (options.marker ? 0x80 : 0);
  header.writeUInt16BE(options.sequence, 2);
  header.writeUInt32BE(options.timestamp >>> 0, 4);
  return Buffer.concat([header, payload]);
}

/** An interleaved frame. */
export function interleaved(channel: number, packet: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]), packet]);
}
