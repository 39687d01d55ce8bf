// Writing in spite of a disk that fails: again and again where that may help, and told what is wrong.

import { backoffMs } from '../../core/backoff.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import { diskError } from '../spool/disk.ts';
import { attemptsWhenBroken, isWorthWaiting } from '../spool/patience.ts';
import type { CurrentRecording } from './current-recording.ts';
import type { TimedFragment } from './segmenter.ts';

const writeBackoff = { firstMs: 100, maxMs: 5_000 };
/** Attempts to write a fragment while the recorder stops: it must come to an end. */
const attemptsWhileStopping = 3;

export interface PersistenceOptions {
  readonly current: CurrentRecording;
  /** Makes room on a full disk; false where nothing more can be removed. */
  readonly makeRoom: () => Promise<boolean>;
  readonly random: () => number;
  /** Told why nothing can be written, and null when it can again. */
  readonly onProblem: (code: ErrorCode | null) => void;
  /** Told when it will be tried again, before each wait. */
  readonly onRetry?: (at: EpochMs) => void;
  /** The recorder stops. */
  readonly signal: AbortSignal;
}

export interface PersistentWriter {
  /** Why nothing can be written now. */
  readonly problem: ErrorCode | null;
  /** False where the fragment is given up. Never rejects. */
  write(fragment: TimedFragment): Promise<boolean>;
  /** Makes durable what was written; false where that failed and the recording has to end here. Never rejects. */
  flush(): Promise<boolean>;
}

export function createPersistentWriter(
  { clock, log }: { clock: Clock; log: Log },
  { current, makeRoom, random, onProblem, onRetry, signal }: PersistenceOptions,
): PersistentWriter {
  /** Why the last write and the last flush failed; a disk may take what it cannot keep. */
  const problems: Record<'write' | 'flush', ErrorCode | null> = { write: null, flush: null };
  const problem = () => problems.write ?? problems.flush;

  function setProblem(of: 'write' | 'flush', code: ErrorCode | null): void {
    const before = problem();
    problems[of] = code;
    if (problem() !== before) onProblem(problem());
  }

  async function failed(cause: unknown): Promise<ErrorCode> {
    const error = diskError(cause);
    if (problems.write !== error.code)
      log.error('Footage cannot be written; it will be tried again', { error });
    setProblem('write', error.code);
    if (error.code === 'data-full') await makeRoom().catch(() => false);
    // Another file may work where this one does not.
    else await current.end();
    return error.code;
  }

  return {
    get problem() {
      return problem();
    },
    async write(fragment) {
      for (let failures = 1; ; failures += 1) {
        try {
          await current.write(fragment);
          setProblem('write', null);
          return true;
        } catch (cause) {
          const code = await failed(cause);
          if (failures >= attemptsWhenBroken && !isWorthWaiting(code)) return false;
        }
        if (signal.aborted && failures >= attemptsWhileStopping) return false;
        const waitMs = backoffMs(writeBackoff, failures, random);
        onRetry?.(branded<EpochMs>(Math.round(clock.now() + waitMs)));
        await clock.sleep(waitMs, signal).catch(() => {});
      }
    },
    async flush() {
      try {
        if (current.open === null || current.open.isSuspect) return true;
        await current.open.flush();
        setProblem('flush', null);
        return true;
      } catch (cause) {
        const error = diskError(cause);
        if (problems.flush !== error.code)
          log.error('What was recorded cannot be made durable; a power cut would lose it', { error });
        setProblem('flush', error.code);
        return false;
      }
    },
  };
}
