// JPEGs that say which way is up, for tests of what is drawn on them and seen in them.

import { avStills } from '../../src/adapters/av/stills.ts';
import { bytes, exif, png } from './stills.ts';

/** The JPEG, saying that it is to be turned. */
export function turned(jpeg: Uint8Array, orientation: number): Uint8Array<ArrayBuffer> {
  return bytes(jpeg.subarray(0, 2), exif(orientation), jpeg.subarray(2));
}

/** A JPEG of one grey (0x60), 64×32 as it is coded, that is to be turned. */
export async function turnedJpeg(orientation: number): Promise<Uint8Array<ArrayBuffer>> {
  const drawn = await avStills().decode(png(64, 32), 'image/png');
  try {
    return turned(await drawn.jpeg(64), orientation);
  } finally {
    drawn.release();
  }
}
