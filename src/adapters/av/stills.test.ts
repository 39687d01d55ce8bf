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

test('a JPEG is halved on the way, as often as it is asked for and the format knows; others come as they are', async () => {
  const large = await stills.decode(png(1_000, 64), 'image/png');
  const jpeg = await large.jpeg(1_000);
  large.release();
  const size = async (image: Uint8Array, mediaType: 'image/jpeg' | 'image/png', halvings: number) => {
    const picture = await stills.decode(image, mediaType, halvings);
    const { data } = await picture.rgb(8, 8);
    assert.ok(data.every((level) => Math.abs(level - 0x60) <= 4));
    picture.release();
    return [picture.width, picture.height];
  };
  assert.deepEqual(await size(jpeg, 'image/jpeg', 0), [1_000, 64]);
  assert.deepEqual(await size(jpeg, 'image/jpeg', 1), [500, 32]);
  assert.deepEqual(await size(jpeg, 'image/jpeg', 9), [125, 8]);
  assert.deepEqual(await size(png(64, 36), 'image/png', 3), [64, 36]);
});
