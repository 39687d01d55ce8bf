// What encoders write into their sequence parameter sets is read as FFmpeg reads it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { VedetteError } from '../../../core/errors.ts';
import { pictureFormat } from './picture-format.ts';

const vectors = [
  {
    by: 'OpenH264',
    codec: 'h264',
    sps: 'Z0LADdoFBn55qBAQMgAAAwACAAADACkeKFVA',
    size: [320, 180],
    rate: 10,
    reorder: 0,
  },
  {
    by: 'OpenH264',
    codec: 'h264',
    sps: 'Z0LAKNoB4AiflhAAAAMAEAAAAwMo8YMq',
    size: [1920, 1080],
    rate: 25,
    reorder: 0,
  },
  {
    by: 'x264',
    codec: 'h264',
    sps: 'Z2QADKzZQUGaEAAAAwAQAAADAUDxQplg',
    size: [320, 192],
    rate: 10,
    reorder: 2,
  },
  {
    by: 'a coder that does not say its order',
    codec: 'h264',
    sps: 'Z01AH5ZSgYBvTUGBgZAAAAMAEAAAAwFIQA==',
    size: [768, 432],
    rate: 10,
    reorder: null,
  },
  {
    by: 'x265',
    codec: 'h265',
    sps: 'QgEBAWAAAAMAkAAAAwAAAwA8oAoIDBZZWSSTK5oCAAADAAIAAAMAFBA=',
    size: [320, 192],
    rate: 10,
    reorder: 2,
  },
  {
    by: 'x265, cropped',
    codec: 'h265',
    sps: 'QgEBAWAAAAMAkAAAAwAAAwA8oApIC5yVllZJJMrmgIAAAAMAgAAABQQ=',
    size: [322, 182],
    rate: 10,
    reorder: 2,
  },
] as const;

for (const { by, codec, sps, size, rate, reorder } of vectors) {
  test(`size, frame rate and order are read from ${by} (${codec} ${size.join('×')})`, () => {
    const format = pictureFormat(codec, [Buffer.from(sps, 'base64')], 'camera');
    assert.deepEqual([format.width, format.height], size);
    assert.equal(format.framesPerSecond, rate);
    assert.equal(format.reorderPictures, reorder);
  });
}

test('the shape of pixels is read', () => {
  const x264 = Buffer.from('Z2QAHqzZQKAv+XARAAADAAYAAAMBZg8WLZY=', 'base64');
  assert.deepEqual(pictureFormat('h264', [x264], 'camera').pixelAspect, { num: 1, den: 1 });
});

test('a damaged or missing parameter set is said to be so, whatever its bytes', () => {
  assert.throws(() => pictureFormat('h264', [], 'camera'), VedetteError);
  fc.assert(
    fc.property(
      fc.constantFrom(...vectors),
      fc.nat(),
      fc.nat(255),
      fc.nat(60),
      ({ codec, sps }, at, byte, cut) => {
        const unit = Buffer.from(sps, 'base64');
        unit[2 + (at % (unit.length - 2))] = byte;
        try {
          const { width, height } = pictureFormat(
            codec,
            [unit.subarray(0, Math.max(2, unit.length - cut))],
            'camera',
          );
          assert.ok(width >= 16 && height >= 16 && width <= 16_384 && height <= 16_384);
        } catch (error) {
          assert.ok(error instanceof VedetteError && error.code === 'source-not-video', String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
