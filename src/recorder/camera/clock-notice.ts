// What is told of a clock that was set: recording goes on, but the time line shows it.

import type { EpochMs } from '../../core/brand.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { CameraNoticeCode, CameraStatus } from '../../core/site/camera.ts';
import type { TimedFragment } from '../write/segmenter.ts';

/** A clock is called set back from here on; less is drift. */
const leastBackMs = 2_000;
/** A clock set forward is told for so long: the hour with the gap is what the time line of a camera opens with. */
const forwardToldMs = 3_600_000;

export interface ClockNotice {
  /** Looks at a fragment that was written. */
  see(fragment: TimedFragment): void;
  /** Null where there is nothing to tell, or nothing any more. */
  readonly now: CameraStatus['notice'];
}

interface Told {
  readonly code: CameraNoticeCode;
  readonly detail: string;
  readonly since: EpochMs;
  readonly sinceMonotonicMs: number;
}

/**
 * Tells of each step of the clock once in the log, and in `now` for as long as it matters. `lastEndAt` is where the
 * camera's footage so far ends.
 */
export function watchClock(
  { clock, log }: { clock: Clock; log: Log },
  lastEndAt: EpochMs | null,
): ClockNotice {
  let told: Told | null = null;
  let endMs: number | null = lastEndAt;

  function tell(code: CameraNoticeCode, detail: string, stepMs: number): void {
    const isNew = told?.code !== code || code === 'clock-set-forward';
    if (isNew) log.warn(detail, { code, stepMs });
    const since = isNew || told === null ? clock.now() : told.since;
    told = { code, detail, since, sinceMonotonicMs: clock.monotonicMs() };
  }

  return {
    see({ reasons, clockBackMs, startTicks, durationTicks, init }) {
      const startMs = (startTicks * 1000) / init.timescale;
      const missingMs = startMs - (endMs ?? startMs);
      endMs = startMs + (durationTicks * 1000) / init.timescale;
      if (clockBackMs > leastBackMs) tell('clock-set-back', backSentence(clockBackMs), -clockBackMs);
      else if (told?.code === 'clock-set-back') told = null;
      if (!reasons.some(({ cause }) => cause === 'clock-step')) return;
      tell('clock-set-forward', forwardSentence(missingMs), Math.round(missingMs));
    },
    get now() {
      if (told === null) return null;
      const { code, detail, since, sinceMonotonicMs } = told;
      const isOver = code === 'clock-set-forward' && clock.monotonicMs() - sinceMonotonicMs >= forwardToldMs;
      return isOver ? null : { code, detail, since };
    },
  };
}

function forwardSentence(stepMs: number): string {
  return (
    `The clock of the machine that records was set forward by ${inWords(stepMs)}. Nothing was missed: ` +
    'the time line goes on at the new time, with a gap as long as the step.'
  );
}

function backSentence(behindMs: number): string {
  return (
    'The clock of the machine that records was set back. Nothing is missed: the time line never goes back, so ' +
    `its times are up to ${inWords(behindMs)} ahead of the clock until the clock has caught up.`
  );
}

/** "40 s", "5 min", "3 h", "2 days": coarse, because a sentence that changes is an event for everybody who looks. */
function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 10_000) * 10;
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 10) return `${minutes} min`;
  if (minutes < 120) return `${Math.ceil(minutes / 10) * 10} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
