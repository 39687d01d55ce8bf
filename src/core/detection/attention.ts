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
  readonly objects: readonly TrackedObject[];
  readonly episode: Episode | null;
}

/** The longest time between the last look and the next. */
export function nextLookMs({ isMoving, objects, episode }: Situation): number {
  const isUncertain = objects.some(isPossible) || (episode !== null && episode.emptyLooks > 0);
  if (isMoving || isUncertain) return minLookMs;
  return episode === null ? idleLookMs : standingLookMs;
}
