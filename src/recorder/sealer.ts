// The sealer: finished recordings of one camera become objects and rows, one after the other, however long it takes.

import { backoffMs } from '../core/backoff.ts';
import type { Recording } from '../core/footage/recording.ts';
import type { Log } from '../core/ports/log.ts';
import type { Span } from '../core/ports/records.ts';
import { diskError } from './disk.ts';
import { forgetSpooled } from './spool-files.ts';
import type { SpoolRecording } from './spool-recording.ts';
import { type StoreDeps, storeRecording } from './store-recording.ts';

/** A stored recording can still be read from the spool for so long: by whoever found it there just before. */
const lingerMs = 10_000;
const sealBackoff = { firstMs: 250, maxMs: 10_000 };

export interface SealerOptions {
  readonly spoolFolder: string;
  /** Makes room on a full disk; false where nothing more can be removed. */
  readonly makeRoom: () => Promise<boolean>;
  /** Footage of the camera that an earlier recovery left in the spool. */
  readonly waiting: readonly Span[];
  readonly onSealed: (recording: Recording) => void;
  readonly random: () => number;
}

export interface Sealer {
  /** `isActive`: somebody was in the picture. */
  add(recording: SpoolRecording, isActive: boolean): void;
  /** Not stored yet, oldest first. */
  readonly unsealed: readonly SpoolRecording[];
  /** Stored a moment ago, still to be read. */
  readonly lingering: readonly SpoolRecording[];
  /** Resolves when everything added so far was stored. */
  settled(): Promise<void>;
  /** Tries once more what fails, then leaves it to the recovery at the next start. */
  stop(): Promise<void>;
}

export function createSealer(deps: StoreDeps & { log: Log }, options: SealerOptions): Sealer {
  const { clock, log } = deps;
  const unsealed = new Set<SpoolRecording>();
  const lingering = new Set<SpoolRecording>();
  const stopping = new AbortController();
  const lingers = new Set<Promise<void>>();
  let chain: Promise<void> = Promise.resolve();

  /** Null where the recorder stops before it succeeds. */
  async function store(recording: SpoolRecording, isActive: boolean): Promise<Recording | null> {
    const about = { recordingId: recording.header.id, cameraId: recording.header.cameraId };
    for (let failures = 1; ; failures += 1) {
      try {
        const finished = await recording.finish();
        const { dataFile } = recording;
        const facts = { isActive, otherwise: 'footage-damaged', waiting: options.waiting } as const;
        return await storeRecording(deps, { ...finished, ...facts, dataFile });
      } catch (cause) {
        const error = diskError(cause);
        if (failures === 1)
          log.error('A recording could not be sealed; it will be tried again', { ...about, error });
        if (error.code === 'data-full') await options.makeRoom().catch(() => false);
      }
      if (stopping.signal.aborted) {
        log.warn('A recording stays in the spool until the next start', about);
        return null;
      }
      const waitMs = backoffMs(sealBackoff, failures, options.random);
      await clock.sleep(waitMs, stopping.signal).catch(() => {});
    }
  }

  async function seal(recording: SpoolRecording, isActive: boolean): Promise<void> {
    const { id } = recording.header;
    const stored = await store(recording, isActive);
    unsealed.delete(recording);
    const end = linger(recording);
    lingers.add(end);
    void end.then(() => lingers.delete(end));
    if (stored === null) return;
    options.onSealed(stored);
    // What cannot be removed now, the recovery at the next start removes.
    await forgetSpooled(options.spoolFolder, id).catch((error: unknown) =>
      log.warn('A sealed recording could not be removed from the spool', { recordingId: id, error }),
    );
  }

  async function linger(recording: SpoolRecording): Promise<void> {
    lingering.add(recording);
    await clock.sleep(lingerMs, stopping.signal).catch(() => {});
    lingering.delete(recording);
    await recording
      .close()
      .catch((error: unknown) => log.warn('A spool file could not be closed', { error }));
  }

  return {
    add(recording, isActive) {
      unsealed.add(recording);
      chain = chain.then(() => seal(recording, isActive));
    },
    get unsealed() {
      return [...unsealed];
    },
    get lingering() {
      return [...lingering];
    },
    settled: () => chain,
    async stop() {
      stopping.abort();
      await chain;
      await Promise.all(lingers);
    },
  };
}
