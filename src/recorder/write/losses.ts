// Losses: why fragments could not be kept, until the next one that can be says so as the gap before it.

import { branded, type EpochMs } from '../../core/brand.ts';
import type { Reason } from '../../core/footage/gaps.ts';
import type { GapCause } from '../../core/footage/recording.ts';
import type { Log } from '../../core/ports/log.ts';
import type { TimedFragment } from './segmenter.ts';

export interface Losses {
  lose(fragment: TimedFragment): void;
  /**
   * `fragment` behind the gap that those lost before it left; null where it is lost with them, because it is a
   * piece of a group whose beginning is missing and would show nothing.
   */
  next(fragment: TimedFragment): TimedFragment | null;
}

/** `causeNow` is asked why a fragment is lost, and `onLost` told of its frames. */
export function keepLosses(log: Log, causeNow: () => GapCause, onLost: (frames: number) => void): Losses {
  let missing: readonly Reason[] = [];

  function lose(fragment: TimedFragment): void {
    const since = branded<EpochMs>(Math.round((fragment.startTicks * 1000) / fragment.init.timescale));
    const cause = causeNow();
    onLost(fragment.samples.length);
    const reasons = [...missing, ...fragment.reasons];
    if (!reasons.some((reason) => reason.cause === cause))
      log.error('Footage is lost because it cannot be written', { since });
    missing = reasons.at(-1)?.cause === cause ? reasons : [...reasons, { cause, since }];
  }

  return {
    lose,
    next(fragment) {
      if (missing.length === 0) return fragment;
      if (fragment.samples[0]?.keyFrame !== true) {
        lose(fragment);
        return null;
      }
      const reasons = [...missing, ...fragment.reasons];
      missing = [];
      return { ...fragment, reasons, begins: true };
    },
  };
}
