// A worker thread: holds one model and answers one picture after the other.

import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { loadModel } from './model.ts';

if (parentPort === null) throw new Error('This file is run in a worker thread.');
const port = parentPort;
const say = (message: FromWorker): void => port.postMessage(message);
const settings: WorkerSettings = workerData;
const model = await loadModel(settings);

port.on('message', async (message: ToWorker) => {
  if (message.type === 'close') {
    await model.close();
    port.close();
    return;
  }
  try {
    say({ type: 'found', detections: await model.detect(message.picture) });
  } catch (error) {
    say({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
});
say({ type: 'ready', input: model.input });
