// The plan of a watch: what a camera's people asked for, as the recorder needs it.

import type { Suppression } from './suppression.ts';
import type { Zone } from './zone.ts';

export interface WatchPlan {
  readonly zones: readonly Zone[];
  readonly suppressions: readonly Pick<Suppression, 'kind' | 'box'>[];
}

/** Of a camera for which nobody asked for anything: all of the picture, persons only. */
export const plainPlan: WatchPlan = { zones: [], suppressions: [] };
