// Model threads behind a bounded queue; one that dies is replaced.

import type { Worker } from 'node:worker_threads';
import type { Detection } from '../../core/detection/detection.ts';
import { VedetteError } from '../../core/errors.ts';
import type { RgbPicture } from '../../core/ports/detector.ts';
import type { Log } from '../../core/ports/log.ts';
import type { PictureSize } from './decode.ts';
import { type ModelThread, modelThread } from './thread.ts';

export interface PoolOptions {
  /** Starts one thread. */
  readonly start: () => Worker;
  readonly count: number;
  /** How long to wait after a thread that could not load its model. */
  readonly restartMs: number;
  readonly log: Log;
}

export interface Pool {
  readonly input: PictureSize;
  detect(picture: RgbPicture): Promise<readonly Detection[]>;
  close(): Promise<void>;
}

interface Job {
  readonly picture: RgbPicture;
  readonly resolve: (detections: Promise<readonly Detection[]>) => void;
  readonly reject: (error: VedetteError) => void;
}

/** Pictures that may wait for each thread: of more, the answers would come too late to matter. */
const waitingPerThread = 2;

/** Resolves when every thread has its model. Errors: `detector-unavailable`. */
export async function startPool({ start, count, restartMs, log }: PoolOptions): Promise<Pool> {
  const waiting: Job[] = [];
  const idle: ModelThread[] = [];
  /** Threads whose model is loaded. */
  const ready = new Set<ModelThread>();
  const all = new Set<ModelThread>();
  const underWay = new Set<Promise<unknown>>();
  const closing = new AbortController();
  const restarts = new Set<NodeJS.Timeout>();

  const add = async (): Promise<PictureSize> => {
    const thread = modelThread(start());
    all.add(thread);
    void thread.ended.then(() => lost(thread));
    const input = await thread.ready;
    ready.add(thread);
    release(thread);
    return input;
  };
  const release = (thread: ModelThread): void => {
    if (!ready.has(thread)) return;
    idle.push(thread);
    advance();
  };
  const advance = (): void => {
    while (idle.length > 0) {
      const job = waiting.shift();
      const thread = job === undefined ? undefined : idle.shift();
      if (job === undefined || thread === undefined) return;
      const answer = thread.detect(job.picture);
      job.resolve(answer);
      const over = () => release(thread);
      answer.then(over, over);
    }
  };
  const lost = (thread: ModelThread): void => {
    all.delete(thread);
    const wasReady = ready.delete(thread);
    const at = idle.indexOf(thread);
    if (at >= 0) idle.splice(at, 1);
    if (closing.signal.aborted || !wasReady) return;
    log.error('A detector thread died; another one is started');
    if (ready.size === 0) for (const job of waiting.splice(0)) job.reject(unavailable());
    replace();
  };
  const replace = (): void => {
    add().catch((error: unknown) => {
      if (closing.signal.aborted) return;
      log.error('A detector thread could not be started; it will be tried again', { error, restartMs });
      const timer = setTimeout(() => {
        restarts.delete(timer);
        replace();
      }, restartMs);
      restarts.add(timer);
    });
  };
  const close = async (): Promise<void> => {
    closing.abort();
    for (const timer of restarts) clearTimeout(timer);
    await Promise.allSettled(underWay);
    await Promise.all(Array.from(all, (thread) => thread.close()));
  };

  const starts = await Promise.allSettled(Array.from({ length: count }, add));
  const input = sizeOf(starts);
  if (input instanceof VedetteError) {
    await close();
    throw input;
  }
  return {
    input,
    detect(picture) {
      if (closing.signal.aborted || ready.size === 0) return Promise.reject(unavailable());
      if (idle.length === 0 && waiting.length >= waitingPerThread * count) {
        return Promise.reject(new VedetteError('detector-busy'));
      }
      const { promise, resolve, reject } = Promise.withResolvers<readonly Detection[]>();
      waiting.push({ picture, resolve, reject });
      underWay.add(promise);
      const over = () => underWay.delete(promise);
      promise.then(over, over);
      advance();
      return promise;
    },
    close,
  };
}

/** The picture size all threads agree on (they hold the same file), or why one of them did not start. */
function sizeOf(starts: readonly PromiseSettledResult<PictureSize>[]): PictureSize | VedetteError {
  let input: PictureSize | null = null;
  for (const start of starts) {
    if (start.status === 'fulfilled') input = start.value;
    else return start.reason instanceof VedetteError ? start.reason : unavailable(start.reason);
  }
  return input ?? unavailable(new RangeError('A detector needs at least one thread.'));
}

function unavailable(cause?: unknown): VedetteError {
  return new VedetteError('detector-unavailable', undefined, cause === undefined ? {} : { cause });
}
