// Coded video as cameras send it, for tests: with B-frames, of full range, in ten bits; and what is to be seen in it.

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_CODEC_ID_MJPEG,
  AV_LOG_QUIET,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  FF_ENCODER_LIBX264,
  FF_ENCODER_LIBX265,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Frame, Log, Packet as NativePacket, Rational } from 'node-av/lib';
import { videoDecoder } from '../../src/adapters/av/decoder.ts';
import { initSegment } from '../../src/adapters/av/init-segment.ts';
import { encodeJpeg } from '../../src/adapters/av/jpeg.ts';
import { annexBUnits, lengthPrefixed } from '../../src/adapters/av/nal-units.ts';
import { copyPlane, emptyFrame, scaler } from '../../src/adapters/av/scaler.ts';
import { storedStream } from '../../src/adapters/av/stored-stream.ts';
import { configurationRecord } from '../../src/adapters/av/stream.ts';
import type { InitSegment } from '../../src/core/footage/recording.ts';
import type { Packet, Picture } from '../../src/core/ports/media.ts';

const kinds = {
  h264: { codec: 'h264', encoder: FF_ENCODER_LIBX264, format: AV_PIX_FMT_YUV420P, range: AVCOL_RANGE_MPEG },
  'h264-full-range': {
    codec: 'h264',
    encoder: FF_ENCODER_LIBX264,
    format: AV_PIX_FMT_YUVJ420P,
    range: AVCOL_RANGE_JPEG,
  },
  h265: { codec: 'h265', encoder: FF_ENCODER_LIBX265, format: AV_PIX_FMT_YUV420P, range: AVCOL_RANGE_MPEG },
  'h265-ten-bit': {
    codec: 'h265',
    encoder: FF_ENCODER_LIBX265,
    format: AV_PIX_FMT_YUV420P10LE,
    range: AVCOL_RANGE_MPEG,
  },
} as const;
export type CodedKind = keyof typeof kinds;

const framesPerSecond = 10;
const timescale = 90_000;

export interface CodedVideoOptions {
  readonly width?: number;
  readonly height?: number;
  readonly frames?: number;
  readonly framesPerKeyFrame?: number;
  /** Level of each pixel of the luma of picture number `index`. */
  readonly draw?: (index: number, x: number, y: number) => number;
}

/** A sharp pattern that moves a little: what must not be made out behind a mask. */
export function pattern(index: number, x: number, y: number): number {
  const isWhite = (Math.floor((x + index) / 12) + Math.floor(y / 12)) % 2 === 0;
  return (isWhite ? 200 : 50) + ((x * 7 + y * 13) % 17);
}

/** Packets of a video, in decode order. */
export async function codedVideo(
  kind: CodedKind,
  options: CodedVideoOptions = {},
): Promise<{ readonly init: InitSegment; readonly packets: readonly Packet[] }> {
  const { width = 320, height = 180, frames = 20, framesPerKeyFrame = 10, draw = pattern } = options;
  Log.setLevel(AV_LOG_QUIET);
  const { codec, encoder, format, range } = kinds[kind];
  const found = Codec.findEncoderByName(encoder);
  const context = new CodecContext();
  context.allocContext3(found);
  context.width = width;
  context.height = height;
  context.pixelFormat = format;
  context.colorRange = range;
  context.threadCount = 1;
  context.timeBase = new Rational(1, timescale);
  context.framerate = new Rational(framesPerSecond, 1);
  context.gopSize = framesPerKeyFrame;
  context.maxBFrames = 2;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const x265 = `log-level=none:keyint=${framesPerKeyFrame}:min-keyint=${framesPerKeyFrame}:scenecut=0:open-gop=0:bframes=2`;
  const given = Dictionary.fromObject(
    encoder === FF_ENCODER_LIBX265
      ? { preset: 'ultrafast', 'x265-params': x265 }
      : { preset: 'veryfast', crf: '18', sc_threshold: '0', keyint_min: String(framesPerKeyFrame) },
  );
  if ((await context.open2(found, given)) < 0) throw new Error(`${kind} cannot be encoded`);
  given.free();
  const packets = await encodeAll(context, { width, height, format, frames, draw });
  const init = await initSegment({
    codec,
    width,
    height,
    pixelAspect: { num: 1, den: 1 },
    record: configurationRecord(codec, context.extraData ?? Buffer.alloc(0)),
    timeBase: { num: 1, den: timescale },
  });
  context.freeContext();
  return { init, packets };
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly format: (typeof kinds)[CodedKind]['format'];
  readonly frames: number;
  readonly draw: (index: number, x: number, y: number) => number;
}

async function encodeAll(context: CodecContext, drawing: Drawing): Promise<Packet[]> {
  const packets: Packet[] = [];
  const native = new NativePacket();
  native.alloc();
  const receive = async () => {
    while ((await context.receivePacket(native)) >= 0) {
      packets.push({
        data: lengthPrefixed(annexBUnits(native.data ?? Buffer.alloc(0))),
        ptsTicks: Number(native.pts),
        dtsTicks: Number(native.dts),
        durationTicks: timescale / framesPerSecond,
        keyFrame: native.isKeyframe,
      });
      native.unref();
    }
  };
  for (let index = 0; index < drawing.frames; index += 1) {
    const frame = await drawn(index, drawing);
    frame.pts = BigInt((index * timescale) / framesPerSecond);
    await context.sendFrame(frame);
    frame.free();
    await receive();
  }
  await context.sendFrame(null);
  await receive();
  native.free();
  return packets;
}

async function drawn(index: number, { width, height, format, draw }: Drawing): Promise<Frame> {
  const plain = format === AV_PIX_FMT_YUV420P10LE ? AV_PIX_FMT_YUV420P : format;
  const frame = emptyFrame({ width, height, format: plain });
  const planes = frame.data ?? [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const plane = planes[0];
      if (plane !== undefined) plane[y * (frame.linesize[0] ?? width) + x] = draw(index, x, y);
    }
  }
  for (const plane of planes.slice(1)) plane.fill(128);
  if (plain === format) return frame;
  const scale = scaler();
  const deep = await scale.scaled(frame, { width, height, format });
  frame.free();
  scale.free();
  return deep;
}

/** Levels of green of the pictures of a coded video, in the order they are shown: the same whatever their format. */
export async function lookAtVideo(
  init: InitSegment,
  packets: readonly Packet[],
): Promise<readonly Uint8Array[]> {
  const decoder = await videoDecoder(storedStream(init), init.timescale, { keyFramesOnly: false });
  const seen: Uint8Array[] = [];
  const take = async (pictures: readonly Picture[]) => {
    for (const picture of pictures) {
      const { data } = await picture.rgb(init.width, init.height);
      picture.release();
      seen.push(Uint8Array.from({ length: init.width * init.height }, (_, at) => data[3 * at + 1] ?? 0));
    }
  };
  for (const packet of packets) await take(await decoder.decode(packet));
  await take(await decoder.drain());
  decoder.close();
  return seen;
}

/** A JPEG of the pattern. */
export async function patternJpeg(width = 320, height = 180): Promise<Uint8Array> {
  const frame = await drawn(0, { width, height, format: AV_PIX_FMT_YUVJ420P, frames: 1, draw: pattern });
  const scale = scaler();
  const jpeg = await encodeJpeg(frame, width, scale);
  frame.free();
  scale.free();
  return jpeg;
}

/** Size and grey levels of a JPEG. */
export async function lookAtJpeg(
  jpeg: Uint8Array,
): Promise<{ width: number; height: number; luma: Uint8Array }> {
  const context = new CodecContext();
  const codec = Codec.findDecoder(AV_CODEC_ID_MJPEG);
  context.allocContext3(codec);
  await context.open2(codec, null);
  const packet = new NativePacket();
  packet.alloc();
  packet.data = Buffer.from(jpeg);
  const frame = new Frame();
  frame.alloc();
  await context.sendPacket(packet);
  await context.receiveFrame(frame);
  const { width, height } = frame;
  const luma = new Uint8Array(width * height);
  copyPlane(frame, 0, { rowBytes: width, rows: height }, luma);
  frame.free();
  packet.free();
  context.freeContext();
  return { width, height, luma };
}
