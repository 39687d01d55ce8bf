// Encoding H.264 without B-frames, one picture in, one packet out.

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  FF_ENCODER_LIBOPENH264,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, type Frame, Packet as NativePacket, Rational } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { EncoderOptions, Packet, VideoEncoder, YuvPicture } from '../../core/ports/media.ts';
import { videoDecoder } from './decoder.ts';
import { mustWork } from './errors.ts';
import { initSegment } from './init-segment.ts';
import { annexBUnits, lengthPrefixed } from './nal-units.ts';
import { emptyFrame } from './scaler.ts';
import { configurationRecord, type VideoStream } from './stream.ts';

/** Ticks a second: 90 kHz (as RTP and MPEG-TS have it) divides evenly by every usual rate. */
const timescale = 90_000;

/** Opens an encoder. Errors: `request-invalid` for a size that 4:2:0 cannot have. */
export async function videoEncoder(options: EncoderOptions): Promise<VideoEncoder> {
  if (options.width % 2 !== 0 || options.height % 2 !== 0) {
    throw new VedetteError('request-invalid', 'A picture to be encoded has an even width and height.');
  }
  const context = await openContext(options);
  const stream: VideoStream = {
    codec: 'h264',
    width: options.width,
    height: options.height,
    pixelAspect: { num: 1, den: 1 },
    record: configurationRecord('h264', context.extraData ?? Buffer.alloc(0)),
    timeBase: { num: 1, den: timescale },
  };
  const init = await initSegment(stream);
  const frame = emptyFrame({ width: options.width, height: options.height, format: AV_PIX_FMT_YUV420P });
  const packet = new NativePacket();
  packet.alloc();
  const frameTicks = timescale / options.framesPerSecond;
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  async function encodeOne(picture: YuvPicture): Promise<Packet[]> {
    if (closed) return [];
    mustWork(frame.makeWritable(), 'encoder');
    copyIn(picture, frame);
    frame.pts = BigInt(Math.round(count * frameTicks));
    count += 1;
    mustWork(await context.sendFrame(frame), 'encoder');
    const packets: Packet[] = [];
    while ((await context.receivePacket(packet)) >= 0) {
      packets.push({
        data: lengthPrefixed(annexBUnits(packet.data ?? Buffer.alloc(0))),
        ptsTicks: Number(packet.pts),
        dtsTicks: Number(packet.dts),
        durationTicks: Math.round(frameTicks),
        keyFrame: packet.isKeyframe,
      });
      packet.unref();
    }
    return packets;
  }
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => null);
    return result;
  }
  return {
    init,
    encode: (picture) => inTurn(() => encodeOne(picture)),
    decoder: (decoderOptions) => videoDecoder(stream, init.timescale, decoderOptions),
    close() {
      if (closed) return;
      closed = true;
      inTurn(async () => {
        frame.free();
        packet.free();
        context.freeContext();
      });
    },
  };
}

async function openContext(options: EncoderOptions): Promise<CodecContext> {
  const codec =
    Codec.findEncoderByName(FF_ENCODER_LIBX264) ?? Codec.findEncoderByName(FF_ENCODER_LIBOPENH264);
  if (codec === null) throw new VedetteError('internal-error', 'This build cannot encode H.264.');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = options.width;
  context.height = options.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.colorRange = AVCOL_RANGE_MPEG;
  // Players take HD for BT.709 unless they are told.
  context.colorSpace = AVCOL_SPC_SMPTE170M;
  context.timeBase = new Rational(1, timescale);
  context.framerate = new Rational(options.framesPerSecond, 1);
  context.gopSize = options.framesPerKeyFrame;
  context.maxBFrames = 0;
  context.threadCount = 1;
  context.bitRate = BigInt(options.bitsPerSecond);
  context.rcMaxRate = BigInt(options.bitsPerSecond * 2);
  context.rcBufferSize = options.bitsPerSecond * 2;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const speed =
    codec.name === FF_ENCODER_LIBX264 ? { preset: 'ultrafast', tune: 'zerolatency', sc_threshold: '0' } : {};
  const dictionary = Dictionary.fromObject({ ...speed, keyint_min: String(options.framesPerKeyFrame) });
  const opened = await context.open2(codec, dictionary);
  dictionary.free();
  mustWork(opened, 'encoder');
  return context;
}

function copyIn(picture: YuvPicture, frame: Frame): void {
  const planes = [picture.y, picture.u, picture.v];
  // Asked for once: each time makes buffers of the picture's size.
  const targets = frame.data;
  for (const [index, source] of planes.entries()) {
    const target = targets?.[index];
    const stride = frame.linesize[index] ?? 0;
    const width = index === 0 ? picture.width : picture.width / 2;
    const height = index === 0 ? picture.height : picture.height / 2;
    if (target === undefined) continue;
    for (let row = 0; row < height; row += 1) {
      target.set(source.subarray(row * width, (row + 1) * width), row * stride);
    }
  }
}
