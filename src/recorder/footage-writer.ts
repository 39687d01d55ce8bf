// The footage writer of one camera: fragments become recordings in the spool, which are sealed behind it.

import { branded, type CameraId, type EpochMs } from '../core/brand.ts';
import type { ErrorCode } from '../core/errors.ts';
import { trackIdOf, writeFragment } from '../core/footage/cmaf.ts';
import type { Reason } from '../core/footage/gaps.ts';
import { type GapCause, maxRecordingMs } from '../core/footage/recording.ts';
import type { Keys } from '../core/ports/keys.ts';
import type { Log } from '../core/ports/log.ts';
import { backoffMs } from './backoff.ts';
import { diskError } from './disk.ts';
import { giveBack } from './give-back.ts';
import { createSealer, type SealerOptions } from './sealer.ts';
import type { TimedFragment } from './segmenter.ts';
import { beginRecording, type CameraOwner } from './spool.ts';
import { forgetSpooled, type SpoolRecording } from './spool-recording.ts';
import type { StoreDeps } from './store-recording.ts';

/** Fragments that wait for a slow or full disk; more are dropped. 24 MiB are 48 s at 4 Mbit/s. */
export const maxQueuedBytes = 24 * 1024 * 1024;
/** At pace `max` the reader waits while this much is queued. */
const drainedBytes = 4 * 1024 * 1024;
/** A clock is called set back from here on; less is drift. */
const toldOffsetMs = 2_000;
const writeBackoff = { firstMs: 100, maxMs: 5_000 };
/** Attempts to write a fragment while the recorder stops: it must come to an end. */
const attemptsWhileStopping = 3;
/** Attempts where the reason is not one that goes away by itself or by a person's hand. */
const attemptsWhenBroken = 5;
const patient: readonly ErrorCode[] = ['data-full', 'data-read-only', 'key-unavailable'];

/**
 * Where plain fragments of all cameras are put together: each is encrypted before the next is written, and without
 * it collecting the garbage of fragments costs more than encrypting them. Larger ones get memory of their own.
 */
const scratch = new Uint8Array(4 * 1024 * 1024);

export interface WriterOptions extends SealerOptions {
  readonly camera: CameraOwner;
  /** End of the camera's footage so far. */
  readonly lastEndAt: EpochMs | null;
  /** Somebody is in the picture. */
  readonly isActive: () => boolean;
  /** Whether somebody else still looks at these bytes of a sample; the memory of the others is given back. */
  readonly isInUse: (data: Uint8Array) => boolean;
  readonly onWritten: (fragment: TimedFragment, storedBytes: number) => void;
  /** Told why nothing can be written, and null when it can again. */
  readonly onProblem: (code: ErrorCode | null) => void;
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
  /** Makes durable what was written. */
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
  const { clock, log } = deps;
  const { camera, spoolFolder } = options;
  const sealer = createSealer(deps, options);
  const stopping = new AbortController();
  const queue: (TimedFragment | 'end')[] = [];
  const drainWaiters: (() => void)[] = [];
  let queuedBytes = 0;
  let working: Promise<void> | null = null;
  let wasBack = false;
  let current: SpoolRecording | null = null;
  let currentIsActive = false;
  let cutRequested = false;
  let problem: ErrorCode | null = null;
  let { lastEndAt } = options;
  /** Why fragments were not let into the queue, for the gap before the next one that is. */
  let refused: readonly Reason[] = [];
  /** Why fragments of the queue could not be written, for the gap before the next one of the queue. */
  let lost: readonly Reason[] = [];

  function setProblem(code: ErrorCode | null): void {
    if (problem === code) return;
    problem = code;
    options.onProblem(code);
  }

  async function endCurrent(): Promise<void> {
    const ended = current;
    const wasActive = currentIsActive;
    current = null;
    currentIsActive = false;
    if (ended === null) return;
    if (ended.fragments.length > 0) return sealer.add(ended, wasActive);
    await ended.close().catch(() => {});
    await forgetSpooled(spoolFolder, ended.header.id).catch(() => {});
  }

  /** A clock that was set is told once, when a recording begins under it. */
  function tellClock({ reasons, clockOffsetMs }: TimedFragment): void {
    if (reasons.some(({ cause }) => cause === 'clock-step')) {
      deps.log.warn(
        'The clock of this machine was set forward; footage goes on at the new time, after a gap',
      );
    }
    const isBack = clockOffsetMs < -toldOffsetMs;
    if (isBack && !wasBack) {
      const sentence =
        'The clock of this machine was set back; footage keeps its time until the clock catches up';
      deps.log.warn(sentence, { offsetMs: clockOffsetMs });
    }
    wasBack = isBack;
  }

  async function tryWrite(fragment: TimedFragment): Promise<void> {
    if (current !== null && !continues(current, fragment)) await endCurrent();
    if (current === null) tellClock(fragment);
    current ??= await beginRecording(deps, spoolFolder, camera, fragment, lastEndAt);
    const content = {
      trackId: trackIdOf(fragment.init.bytes),
      sequence: current.fragments.length + 1,
      decodeTimeTicks: fragment.startTicks,
      samples: fragment.samples,
    };
    const { durationTicks, samples } = fragment;
    await current.append(writeFragment(content, scratch), { durationTicks, frameCount: samples.length });
    lastEndAt = branded<EpochMs>(Math.round((current.endTicks * 1000) / fragment.init.timescale));
  }

  async function write(fragment: TimedFragment): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        await tryWrite(fragment);
        break;
      } catch (cause) {
        const error = diskError(cause);
        if (problem !== error.code) log.error('Footage cannot be written; it will be tried again', { error });
        setProblem(error.code);
        if (error.code === 'data-full') await options.makeRoom().catch(() => false);
        // Another file may work where this one does not.
        else await endCurrent();
        if (failures >= attemptsWhenBroken && !patient.includes(error.code)) return lose(fragment);
      }
      if (stopping.signal.aborted && failures >= attemptsWhileStopping) return lose(fragment);
      const waitMs = backoffMs(writeBackoff, failures, options.random);
      await clock.sleep(waitMs, stopping.signal).catch(() => {});
    }
    setProblem(null);
    currentIsActive ||= options.isActive();
    options.onWritten(fragment, current?.fragments.at(-1)?.sizeBytes ?? 0);
    for (const { data } of fragment.samples) if (!options.isInUse(data)) giveBack(data);
    if (!cutRequested) return;
    cutRequested = false;
    await endCurrent();
  }

  function lose(fragment: TimedFragment): void {
    lost = withLossOf(fragment, lost);
  }

  /** `before`, and why there is no `fragment`. */
  function withLossOf(fragment: TimedFragment, before: readonly Reason[]): readonly Reason[] {
    const since = branded<EpochMs>(Math.round((fragment.startTicks * 1000) / fragment.init.timescale));
    const cause: GapCause = problem === 'data-full' ? 'disk-full' : 'storage-failed';
    const reasons = [...before, ...fragment.reasons];
    if (!reasons.some((reason) => reason.cause === cause))
      log.error('Footage is lost because it cannot be written', { since });
    return reasons.at(-1)?.cause === cause ? reasons : [...reasons, { cause, since }];
  }

  /** Writes the next fragment of the queue, behind the gap that those lost before it left. */
  async function writeNext(next: TimedFragment): Promise<void> {
    if (isOrphan(next, lost)) return lose(next);
    const fragment = afterGap(next, lost);
    lost = [];
    await write(fragment);
  }

  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (next === 'end') {
        await endCurrent();
        continue;
      }
      await writeNext(next);
      queuedBytes -= next.sizeBytes;
      if (queuedBytes <= drainedBytes) for (const wake of drainWaiters.splice(0)) wake();
    }
  }

  function enqueue(item: TimedFragment | 'end'): void {
    queue.push(item);
    keepWorking();
  }

  function keepWorking(): void {
    working ??= work()
      .catch((error: unknown) => log.error('The footage writer failed', { error }))
      .then(() => {
        working = null;
        if (queue.length > 0) keepWorking();
      });
  }

  async function settled(): Promise<void> {
    while (working !== null) await working;
    await sealer.settled();
  }

  return {
    cameraId: camera.id,
    add(fragment) {
      const full = queuedBytes > 0 && queuedBytes + fragment.sizeBytes > maxQueuedBytes;
      if (full || isOrphan(fragment, refused)) {
        refused = withLossOf(fragment, refused);
        return;
      }
      const item = afterGap(fragment, refused);
      refused = [];
      queuedBytes += fragment.sizeBytes;
      enqueue(item);
    },
    endRecording: () => enqueue('end'),
    cut() {
      cutRequested = true;
    },
    drained: () =>
      queuedBytes <= drainedBytes
        ? Promise.resolve()
        : new Promise((resolve) => {
            drainWaiters.push(resolve);
          }),
    async flush() {
      await current?.flush();
    },
    get open() {
      return current === null ? sealer.unsealed : [...sealer.unsealed, current];
    },
    get readable() {
      return [...sealer.lingering, ...this.open];
    },
    settled,
    async stop() {
      enqueue('end');
      stopping.abort();
      while (working !== null) await working;
      await sealer.stop();
    },
  };
}

/** A piece of a group whose beginning is missing shows nothing. */
function isOrphan({ samples }: TimedFragment, missing: readonly Reason[]): boolean {
  return missing.length > 0 && samples[0]?.keyFrame !== true;
}

/** `fragment` with the reasons for what is missing before it, if anything is. */
function afterGap(fragment: TimedFragment, missing: readonly Reason[]): TimedFragment {
  if (missing.length === 0) return fragment;
  return { ...fragment, reasons: [...missing, ...fragment.reasons], begins: true };
}

/** Whether `fragment` goes on where `recording` ends, and there is room for it. */
function continues({ header, endTicks }: SpoolRecording, fragment: TimedFragment): boolean {
  if (fragment.begins || fragment.startTicks !== endTicks) return false;
  if (fragment.init.sha256 !== header.init.sha256) return false;
  const totalTicks = endTicks + fragment.durationTicks - header.startTicks;
  return (totalTicks * 1000) / header.init.timescale <= maxRecordingMs;
}
