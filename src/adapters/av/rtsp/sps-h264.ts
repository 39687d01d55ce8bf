// The sequence parameter set of H.264 (ITU-T H.264, 7.3.2.1.1 and E.1.1).

import { type BitReader, bitReader } from './bits.ts';
import { type PictureFormat, readUsability } from './picture-format.ts';

/** Profiles whose parameter sets say more about colour. */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
/** Intra profiles: with constraint_set3_flag nothing is predicted, so nothing is reordered (E.2.1). */
const intraProfiles = new Set([44, 86, 100, 110, 122, 244]);
const baseline = 66;

type Usability = Pick<PictureFormat, 'pixelAspect' | 'framesPerSecond' | 'reorderPictures'>;

/** Errors: RangeError where the bits end too early. */
export function h264Format(unit: Uint8Array): PictureFormat {
  const reader = bitReader(unit, 1);
  const profile = reader.bits(8);
  const constraints = reader.bits(8);
  reader.skip(8);
  reader.unsigned();
  const chroma = highProfiles.has(profile) ? readColour(reader) : { format: 1, separate: false };
  reader.unsigned();
  const orderType = readOrder(reader);
  reader.unsigned();
  reader.skip(1);
  const widthBlocks = reader.unsigned() + 1;
  const heightUnits = reader.unsigned() + 1;
  const framesOnly = reader.flag();
  if (!framesOnly) reader.skip(1);
  reader.skip(1);
  const crop = reader.flag()
    ? [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.unsigned()]
    : [0, 0, 0, 0];
  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const array = chroma.separate ? 0 : chroma.format;
  const cropX = array === 1 || array === 2 ? 2 : 1;
  const cropY = (array === 1 ? 2 : 1) * (framesOnly ? 1 : 2);
  const isIntra = intraProfiles.has(profile) && (constraints & 0x10) !== 0;
  const neverReorders = orderType === 2 || profile === baseline || isIntra;
  const usability = reader.flag() ? readAll(reader) : { ...unsaid };
  return {
    ...usability,
    width: widthBlocks * 16 - cropX * (left + right),
    height: heightUnits * (framesOnly ? 16 : 32) - cropY * (top + bottom),
    reorderPictures: neverReorders ? 0 : usability.reorderPictures,
  };
}

const unsaid: Usability = { pixelAspect: { num: 0, den: 1 }, framesPerSecond: 0, reorderPictures: null };

function readColour(reader: BitReader): { format: number; separate: boolean } {
  const format = reader.unsigned();
  const separate = format === 3 && reader.flag();
  reader.unsigned();
  reader.unsigned();
  reader.skip(1);
  if (reader.flag()) {
    for (let list = 0; list < (format === 3 ? 12 : 8); list += 1) {
      if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64);
    }
  }
  return { format, separate };
}

function skipScalingList(reader: BitReader, size: number): void {
  let scale = 8;
  for (let index = 0; index < size && scale !== 0; index += 1) {
    scale = (scale + reader.signed() + 256) % 256;
  }
}

/** Returns pic_order_cnt_type. */
function readOrder(reader: BitReader): number {
  const type = reader.unsigned();
  if (type === 0) reader.unsigned();
  if (type !== 1) return type;
  reader.skip(1);
  reader.signed();
  reader.signed();
  const count = reader.unsigned();
  for (let index = 0; index < count; index += 1) reader.signed();
  return type;
}

function readAll(reader: BitReader): Usability {
  let read: Usability = unsaid;
  try {
    read = { ...read, pixelAspect: readUsability(reader) };
    if (reader.flag()) {
      const unitsInTick = reader.bits(32);
      const timeScale = reader.bits(32);
      reader.skip(1);
      read = { ...read, framesPerSecond: unitsInTick === 0 ? 0 : timeScale / (2 * unitsInTick) };
    }
    const hasNal = reader.flag();
    if (hasNal) skipBuffering(reader);
    const hasVcl = reader.flag();
    if (hasVcl) skipBuffering(reader);
    if (hasNal || hasVcl) reader.skip(1);
    reader.skip(1);
    if (reader.flag()) {
      reader.skip(1);
      for (let index = 0; index < 4; index += 1) reader.unsigned();
      read = { ...read, reorderPictures: reader.unsigned() };
    }
  } catch {
    // Cameras that get the end of this wrong are many; what was read until there is right.
  }
  return read;
}

/** hrd_parameters(), E.1.2. */
function skipBuffering(reader: BitReader): void {
  const count = reader.unsigned() + 1;
  reader.skip(8);
  for (let index = 0; index < count; index += 1) {
    reader.unsigned();
    reader.unsigned();
    reader.skip(1);
  }
  reader.skip(20);
}
