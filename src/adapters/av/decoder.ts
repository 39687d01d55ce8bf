// Decoding: packets in, pictures out, on one thread, small pictures without leaving the event loop.

import {
  AV_FRAME_FLAG_CORRUPT,
  AV_NOPTS_VALUE,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  FF_DECODE_ERROR_CONCEALMENT_ACTIVE,
  FF_DECODE_ERROR_DECODE_SLICES,
  FF_DECODE_ERROR_INVALID_BITSTREAM,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Packet as NativePacket, Rational } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { DecoderOptions, Packet, Picture, VideoDecoder } from '../../core/ports/media.ts';
import { mustWork } from './errors.ts';
import { picture } from './picture.ts';
import { scaler } from './scaler.ts';
import { codecId, codecParameters, type VideoStream } from './stream.ts';

/** Decoding a picture of up to this many pixels takes about 2 ms; larger ones are decoded beside the event loop. */
const maxPixelsNow = 640 * 480;

/**
 * What the decoder says of a picture that it had to invent parts of. A missing reference is not among it: whoever
 * joins a stream between two key frames sees that too, and where a picture went missing, that one was counted.
 */
const inventedParts =
  FF_DECODE_ERROR_INVALID_BITSTREAM | FF_DECODE_ERROR_CONCEALMENT_ACTIVE | FF_DECODE_ERROR_DECODE_SLICES;

/** A decoder for the packets of `stream`, whose times are in ticks of `timescale`. */
export async function videoDecoder(
  stream: VideoStream,
  timescale: number,
  options: DecoderOptions,
): Promise<VideoDecoder> {
  const context = await openDecoder(stream, timescale, options);
  const packet = new NativePacket();
  packet.alloc();
  const scale = scaler();
  const now = stream.width * stream.height <= maxPixelsNow;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let pictures = 0;
  let damaged = 0;
  let spare: Frame | null = null;

  function freeScaler(): void {
    if (closed && pictures === 0) scale.free();
  }
  function take(frame: Frame): Picture {
    pictures += 1;
    if ((frame.decodeErrorFlags & inventedParts) !== 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0)
      damaged += 1;
    const pts = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? frame.pts : frame.bestEffortTimestamp;
    return picture(frame, Number(pts), scale, () => {
      pictures -= 1;
      freeScaler();
    });
  }
  function noteDamage(result: number): void {
    if (result < 0 && result !== AVERROR_EAGAIN && result !== AVERROR_EOF) damaged += 1;
  }
  async function receiveAll(): Promise<Picture[]> {
    const ready: Picture[] = [];
    for (;;) {
      const frame = spare ?? emptyFrame();
      spare = null;
      const result = now ? context.receiveFrameSync(frame) : await context.receiveFrame(frame);
      if (result < 0) {
        noteDamage(result);
        // Every packet ends here once: the next picture takes it.
        if (closed) frame.free();
        else spare = frame;
        return ready;
      }
      ready.push(take(frame));
    }
  }
  async function send(next: NativePacket | null): Promise<void> {
    const result = now ? context.sendPacketSync(next) : await context.sendPacket(next);
    // What a damaged packet makes the decoder say is no error here: it yields no picture, and is counted.
    noteDamage(result);
  }
  async function decodeOne(source: Packet): Promise<readonly Picture[]> {
    if (closed || (options.keyFramesOnly && !source.keyFrame)) return [];
    fillPacket(packet, source);
    await send(packet);
    packet.unref();
    if (!options.keyFramesOnly) return receiveAll();
    // The decoder would hold a picture back until the next one shows that nothing comes before it.
    return flush();
  }
  async function flush(): Promise<readonly Picture[]> {
    if (closed) return [];
    await send(null);
    const ready = await receiveAll();
    context.flushBuffers();
    return ready;
  }
  /** The library's context is not safe for two calls at once. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => null);
    return result;
  }
  return {
    get damaged() {
      return damaged;
    },
    decode: (source) => inTurn(() => decodeOne(source)),
    drain: () => inTurn(flush),
    close() {
      if (closed) return;
      closed = true;
      inTurn(async () => {
        packet.free();
        spare?.free();
        spare = null;
        context.freeContext();
        freeScaler();
      });
    },
  };
}

function emptyFrame(): Frame {
  const frame = new Frame();
  frame.alloc();
  return frame;
}

/** A decoder on one thread, in the library's form; the caller frees it. Errors: `source-not-video`. */
export async function openDecoder(
  stream: VideoStream,
  timescale: number,
  { sparing = false }: Pick<DecoderOptions, 'sparing'>,
): Promise<CodecContext> {
  const codec = Codec.findDecoder(codecId(stream.codec));
  if (codec === null) throw new VedetteError('source-not-video', 'This build cannot decode this video.');
  const context = new CodecContext();
  const parameters = codecParameters(stream);
  context.allocContext3(codec);
  const copied = context.parametersToContext(parameters);
  parameters.free();
  mustWork(copied, 'decoder');
  context.threadCount = 1;
  context.pktTimebase = new Rational(1, timescale);
  // Leaving out the deblocking would save another quarter, but its errors add up until the next key frame.
  const dictionary = Dictionary.fromObject(sparing ? { skip_frame: 'noref' } : {});
  const opened = await context.open2(codec, dictionary);
  dictionary.free();
  mustWork(opened, 'decoder');
  return context;
}

/** Makes `packet` one of `source`, whose bytes it borrows. */
export function fillPacket(packet: NativePacket, source: Packet): void {
  const { buffer, byteOffset, byteLength } = source.data;
  packet.data = Buffer.from(buffer, byteOffset, byteLength);
  packet.pts = BigInt(source.ptsTicks);
  packet.dts = BigInt(source.dtsTicks);
  packet.duration = BigInt(source.durationTicks);
  packet.isKeyframe = source.keyFrame;
}
