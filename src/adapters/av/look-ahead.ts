// Looking ahead: files that have their parameter sets only inside the stream are read up to the first key frame.

import { Codec, CodecContext, type FormatContext, Frame, Packet as NativePacket } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { Address } from './address.ts';
import { check } from './errors.ts';
import { annexB, annexBUnits, parameterSets } from './nal-units.ts';
import { codecId, type VideoCodec } from './stream.ts';

export interface StreamFormat {
  /** Annex B parameter sets, or a decoder configuration record. */
  readonly extradata: Buffer;
  readonly width: number;
  readonly height: number;
}

/** What was read before the stream could be described, still to be given on. */
export interface LookAhead {
  readonly format: StreamFormat;
  readonly packets: NativePacket[];
  /** Whether packets come as a byte stream with start codes. */
  readonly annexB: boolean;
}

/** Cameras send a key frame at least every few seconds; 20 s at 30 pictures a second. */
const maxPacketsAhead = 600;

export function nothingAhead(format: StreamFormat): LookAhead {
  return { format, packets: [], annexB: false };
}

/** Reads until a key frame tells the format. Errors: `source-not-video` when none comes, and those of reading. */
export async function lookForParameterSets(
  context: FormatContext,
  { track, codec }: { track: number; codec: VideoCodec },
  source: Address,
  progress: () => void,
): Promise<LookAhead> {
  const packets: NativePacket[] = [];
  while (packets.length < maxPacketsAhead) {
    const packet = new NativePacket();
    packet.alloc();
    check(await context.readFrame(packet), 'opening', source.where);
    progress();
    if (packet.streamIndex !== track) {
      packet.free();
      continue;
    }
    packets.push(packet);
    const sets = parameterSets(annexBUnits(packet.data ?? Buffer.alloc(0)), codec);
    const format = sets.length > 1 ? await decodedFormat(codec, annexB(sets), packet) : null;
    if (format !== null) return { format, packets, annexB: true };
  }
  throw new VedetteError('source-not-video', `${source.where}: the video does not say how it is coded.`);
}

/** The picture size as a decoder finds it: cheaper to maintain than a parser of our own, and needed once. */
async function decodedFormat(
  codec: VideoCodec,
  extradata: Buffer,
  packet: NativePacket,
): Promise<StreamFormat | null> {
  const decoder = Codec.findDecoder(codecId(codec));
  if (decoder === null) return null;
  const context = new CodecContext();
  const frame = new Frame();
  context.allocContext3(decoder);
  frame.alloc();
  try {
    context.threadCount = 1;
    if ((await context.open2(decoder, null)) < 0) return null;
    await context.sendPacket(packet);
    await context.sendPacket(null);
    const decoded = await context.receiveFrame(frame);
    return decoded < 0 ? null : { extradata, width: frame.width, height: frame.height };
  } finally {
    frame.free();
    context.freeContext();
  }
}
