// What is known of a video stream: enough to decode it and to write its init segment, nothing that varies by run.

import { AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { CodecParameters } from 'node-av/lib';
import { VedetteError } from '../../core/errors.ts';
import { annexB, annexBUnits, isAnnexB, parameterSets } from './nal-units.ts';

export const videoCodecs = ['h264', 'h265'] as const;
export type VideoCodec = (typeof videoCodecs)[number];

export interface VideoStream {
  readonly codec: VideoCodec;
  readonly width: number;
  readonly height: number;
  /** Shape of a pixel; 0:1 where it is not known. */
  readonly pixelAspect: { readonly num: number; readonly den: number };
  /** AVCDecoderConfigurationRecord or HEVCDecoderConfigurationRecord (ISO/IEC 14496-15). */
  readonly record: Buffer;
  /** Seconds a tick of the source's own time line, as a fraction. */
  readonly timeBase: { readonly num: number; readonly den: number };
}

/** The codec with FFmpeg's number `id`, or null where it is not one that Vedette records. */
export function videoCodec(id: number): VideoCodec | null {
  if (id === AV_CODEC_ID_H264) return 'h264';
  return id === AV_CODEC_ID_HEVC ? 'h265' : null;
}

/** FFmpeg's number of `codec`. */
export function codecId(codec: VideoCodec) {
  return codec === 'h264' ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC;
}

/**
 * The decoder configuration record of `extradata`, which is one already, or Annex B parameter sets.
 * Errors: `source-not-video` where it is neither.
 */
export function configurationRecord(codec: VideoCodec, extradata: Buffer): Buffer {
  const parameters = bareParameters(codec, isAnnexB(extradata) ? onceEach(codec, extradata) : extradata);
  try {
    const record = parameters.getDecoderConfigurationRecord();
    if (record === null || record.length < 7) {
      throw new VedetteError('source-not-video', 'The video does not say how it is coded.');
    }
    return Buffer.from(record);
  } finally {
    parameters.free();
  }
}

/** Parameter sets without repeats: a camera that sends them twice must not look like another camera. */
function onceEach(codec: VideoCodec, extradata: Buffer): Buffer {
  const sets = parameterSets(annexBUnits(extradata), codec);
  return annexB(sets.filter((set, index) => sets.findIndex((other) => other.equals(set)) === index));
}

/** Codec parameters in the library's form; the caller frees them. */
export function codecParameters(stream: VideoStream): CodecParameters {
  const parameters = bareParameters(stream.codec, stream.record);
  parameters.width = stream.width;
  parameters.height = stream.height;
  return parameters;
}

function bareParameters(codec: VideoCodec, extradata: Buffer): CodecParameters {
  const parameters = new CodecParameters();
  parameters.alloc();
  parameters.codecType = AVMEDIA_TYPE_VIDEO;
  parameters.codecId = codecId(codec);
  parameters.extradata = extradata;
  return parameters;
}

/** Bytes that the length of each NAL unit takes: 1, 2 or 4. */
export function lengthSize(stream: Pick<VideoStream, 'codec' | 'record'>): number {
  return ((stream.record[stream.codec === 'h264' ? 4 : 21] ?? 3) & 3) + 1;
}

/** The codec in the words of RFC 6381, "avc1.640028" or "hvc1.1.6.L93.B0" (ISO/IEC 14496-15, annex E). */
export function codecString(stream: Pick<VideoStream, 'codec' | 'record'>): string {
  const { record } = stream;
  if (stream.codec === 'h264') return `avc1.${record.toString('hex', 1, 4)}`;
  const general = record[1] ?? 0;
  const space = ['', 'A', 'B', 'C'][general >> 6] ?? '';
  const tier = (general & 0x20) === 0 ? 'L' : 'H';
  const constraints = [...record.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    `hvc1.${space}${general & 0x1f}`,
    reversedBits(record.readUInt32BE(2)).toString(16),
    `${tier}${record[12] ?? 0}`,
    ...constraints.map((byte) => byte.toString(16)),
  ].join('.');
}

function reversedBits(value: number): number {
  let rest = value;
  let result = 0;
  for (let bit = 0; bit < 32; bit += 1) {
    result = result * 2 + (rest & 1);
    rest >>>= 1;
  }
  return result;
}
