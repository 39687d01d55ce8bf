// Masking video: decoded, covered and encoded anew, picture by picture, without leaving the library's memory.

import {
  AV_NOPTS_VALUE,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_MPEG,
} from 'node-av/constants';
import { type CodecContext, Frame, Packet as NativePacket } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { InitSegment } from '../../core/footage/recording.ts';
import type { Log } from '../../core/ports/log.ts';
import type { MaskedVideo, MaskedVideoOptions } from '../../core/ports/masker.ts';
import type { Packet } from '../../core/ports/media.ts';
import { coverFrame } from './cover.ts';
import { fillPacket, openDecoder } from './decoder.ts';
import { mustWork } from './errors.ts';
import { freeAll } from './free.ts';
import { h264Encoder, openH264 } from './h264-encoder.ts';
import { commentedInitSegment } from './init-segment.ts';
import { annexBUnits, lengthPrefixed } from './nal-units.ts';
import { type Scaler, scaler } from './scaler.ts';
import { storedStream } from './stored-stream.ts';
import { configurationRecord, type VideoStream } from './stream.ts';

/** Pictures between two key frames, at most: more than a source has between two of its own in nearly every case. */
const maxFramesPerKeyFrame = 250;

/** Video on its way through; see `Masker.video`. */
export async function maskedVideo({ log }: { log: Log }, options: MaskedVideoOptions): Promise<MaskedVideo> {
  // Told before anything is done, not at the first picture.
  h264Encoder(
    'This installation cannot encode H.264, so masks cannot be covered. Use the build of FFmpeg that comes with Vedette, or take the clip as it was recorded.',
  );
  const stream = storedStream(options.init);
  const decoder = await openDecoder(stream, options.init.timescale, {});
  const encoder = maskingEncoder(stream, options);
  const scale = scaler();
  const packet = new NativePacket();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function receiveAll(): Promise<Packet[]> {
    const packets: Packet[] = [];
    while ((await decoder.receiveFrame(frame)) >= 0) {
      const plain = await plainFrame(frame, scale);
      try {
        coverFrame(plain, options.areas);
        packets.push(...(await encoder.encode(plain, frame)));
      } finally {
        if (plain !== frame) plain.free();
        frame.unref();
      }
    }
    return packets;
  }
  async function maskOne(source: Packet): Promise<readonly Packet[]> {
    if (closed) return [];
    fillPacket(packet, source);
    // What a damaged packet makes the decoder say is no error here: it yields no picture.
    await decoder.sendPacket(packet);
    packet.unref();
    return receiveAll();
  }
  async function flush(): Promise<readonly Packet[]> {
    if (closed) return [];
    await decoder.sendPacket(null);
    const packets = await receiveAll();
    decoder.flushBuffers();
    return packets;
  }
  /** The library's contexts are not safe for two calls at once. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => null);
    return result;
  }
  return {
    get init() {
      return encoder.init;
    },
    mask: (source) => inTurn(() => maskOne(source)),
    drain: () => inTurn(flush),
    close() {
      if (closed) return;
      closed = true;
      // Nobody waits for it, so nothing may come of it: what fails is logged there.
      void inTurn(async () =>
        freeAll(log, [
          () => frame.free(),
          () => packet.free(),
          () => decoder.freeContext(),
          () => encoder.free(),
          () => scale.free(),
        ]),
      );
    },
  };
}

/** Encodes covered pictures; opened by the first, which says what they look like. */
function maskingEncoder(stream: VideoStream, options: MaskedVideoOptions) {
  const { timescale } = options.init;
  const packet = new NativePacket();
  packet.alloc();
  let context: CodecContext | null = null;
  let init: InitSegment | null = null;
  let size = { width: 0, height: 0 };
  let lastPts = Number.NEGATIVE_INFINITY;

  async function open(picture: Frame): Promise<CodecContext> {
    const { width, height } = picture;
    const opened = await openH264({
      width,
      height,
      framesPerSecond: options.framesPerSecond,
      framesPerKeyFrame: maxFramesPerKeyFrame,
      bitsPerSecond: options.bitsPerSecond,
      format: picture.format === AV_PIX_FMT_YUVJ420P ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P,
      timescale,
      colour: coloursOf(picture),
      pixelAspect: stream.pixelAspect,
      // Never more than was said, for a mail holds just so much.
      peak: 1,
      effort: 'some',
    });
    context = opened;
    size = { width, height };
    init = await commentedInitSegment(
      {
        codec: 'h264',
        width,
        height,
        pixelAspect: stream.pixelAspect,
        record: configurationRecord('h264', opened.extraData ?? Buffer.alloc(0)),
        timeBase: { num: 1, den: timescale },
      },
      options.comment,
    );
    return opened;
  }
  async function encode(picture: Frame, source: Frame): Promise<readonly Packet[]> {
    const pts = Number(
      source.bestEffortTimestamp === AV_NOPTS_VALUE ? source.pts : source.bestEffortTimestamp,
    );
    // Two pictures of one moment cannot both be shown.
    if (pts <= lastPts) return [];
    lastPts = pts;
    const encoder = context ?? (await open(picture));
    if (picture.width !== size.width || picture.height !== size.height) {
      throw new VedetteError('footage-damaged', 'The size of the picture changes within one recording.');
    }
    picture.pts = BigInt(pts);
    picture.pictType = source.keyFrame === 1 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    mustWork(await encoder.sendFrame(picture), 'encoder');
    return receive(encoder);
  }
  async function receive(encoder: CodecContext): Promise<readonly Packet[]> {
    const factor = (init?.timescale ?? timescale) / timescale;
    const packets: Packet[] = [];
    while ((await encoder.receivePacket(packet)) >= 0) {
      packets.push({
        data: lengthPrefixed(annexBUnits(packet.data ?? Buffer.alloc(0))),
        ptsTicks: Math.round(Number(packet.pts) * factor),
        dtsTicks: Math.round(Number(packet.dts) * factor),
        durationTicks: 0,
        keyFrame: packet.isKeyframe,
      });
      packet.unref();
    }
    return packets;
  }
  return {
    get init() {
      return init;
    },
    encode,
    free() {
      packet.free();
      context?.freeContext();
    },
  };
}

/** The frame itself where it can be covered and encoded as it is, else one made of it. */
async function plainFrame(frame: Frame, scale: Scaler): Promise<Frame> {
  const isPlain = frame.format === AV_PIX_FMT_YUV420P || frame.format === AV_PIX_FMT_YUVJ420P;
  if (isPlain && frame.width % 2 === 0 && frame.height % 2 === 0) return frame;
  const made = await scale.scaled(frame, {
    width: even(frame.width),
    height: even(frame.height),
    format: AV_PIX_FMT_YUV420P,
  });
  made.colorRange = AVCOL_RANGE_MPEG;
  made.colorSpace = frame.colorSpace;
  made.colorPrimaries = frame.colorPrimaries;
  made.colorTrc = frame.colorTrc;
  return made;
}

function coloursOf(frame: Frame) {
  return {
    range: frame.colorRange,
    space: frame.colorSpace,
    primaries: frame.colorPrimaries,
    transfer: frame.colorTrc,
  };
}

/** H.264 in 4:2:0 has even sizes: a column or row less. */
function even(size: number): number {
  return Math.max(2, size - (size % 2));
}
