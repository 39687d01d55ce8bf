import assert from 'node:assert/strict';
import { test } from 'node:test';
import { png, smallJpeg, smallWebp } from '../../../test/houses/stills.ts';
import { avStills } from './stills.ts';

const stills = avStills();

test('JPEG, PNG and WebP are decoded to pictures of their size', async () => {
  for (const [image, mediaType, width, height] of [
    [smallJpeg(), 'image/jpeg', 8, 8],
    [png(30, 20), 'image/png', 30, 20],
    [smallWebp, 'image/webp', 1, 1],
  ] as const) {
    const picture = await stills.decode(image, mediaType);
    assert.deepEqual([picture.width, picture.height], [width, height]);
    const { data } = await picture.rgb(16, 9);
    assert.equal(data.length, 16 * 9 * 3);
    picture.release();
  }
});

test('the colour of a picture arrives', async () => {
  const picture = await stills.decode(png(64, 64), 'image/png');
  const { data } = await picture.rgb(8, 8);
  assert.ok(data.every((level) => Math.abs(level - 0x60) <= 2));
  const jpeg = await picture.jpeg(64);
  assert.deepEqual([...jpeg.subarray(0, 2)], [0xff, 0xd8]);
  picture.release();
});

test('what is damaged is refused, again and again', async () => {
  const half = png(300, 300).slice(0, 200);
  for (let time = 0; time < 50; time += 1) {
    await assert.rejects(stills.decode(half, 'image/png'), { code: 'image-refused' });
    await assert.rejects(stills.decode(new Uint8Array(100), 'image/jpeg'), { code: 'image-refused' });
    await assert.rejects(stills.decode(new Uint8Array([1]), 'image/webp'), { code: 'image-refused' });
  }
});
