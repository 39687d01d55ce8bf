// Attention: how long a camera can do without the detector looking at it again.

import { type Episode, isPossible } from './episodes.ts';
import type { TrackedObject } from './tracker.ts';

/** No camera is looked at more often: two looks a second follow a running person. */
export const minLookMs = 500;
/** Somebody was just seen and nothing moves: he still stands there. Whoever leaves makes motion. */
const standingLookMs = 1_000;
/** Nobody, and nothing moves: only to find who moves slower than the motion gate sees. */
const idleLookMs = 60_000;

export interface Situation {
  /** Whether something moved since the last look. */
  readonly isMoving: boolean;
  /** Those that count. */
  readonly objects: readonly TrackedObject[];
  /** Those under way. */
  readonly episodes: readonly Episode[];
  /** Whether somebody has to stay a little longer before it counts. */
  readonly isStaying: boolean;
}

/** The longest time between the last look and the next. */
export function nextLookMs({ isMoving, objects, episodes, isStaying }: Situation): number {
  const isUncertain = objects.some(isPossible) || episodes.some(({ emptyLooks }) => emptyLooks > 0);
  if (isMoving || isUncertain) return minLookMs;
  return episodes.length === 0 && !isStaying ? idleLookMs : standingLookMs;
}
