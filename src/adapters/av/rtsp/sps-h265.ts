// The sequence parameter set of H.265 (ITU-T H.265, 7.3.2.2 and E.2.1).

import { type BitReader, bitReader } from './bits.ts';
import { type PictureFormat, readUsability } from './picture-format.ts';

/** Errors: RangeError where the bits end too early. */
export function h265Format(unit: Uint8Array): PictureFormat {
  const reader = bitReader(unit, 2);
  reader.skip(4);
  const subLayers = reader.bits(3);
  reader.skip(1);
  skipProfile(reader, subLayers);
  reader.unsigned();
  const chroma = reader.unsigned();
  const separate = chroma === 3 && reader.flag();
  const codedWidth = reader.unsigned();
  const codedHeight = reader.unsigned();
  const [left, right, top, bottom] = readWindow(reader);
  reader.unsigned();
  reader.unsigned();
  const orderBits = reader.unsigned() + 4;
  const reorderPictures = readReorder(reader, subLayers);
  const cropX = !separate && (chroma === 1 || chroma === 2) ? 2 : 1;
  const cropY = !separate && chroma === 1 ? 2 : 1;
  return {
    width: codedWidth - cropX * (left + right),
    height: codedHeight - cropY * (top + bottom),
    reorderPictures,
    ...readRest(reader, orderBits),
  };
}

/** profile_tier_level(), 7.3.3. */
function skipProfile(reader: BitReader, subLayers: number): void {
  reader.skip(88 + 8);
  const present: [boolean, boolean][] = [];
  for (let layer = 0; layer < subLayers; layer += 1) present.push([reader.flag(), reader.flag()]);
  if (subLayers > 0) reader.skip(2 * (8 - subLayers));
  for (const [profile, level] of present) reader.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

function readWindow(reader: BitReader): [number, number, number, number] {
  if (!reader.flag()) return [0, 0, 0, 0];
  return [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.unsigned()];
}

/** sps_max_num_reorder_pics of the highest layer. */
function readReorder(reader: BitReader, subLayers: number): number {
  const layers = reader.flag() ? subLayers + 1 : 1;
  let reorder = 0;
  for (let layer = 0; layer < layers; layer += 1) {
    reader.unsigned();
    reorder = reader.unsigned();
    reader.unsigned();
  }
  return reorder;
}

function readRest(
  reader: BitReader,
  orderBits: number,
): Pick<PictureFormat, 'pixelAspect' | 'framesPerSecond'> {
  let pixelAspect = { num: 0, den: 1 };
  let framesPerSecond = 0;
  try {
    for (let index = 0; index < 6; index += 1) reader.unsigned();
    if (reader.flag() && reader.flag()) skipScalingLists(reader);
    reader.skip(2);
    if (reader.flag()) {
      reader.skip(8);
      reader.unsigned();
      reader.unsigned();
      reader.skip(1);
    }
    skipReferenceSets(reader);
    if (reader.flag()) {
      const count = reader.unsigned();
      reader.skip(count * (orderBits + 1));
    }
    reader.skip(2);
    if (reader.flag()) {
      pixelAspect = readUsability(reader);
      reader.skip(3);
      readWindow(reader);
      if (reader.flag()) {
        const unitsInTick = reader.bits(32);
        framesPerSecond = unitsInTick === 0 ? 0 : reader.bits(32) / unitsInTick;
      }
    }
  } catch {
    // The size was read; what follows is good to know and no more.
  }
  return { pixelAspect, framesPerSecond };
}

/** scaling_list_data(), 7.3.4. */
function skipScalingLists(reader: BitReader): void {
  for (let size = 0; size < 4; size += 1) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!reader.flag()) {
        reader.unsigned();
        continue;
      }
      if (size > 1) reader.signed();
      for (let index = 0; index < Math.min(64, 16 << (2 * size)); index += 1) reader.signed();
    }
  }
}

/** All st_ref_pic_set() of the parameter set, 7.3.7: how long one is depends on the one before. */
function skipReferenceSets(reader: BitReader): void {
  const sets = reader.unsigned();
  let pictures = 0;
  for (let set = 0; set < sets; set += 1) {
    if (set > 0 && reader.flag()) {
      reader.skip(1);
      reader.unsigned();
      let used = 0;
      for (let index = 0; index <= pictures; index += 1) {
        // used_by_curr_pic_flag, else use_delta_flag.
        if (reader.flag() || reader.flag()) used += 1;
      }
      pictures = used;
      continue;
    }
    const before = reader.unsigned();
    const after = reader.unsigned();
    pictures = before + after;
    for (let index = 0; index < pictures; index += 1) {
      reader.unsigned();
      reader.skip(1);
    }
  }
}
