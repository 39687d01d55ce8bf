// The recording that grows: takes fragments that go on from each other, and is handed over to be sealed when it ends.

import type { EpochMs } from '../../core/brand.ts';
import { trackIdOf, writeFragment } from '../../core/footage/cmaf.ts';
import { maxRecordingMs } from '../../core/footage/recording.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { forgetSpooled } from '../spool/files.ts';
import { gapStartAfter, type SpoolRecording } from '../spool/recording.ts';
import { beginRecording, type CameraOwner } from './begin-recording.ts';
import type { KeysAhead } from './keys-ahead.ts';
import type { TimedFragment } from './segmenter.ts';

/**
 * Where plain fragments of all cameras are put together: each is encrypted before the next is written, and without
 * it collecting the garbage of fragments costs more than encrypting them. Larger ones get memory of their own.
 */
const scratch = new Uint8Array(4 * 1024 * 1024);

export interface CurrentOptions {
  readonly camera: CameraOwner;
  readonly spoolFolder: string;
  /** Where the camera's footage so far ends, for a gap before the first recording. */
  readonly lastEndAt: EpochMs | null;
  /** Takes a recording that ended; `isActive`: somebody was in the picture. */
  readonly onEnded: (recording: SpoolRecording, isActive: boolean) => void;
}

export interface CurrentRecording {
  /** Null between recordings. */
  readonly open: SpoolRecording | null;
  /** Appends `fragment`, to a new recording where it does not go on. Errors: those of `beginRecording` and `append`. */
  write(fragment: TimedFragment): Promise<void>;
  /** Somebody is in the picture. */
  markActive(): void;
  end(): Promise<void>;
}

export function keepCurrentRecording(
  deps: { ahead: Pick<KeysAhead, 'next'>; clock: Clock },
  { camera, spoolFolder, onEnded, ...options }: CurrentOptions,
): CurrentRecording {
  let open: SpoolRecording | null = null;
  let isActive = false;
  let { lastEndAt } = options;

  async function end(): Promise<void> {
    const ended = open;
    const wasActive = isActive;
    open = null;
    isActive = false;
    if (ended === null) return;
    if (ended.fragments.length > 0) return onEnded(ended, wasActive);
    await ended.close().catch(() => {});
    await forgetSpooled(spoolFolder, ended.header.id).catch(() => {});
  }

  return {
    get open() {
      return open;
    },
    async write(fragment) {
      if (open !== null && !continues(open, fragment)) await end();
      open ??= await beginRecording(deps, spoolFolder, camera, fragment, lastEndAt);
      const content = {
        trackId: trackIdOf(fragment.init.bytes),
        sequence: open.fragments.length + 1,
        decodeTimeTicks: fragment.startTicks,
        samples: fragment.samples,
      };
      const { durationTicks, samples } = fragment;
      await open.append(writeFragment(content, scratch), { durationTicks, frameCount: samples.length });
      lastEndAt = gapStartAfter(open.header, open.endTicks - open.header.startTicks);
    },
    markActive() {
      if (open !== null) isActive = true;
    },
    end,
  };
}

/** Whether `fragment` goes on where `recording` ends, and there is room for it. */
function continues(recording: SpoolRecording, fragment: TimedFragment): boolean {
  const { header, endTicks, isSuspect } = recording;
  if (isSuspect) return false;
  if (fragment.begins || fragment.startTicks !== endTicks) return false;
  if (fragment.init.sha256 !== header.init.sha256) return false;
  const totalTicks = endTicks + fragment.durationTicks - header.startTicks;
  return (totalTicks * 1000) / header.init.timescale <= maxRecordingMs;
}
