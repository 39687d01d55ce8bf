// The sealer: finished recordings of one camera become objects and rows, one after the other, however long it takes.

import { backoffMs } from '../../core/backoff.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Recording } from '../../core/footage/recording.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Span } from '../../core/ports/records.ts';
import { diskError } from './disk.ts';
import { forgetSpooled } from './files.ts';
import { attemptsWhenBroken, isWorthWaiting } from './patience.ts';
import { gapStartAfter, type SpoolRecording } from './recording.ts';
import { type StoreDeps, storeRecording } from './store.ts';

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
  /** Resolves when everything added so far was stored, or left to the recovery. */
  settled(): Promise<void>;
  /** Tries once more what fails, then leaves it to the recovery at the next start. */
  stop(): Promise<void>;
}

export function createSealer(deps: StoreDeps & { log: Log }, options: SealerOptions): Sealer {
  const { clock, log } = deps;
  const unsealed = new Set<SpoolRecording>();
  const lingering = new Set<SpoolRecording>();
  /** What the recovery at the next start will tell of: it is not missing. */
  const waiting: Span[] = [...options.waiting];
  const stopping = new AbortController();
  const lingers = new Set<Promise<void>>();
  let chain: Promise<void> = Promise.resolve();
  /** After one recording was given up those behind it are tried once each: a broken disk must not let them pile up. */
  let attempts = attemptsWhenBroken;

  /** Null where the recovery has to do it. */
  async function store(recording: SpoolRecording, isActive: boolean): Promise<Recording | null> {
    const about = { recordingId: recording.header.id, cameraId: recording.header.cameraId };
    for (let failures = 1; ; failures += 1) {
      const error = await attempt(recording, isActive);
      if (!(error instanceof VedetteError)) return error;
      const isGivenUp = failures >= attempts && !isWorthWaiting(error.code);
      if (isGivenUp || stopping.signal.aborted) {
        if (isGivenUp) attempts = 1;
        log.error('A recording could not be sealed; it stays in the spool until the next start', {
          ...{ ...about, failures, error },
        });
        return null;
      }
      if (failures === 1)
        log.error('A recording could not be sealed; it will be tried again', { ...about, error });
      if (error.code === 'data-full') await options.makeRoom().catch(() => false);
      const waitMs = backoffMs(sealBackoff, failures, options.random);
      await clock.sleep(waitMs, stopping.signal).catch(() => {});
    }
  }

  async function attempt(recording: SpoolRecording, isActive: boolean): Promise<Recording | VedetteError> {
    try {
      const finished = await recording.finish();
      const { dataFile } = recording;
      const facts = { isActive, otherwise: 'footage-damaged', waiting } as const;
      const stored = await storeRecording(deps, { ...finished, ...facts, dataFile });
      attempts = attemptsWhenBroken;
      return stored;
    } catch (cause) {
      return diskError(cause);
    }
  }

  async function seal(recording: SpoolRecording, isActive: boolean): Promise<void> {
    const { id } = recording.header;
    const stored = await store(recording, isActive);
    unsealed.delete(recording);
    if (stored === null) {
      const { header, endTicks } = recording;
      waiting.push(...header.gaps, {
        startAt: header.startAt,
        endAt: gapStartAfter(header, endTicks - header.startTicks),
      });
      return close(recording);
    }
    const end = linger(recording);
    lingers.add(end);
    void end.then(() => lingers.delete(end));
    // What cannot be removed now, the recovery at the next start removes.
    await forgetSpooled(options.spoolFolder, id).catch((error: unknown) =>
      log.warn('A sealed recording could not be removed from the spool', { recordingId: id, error }),
    );
    options.onSealed(stored);
  }

  async function linger(recording: SpoolRecording): Promise<void> {
    lingering.add(recording);
    await clock.sleep(lingerMs, stopping.signal).catch(() => {});
    lingering.delete(recording);
    await close(recording);
  }

  function close(recording: SpoolRecording): Promise<void> {
    return recording
      .close()
      .catch((error: unknown) => log.warn('A spool file could not be closed', { error }));
  }

  return {
    add(recording, isActive) {
      unsealed.add(recording);
      chain = chain
        .then(() => seal(recording, isActive))
        .catch((error: unknown) => log.error('Sealing a recording failed in an unforeseen way', { error }));
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
