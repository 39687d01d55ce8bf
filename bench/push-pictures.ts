// What the benchmark pushes: pictures of the demo's yard as JPEGs of one size in bytes, each with room to make it one of its kind.

import { deflateSync } from 'node:zlib';
import { avStills } from '../src/adapters/av/stills.ts';
import { drawScene, prepareScene } from '../src/recorder/demo/scene.ts';
import { emptyPicture } from '../test/servers/clip.ts';
import { bytes, chunk, segment } from '../test/houses/stills.ts';

/** Bytes of each, and pixels. */
export const pushed = { bytes: 30_000, width: 640, height: 360 } as const;

/** Where the eight bytes lie that tell one image from all others: inside a comment behind the first marker. */
export const ownBytes = { from: 6, length: 8 } as const;

/** Moments of the demo's two minutes: some with a visitor, most without, as integrators' images are. */
const moments = [3, 12, 25, 38, 50, 63, 77, 110];

/** Different pictures of `pushed.bytes` each. */
export async function pushPictures(): Promise<readonly Uint8Array[]> {
  await prepareScene();
  const stills = avStills();
  const pictures: Uint8Array[] = [];
  for (const moment of moments) {
    const picture = await stills.decode(grey(moment), 'image/png');
    pictures.push(padded(await picture.jpeg(pushed.width)));
    picture.release();
  }
  return pictures;
}

/** The yard in grey, each pixel the mean of four. */
function grey(seconds: number): Uint8Array {
  const full = emptyPicture(pushed.width * 2, pushed.height * 2);
  drawScene(seconds, full);
  const { width, height } = pushed;
  const rows = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = row * 2 * full.width + column * 2;
      const [a = 0, b = 0] = full.y.subarray(at, at + 2);
      const [c = 0, d = 0] = full.y.subarray(at + full.width, at + full.width + 2);
      rows[row * (width + 1) + 1 + column] = (a + b + c + d) >> 2;
    }
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  return bytes(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  );
}

/** With a comment (COM, ISO/IEC 10918-1 B.2.4.5) that fills it up. */
function padded(jpeg: Uint8Array): Uint8Array {
  const room = pushed.bytes - jpeg.length - 4;
  if (room < ownBytes.length) throw new Error(`A picture has ${jpeg.length} bytes, too many to be padded.`);
  return bytes(jpeg.subarray(0, 2), segment(0xfe, new Uint8Array(room)), jpeg.subarray(2));
}
