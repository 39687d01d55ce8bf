// The detector on ONNX Runtime: the port's promises, and what becomes of threads and files that fail.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { detectorContract } from '../../core/ports/detector.contract.ts';
import { silentLog } from '../../core/ports/log.ts';
import { onnxDetector } from './detector.ts';
import { startPool } from './pool.ts';

const modelFolder = await mkdtemp(join(tmpdir(), 'vedette-model-'));
after(() => rm(modelFolder, { recursive: true }));

const open = () => onnxDetector({ modelFolder, workers: 2, threadsPerWorker: 1, log: silentLog });

detectorContract('onnx', open);

test('the model is made once, and again when its file is damaged', async () => {
  await (await open()).close();
  const [name = ''] = await readdir(modelFolder);
  await truncate(join(modelFolder, name), 100_000);
  const detector = await open();
  const { width, height } = detector.input;
  assert.ok(
    Array.isArray(await detector.detect({ width, height, data: new Uint8Array(width * height * 3) })),
  );
  await detector.close();
  assert.deepEqual(await readdir(modelFolder), [name], 'no half-written file stays behind');
});

test('a configured model that cannot be loaded is an error with its reason', async () => {
  const path = join(modelFolder, 'broken.onnx');
  await writeFile(path, 'not a model');
  await assert.rejects(
    onnxDetector({
      modelFolder,
      workers: 1,
      threadsPerWorker: 1,
      log: silentLog,
      model: { path, layout: 'yolox' },
    }),
    { code: 'detector-unavailable' },
  );
  await rm(path);
});

/** A thread that answers a picture whose first byte is 0, and dies of any other. */
const fragileThread = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', (message) => {
    if (message.type === 'close') return parentPort.close();
    if (message.picture.data[0] !== 0) process.exit(3);
    parentPort.postMessage({ type: 'found', detections: [] });
  });
  parentPort.postMessage({ type: 'ready', input: { width: 2, height: 1 } });
`;

test('a thread that dies fails its picture only, and is replaced', { timeout: 10_000 }, async () => {
  const deaths: string[] = [];
  const log = { ...silentLog, error: (message: string) => deaths.push(message) };
  const pool = await startPool({
    start: () => new Worker(fragileThread, { eval: true }),
    count: 2,
    restartMs: 0,
    log,
  });
  const picture = (first: number) => ({ width: 2, height: 1, data: Uint8Array.of(first, 0, 0, 0, 0, 0) });
  const outcomes = await Promise.allSettled([pool.detect(picture(1)), pool.detect(picture(0))]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
  for (let round = 0; round < 4; round++) {
    await Promise.all([pool.detect(picture(0)), pool.detect(picture(0)), pool.detect(picture(0))]);
  }
  assert.equal(deaths.length, 1);
  await Promise.allSettled([pool.detect(picture(1)), pool.detect(picture(1))]);
  const isBack = () =>
    pool.detect(picture(0)).then(
      () => true,
      () => false,
    );
  while (!(await isBack())) await setImmediate();
  await pool.close();
});

test('the runtime of the model tells its makers nothing', () => {
  // Every detector of this file was started by now; the library reads this when it is loaded.
  assert.equal(process.env.ORT_DISABLE_TELEMETRY, '1');
});
