// The queue before the disk: fragments are written one after the other, and whoever adds them never waits.

import type { Log } from '../../core/ports/log.ts';
import type { TimedFragment } from './segmenter.ts';

/** Fragments that wait for a slow or full disk; more are dropped. 24 MiB are 48 s at 4 Mbit/s. */
export const maxQueuedBytes = 24 * 1024 * 1024;
/** At pace `max` the reader waits while this much is queued. */
const drainedBytes = 4 * 1024 * 1024;

export interface QueueWork {
  write(fragment: TimedFragment): Promise<void>;
  endRecording(): Promise<void>;
}

export interface WriteQueue {
  /** Whether `fragment` may be added. One always may, however large. */
  hasRoomFor(fragment: TimedFragment): boolean;
  add(fragment: TimedFragment): void;
  /** Ends the recording after what was added so far. */
  endRecording(): void;
  /** Ends the recording before what waits. */
  endRecordingNow(): void;
  /** Resolves when few enough fragments wait that the next can be read. */
  drained(): Promise<void>;
  /** Whether something is under way. */
  readonly isWorking: boolean;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createWriteQueue(log: Log, work: QueueWork): WriteQueue {
  const queue: (TimedFragment | 'end')[] = [];
  const drainWaiters: (() => void)[] = [];
  let queuedBytes = 0;
  let working: Promise<void> | null = null;

  async function writeOne(fragment: TimedFragment): Promise<void> {
    try {
      await work.write(fragment);
    } finally {
      queuedBytes -= fragment.sizeBytes;
      if (queuedBytes <= drainedBytes) for (const wake of drainWaiters.splice(0)) wake();
    }
  }

  async function workAll(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await (next === 'end' ? work.endRecording() : writeOne(next));
    }
  }

  function keepWorking(): void {
    working ??= workAll()
      .catch((error: unknown) => log.error('The footage writer failed', { error }))
      .then(() => {
        working = null;
        if (queue.length > 0) keepWorking();
      });
  }

  function enqueue(item: TimedFragment | 'end'): void {
    queue.push(item);
    keepWorking();
  }

  return {
    hasRoomFor: ({ sizeBytes }) => queuedBytes === 0 || queuedBytes + sizeBytes <= maxQueuedBytes,
    add(fragment) {
      queuedBytes += fragment.sizeBytes;
      enqueue(fragment);
    },
    endRecording: () => enqueue('end'),
    endRecordingNow() {
      queue.unshift('end');
      keepWorking();
    },
    drained: () =>
      queuedBytes <= drainedBytes
        ? Promise.resolve()
        : new Promise((resolve) => {
            drainWaiters.push(resolve);
          }),
    get isWorking() {
      return working !== null;
    },
    async idle() {
      while (working !== null) await working;
    },
  };
}
