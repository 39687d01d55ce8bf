// The H.264 encoder of the library, on one thread and without B-frames: what goes in comes out at once.

import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  type AVColorPrimaries,
  type AVColorRange,
  type AVColorSpace,
  type AVColorTransferCharacteristic,
  FF_ENCODER_LIBOPENH264,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, Rational } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import type { EncoderOptions } from '../../core/ports/media.ts';
import { mustWork } from './errors.ts';

export interface H264Options extends EncoderOptions {
  readonly format: CodecContext['pixelFormat'];
  /** Ticks a second. */
  readonly timescale: number;
  readonly colour: {
    readonly range: AVColorRange;
    readonly space: AVColorSpace;
    readonly primaries?: AVColorPrimaries;
    readonly transfer?: AVColorTransferCharacteristic;
  };
  /** Shape of a pixel; square by default. */
  readonly pixelAspect?: { readonly num: number; readonly den: number };
  /** Most bits a second over two seconds, in parts of `bitsPerSecond`; twice as much by default. */
  readonly peak?: number;
  /** `least`: as fast as it goes. `some`: half as fast, for a picture that a person looks at closely. */
  readonly effort: 'least' | 'some';
}

/** An open encoder; the caller frees it. Errors: `encoder-missing`. */
export async function openH264(options: H264Options): Promise<CodecContext> {
  const codec = h264Encoder();
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = options.width;
  context.height = options.height;
  context.pixelFormat = options.format;
  context.colorRange = options.colour.range;
  context.colorSpace = options.colour.space;
  if (options.colour.primaries !== undefined) context.colorPrimaries = options.colour.primaries;
  if (options.colour.transfer !== undefined) context.colorTrc = options.colour.transfer;
  const { num, den } = options.pixelAspect ?? { num: 0, den: 1 };
  if (num > 0 && den > 0) context.sampleAspectRatio = new Rational(num, den);
  context.timeBase = new Rational(1, options.timescale);
  // Of cameras that say 12.5, the nearest whole number is near enough: it only steers how bits are shared out.
  context.framerate = new Rational(Math.max(1, Math.round(options.framesPerSecond)), 1);
  context.gopSize = options.framesPerKeyFrame;
  context.maxBFrames = 0;
  context.threadCount = 1;
  context.bitRate = BigInt(options.bitsPerSecond);
  context.rcMaxRate = BigInt(Math.round(options.bitsPerSecond * (options.peak ?? 2)));
  context.rcBufferSize = options.bitsPerSecond * 2;
  context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  const dictionary = Dictionary.fromObject({
    ...(codec.name === FF_ENCODER_LIBX264 ? x264Options(options) : {}),
    keyint_min: String(options.framesPerKeyFrame),
  });
  const opened = await context.open2(codec, dictionary);
  dictionary.free();
  if (opened < 0) context.freeContext();
  mustWork(opened, 'encoder');
  return context;
}

/** Errors: `encoder-missing`, with `detail` where it is given. */
export function h264Encoder(detail?: string): Codec {
  const codec =
    Codec.findEncoderByName(FF_ENCODER_LIBX264) ?? Codec.findEncoderByName(FF_ENCODER_LIBOPENH264);
  if (codec === null) throw new VedetteError('encoder-missing', detail);
  return codec;
}

function x264Options({ effort }: H264Options): Record<string, string> {
  return {
    preset: effort === 'least' ? 'ultrafast' : 'superfast',
    tune: 'zerolatency',
    sc_threshold: '0',
    // A picture that is to be a key frame can be begun at: nothing after it refers to what came before.
    'forced-idr': '1',
  };
}
