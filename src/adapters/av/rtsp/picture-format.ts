// What the parameter sets of a stream say about its pictures.

import { VedetteError } from '../../../core/errors.ts';
import { sequenceParameterSet } from '../nal-units.ts';
import type { VideoCodec } from '../stream.ts';
import type { BitReader } from './bits.ts';
import { h264Format } from './sps-h264.ts';
import { h265Format } from './sps-h265.ts';

export interface PictureFormat {
  readonly width: number;
  readonly height: number;
  /** Shape of a pixel; 0:1 where it is not said. */
  readonly pixelAspect: { readonly num: number; readonly den: number };
  /** 0 where it is not said. */
  readonly framesPerSecond: number;
  /** The most pictures that are sent before one that is shown earlier; null where it is not said. */
  readonly reorderPictures: number | null;
}

/** Pictures are 16 by 16 to 16 384 by 16 384: anything else was not read rightly. */
const sizePixels = { least: 16, most: 16_384 } as const;
const maxFramesPerSecond = 240;

/** Errors: `source-not-video` where the sequence parameter set is missing or cannot be read. */
export function pictureFormat(codec: VideoCodec, sets: readonly Buffer[], where: string): PictureFormat {
  const unknown = (cause?: unknown) =>
    new VedetteError(
      'source-not-video',
      `${where}: the video does not say how it is coded. Set the camera to H.264 or H.265.`,
      { cause },
    );
  const unit = sequenceParameterSet(sets, codec);
  if (unit === null) throw unknown();
  try {
    const format = codec === 'h264' ? h264Format(unit) : h265Format(unit);
    const { width, height, framesPerSecond } = format;
    const { least, most } = sizePixels;
    if (width < least || width > most || height < least || height > most) throw unknown();
    return framesPerSecond <= maxFramesPerSecond ? format : { ...format, framesPerSecond: 0 };
  } catch (cause) {
    throw unknown(cause);
  }
}

/** Whether a decoder can begin with these sets. */
export function isComplete(codec: VideoCodec, sets: readonly Buffer[]): boolean {
  const types = new Set(
    sets.map((set) => (codec === 'h264' ? (set[0] ?? 0) & 0x1f : ((set[0] ?? 0) >> 1) & 0x3f)),
  );
  return (codec === 'h264' ? [7, 8] : [32, 33, 34]).every((type) => types.has(type));
}

/** Table E-1 of both standards; the index is aspect_ratio_idc. */
const aspects: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];

const extendedAspect = 255;

/** The beginning of the video usability information, which both standards share, up to the chroma location. */
export function readUsability(reader: BitReader): PictureFormat['pixelAspect'] {
  let [num, den] = [0, 1];
  if (reader.flag()) {
    const index = reader.bits(8);
    [num, den] = index === extendedAspect ? [reader.bits(16), reader.bits(16)] : (aspects[index] ?? [0, 1]);
  }
  if (reader.flag()) reader.skip(1);
  if (reader.flag()) {
    reader.skip(4);
    if (reader.flag()) reader.skip(24);
  }
  if (reader.flag()) {
    reader.unsigned();
    reader.unsigned();
  }
  return num === 0 || den === 0 ? { num: 0, den: 1 } : { num, den };
}
