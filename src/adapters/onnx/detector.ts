// The detector on ONNX Runtime, in worker threads.

import { Worker } from 'node:worker_threads';
import { VedetteError } from '../../core/errors.ts';
import type { Detector } from '../../core/ports/detector.ts';
import type { Log } from '../../core/ports/log.ts';
import type { ModelLayout } from './decode.ts';
import type { WorkerSettings } from './messages.ts';
import { centernetFile } from './model-file.ts';
import { type Pool, startPool } from './pool.ts';

export interface OnnxDetectorOptions {
  /** Where the built-in model is kept once it is made (8 MB). */
  readonly modelFolder: string;
  /** Pictures worked on at the same time; each worker holds the model (about 60 MB). */
  readonly workers: number;
  /** One uses the cores best when there are several workers. */
  readonly threadsPerWorker: number;
  readonly log: Log;
  /** Another model instead of the built-in one. */
  readonly model?: { readonly path: string; readonly layout: ModelLayout };
}

/** A model that cannot be loaded now (memory, a file being replaced) may be loadable later. */
const restartMs = 5_000;

/** Starts the workers and loads the model. Errors: `detector-unavailable`, with the reason as its cause. */
export async function onnxDetector(options: OnnxDetectorOptions): Promise<Detector> {
  const { workers, log } = options;
  const pool = await (options.model === undefined ? startBuiltIn(options) : start(options, options.model));
  const { input } = pool;
  log.info('The detector is ready', { workers, width: input.width, height: input.height });
  return {
    input,
    concurrency: workers,
    async detect(picture) {
      const { width, height, data } = picture;
      if (width !== input.width || height !== input.height || data.length !== width * height * 3) {
        throw new VedetteError(
          'request-invalid',
          `The detector wants RGB pictures of ${input.width}×${input.height}.`,
        );
      }
      return pool.detect(picture);
    },
    close: pool.close,
  };
}

/** A model file that was damaged on the disk is made again, once. */
async function startBuiltIn(options: OnnxDetectorOptions): Promise<Pool> {
  const file = async (fresh: boolean) => {
    try {
      return { path: await centernetFile(options.modelFolder, { fresh }), layout: 'centernet' } as const;
    } catch (cause) {
      throw new VedetteError('detector-unavailable', 'The model could not be made from its weights.', {
        cause,
      });
    }
  };
  const model = await file(false);
  try {
    return await start(options, model);
  } catch (error) {
    options.log.warn('The model file could not be loaded; it is made again', { path: model.path, error });
    return start(options, await file(true));
  }
}

function start(
  { workers, threadsPerWorker, log }: OnnxDetectorOptions,
  model: { path: string; layout: ModelLayout },
): Promise<Pool> {
  // ONNX Runtime would otherwise tell its makers what runs here. Read by the library from the process's environment
  // when a worker loads it, and a worker's own environment is a copy.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const settings: WorkerSettings = { ...model, threads: threadsPerWorker };
  return startPool({
    start: () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings }),
    count: workers,
    restartMs,
    log,
  });
}
