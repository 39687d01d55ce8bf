// One worker thread with a model in it, from this side: it answers one picture at a time.

import { isMarkedAsUntransferable, type Worker } from 'node:worker_threads';
import type { Detection } from '../../core/detection/detection.ts';
import { VedetteError } from '../../core/errors.ts';
import type { RgbPicture } from '../../core/ports/detector.ts';
import type { PictureSize } from './decode.ts';
import type { FromWorker, ToWorker } from './messages.ts';

export interface ModelThread {
  /** Resolves when the model is loaded, with the size of the pictures it wants. Errors: `detector-unavailable`. */
  readonly ready: Promise<PictureSize>;
  /** Resolves when the thread is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Call it only after the answer before. Errors: `detector-unavailable`. */
  detect(picture: RgbPicture): Promise<readonly Detection[]>;
  /** Asks the thread to end after the picture under way. */
  close(): Promise<void>;
}

/** A picture takes some 20 ms; a thread that is silent for so long is stuck, and is ended so that it is replaced. */
const stuckAfterMs = 30_000;

/** Speaks with `worker`, which is asked one thing at a time. */
export function modelThread(worker: Worker): ModelThread {
  const ready = Promise.withResolvers<PictureSize>();
  const ended = Promise.withResolvers<void>();
  let answer: PromiseWithResolvers<readonly Detection[]> | null = null;
  let death: VedetteError | null = null;

  const die = (cause: unknown): void => {
    death ??= new VedetteError('detector-unavailable', undefined, { cause });
    ready.reject(death);
    answer?.reject(death);
    answer = null;
  };
  worker.on('message', (message: FromWorker) => {
    if (message.type === 'ready') return ready.resolve(message.input);
    const asked = answer;
    answer = null;
    if (message.type === 'found') asked?.resolve(message.detections);
    else asked?.reject(failure(message.reason));
  });
  worker.on('error', die);
  worker.once('exit', (code) => {
    die(new Error(`The detector thread ended with code ${code}.`));
    ended.resolve();
  });
  // Whoever wants to know asks for it; a thread that dies unasked must not end the process.
  ready.promise.catch(() => {});

  return {
    ready: ready.promise,
    ended: ended.promise,
    async detect(picture) {
      if (death !== null) throw death;
      const asked = Promise.withResolvers<readonly Detection[]>();
      answer = asked;
      const stuck = setTimeout(() => void worker.terminate(), stuckAfterMs);
      send(worker, { type: 'detect', picture }, movable(picture.data));
      return asked.promise.finally(() => clearTimeout(stuck));
    },
    async close() {
      if (death === null) send(worker, { type: 'close' }, []);
      await ended.promise;
    },
  };
}

function failure(reason: string): VedetteError {
  return new VedetteError('detector-unavailable', 'The detector failed on a picture.', {
    cause: new Error(reason),
  });
}

/** The picture's memory is moved when it is all of a buffer that may be moved; a slice of another is copied. */
function movable(data: Uint8Array): ArrayBuffer[] {
  const { buffer } = data;
  const whole = data.byteOffset === 0 && data.byteLength === buffer.byteLength;
  return buffer instanceof ArrayBuffer && whole && !isMarkedAsUntransferable(buffer) ? [buffer] : [];
}

function send(worker: Worker, message: ToWorker, moved: ArrayBuffer[]): void {
  worker.postMessage(message, moved);
}
