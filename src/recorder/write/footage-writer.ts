// The footage writer of one camera: fragments become recordings in the spool, which are sealed behind it.

import type { CameraId, EpochMs, RecordingId } from '../../core/brand.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { GapCause } from '../../core/footage/recording.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import { giveBack } from '../spool/give-back.ts';
import type { SpoolRecording } from '../spool/recording.ts';
import { createSealer, type SealerOptions } from '../spool/sealer.ts';
import type { StoreDeps } from '../spool/store.ts';
import type { CameraOwner } from './begin-recording.ts';
import { keepCurrentRecording } from './current-recording.ts';
import { keysAhead } from './keys-ahead.ts';
import { keepLosses } from './losses.ts';
import { createPersistentWriter } from './persistence.ts';
import { createWriteQueue } from './queue.ts';
import type { TimedFragment } from './segmenter.ts';

export interface WriterOptions extends SealerOptions {
  readonly camera: CameraOwner;
  /** Where the camera's footage so far ends. */
  readonly lastEndAt: EpochMs | null;
  /** Somebody is in the picture. */
  readonly isActive: () => boolean;
  /** Whether somebody else still looks at these bytes of a sample; the memory of the others is given back. */
  readonly isInUse: (data: Uint8Array) => boolean;
  readonly onWritten: (fragment: TimedFragment, storedBytes: number) => void;
  /** Told how many frames could not be written. */
  readonly onLost?: (frames: number) => void;
  /** Told why nothing can be written, and null when it can again. */
  readonly onProblem: (code: ErrorCode | null) => void;
  /** Told when it will be tried again, before each wait. */
  readonly onRetry?: (at: EpochMs) => void;
}

export interface FootageWriter {
  readonly cameraId: CameraId;
  /**
   * Takes a fragment, and its samples: once written, they are empty. Never waits. What does not fit into the queue
   * becomes a gap.
   */
  add(fragment: TimedFragment): void;
  /** Ends the recording after what was added so far. */
  endRecording(): void;
  /** Ends the recording after the next fragment. */
  cut(): void;
  /** Resolves when few enough fragments wait that the next can be read. */
  drained(): Promise<void>;
  /** Makes durable what was written. Never rejects: what fails is told as the problem. */
  flush(): Promise<void>;
  /** Not sealed yet, oldest first. */
  readonly open: readonly SpoolRecording[];
  /** Those, and those sealed a moment ago. */
  readonly readable: readonly SpoolRecording[];
  /** Resolves when everything added so far was written and sealed; `endRecording` must have been called. */
  settled(): Promise<void>;
  /** Writes and seals what was added. */
  stop(): Promise<void>;
}

export type WriterDeps = StoreDeps & { readonly keys: Keys; readonly log: Log };

export function createFootageWriter(deps: WriterDeps, options: WriterOptions): FootageWriter {
  const { log } = deps;
  const { isActive, isInUse, onWritten, onLost = () => {} } = options;
  const stopping = new AbortController();
  const sealer = createSealer(deps, options);
  const ahead = keysAhead(deps, options.camera.organizationId);
  const current = keepCurrentRecording({ ...deps, ahead }, { ...options, onEnded: sealer.add });
  const persistent = createPersistentWriter(deps, { ...options, current, signal: stopping.signal });
  const lossCause = (): GapCause => (persistent.problem === 'data-full' ? 'disk-full' : 'storage-failed');
  /** Fragments that were not let into the queue. */
  const refused = keepLosses(log, lossCause, onLost);
  /** Fragments of the queue that could not be written. */
  const lost = keepLosses(log, lossCause, onLost);
  const queue = createWriteQueue(log, { write, endRecording: current.end });
  let cutRequested = false;

  async function write(next: TimedFragment): Promise<void> {
    const fragment = lost.next(next);
    if (fragment === null) return;
    if (!(await persistent.write(fragment))) return lost.lose(fragment);
    if (isActive()) current.markActive();
    onWritten(fragment, current.open?.fragments.at(-1)?.sizeBytes ?? 0);
    for (const { data } of fragment.samples) if (!isInUse(data)) giveBack(data);
    if (!cutRequested) return;
    cutRequested = false;
    await current.end();
  }

  return {
    cameraId: options.camera.id,
    add(fragment) {
      if (!queue.hasRoomFor(fragment)) return refused.lose(fragment);
      const admitted = refused.next(fragment);
      if (admitted !== null) queue.add(admitted);
    },
    endRecording: queue.endRecording,
    cut() {
      // Between recordings there is nothing to be sealed: the next one must not be cut after its first fragment.
      cutRequested = current.open !== null || queue.isWorking;
    },
    drained: queue.drained,
    async flush() {
      if (!(await persistent.flush())) queue.endRecordingNow();
    },
    get open() {
      return current.open === null ? sealer.unsealed : [...sealer.unsealed, current.open];
    },
    get readable() {
      return [...sealer.lingering, ...this.open];
    },
    async settled() {
      await queue.idle();
      await sealer.settled();
    },
    async stop() {
      queue.endRecording();
      stopping.abort();
      ahead.stop();
      await queue.idle();
      await sealer.stop();
    },
  };
}

/** What can be read of the recording with this id. */
export function findReadable(writer: Pick<FootageWriter, 'readable'>, id: RecordingId) {
  return writer.readable.find(({ header }) => header.id === id) ?? null;
}
