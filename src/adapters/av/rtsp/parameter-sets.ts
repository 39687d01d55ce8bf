// Parameter sets that come again and again: left out of the samples while they say what the init segment says.

import { VedetteError } from '../../../core/errors.ts';
import { lengthPrefixed, sequenceParameterSet } from '../nal-units.ts';
import type { VideoCodec } from '../stream.ts';
import type { AccessUnit } from './access-units.ts';
import { type PictureFormat, pictureFormat } from './picture-format.ts';

/**
 * The sample of a picture. Once a set differs from the known ones, all sets stay in the samples from there on, so
 * that each fragment can be decoded by itself. Errors: `source-corrupt` where the pictures have another size: what
 * follows does not fit the init segment, and the recorder opens the camera again.
 */
export function sampleWriter(
  codec: VideoCodec,
  known: readonly Buffer[],
  { width, height }: PictureFormat,
  where: string,
): (unit: AccessUnit) => Uint8Array {
  let inBand = false;
  let sequence = sequenceParameterSet(known, codec);

  function checkFormat(sets: readonly Buffer[]): void {
    const current = sequenceParameterSet(sets, codec);
    if (current === null || sequence?.equals(current) === true) return;
    sequence = current;
    const format = pictureFormat(codec, sets, where);
    if (format.width === width && format.height === height) return;
    throw new VedetteError('source-corrupt', `${where}: the picture format changed; opening it again.`);
  }
  return ({ sample, parameterSets }) => {
    if (parameterSets.length === 0) return sample;
    checkFormat(parameterSets);
    inBand ||= !parameterSets.every((set) => known.some((other) => other.equals(set)));
    return inBand ? Buffer.concat([lengthPrefixed(parameterSets), sample]) : sample;
  };
}
