// A pacer picks some of many frames so that a rate is kept on average and never exceeded for long.

import type { EpochMs } from '../brand.ts';

export interface Pacer {
  /** Whether the frame taken at this time should be picked. */
  due(at: EpochMs): boolean;
  /** Says that it was. */
  took(at: EpochMs): void;
}

/**
 * Picks a frame every `intervalMs`. A frame that comes late (frames come every 200 ms, one is due after 500: the
 * third is taken) brings the next one forward, by at most half the interval. Time that goes back starts anew.
 */
export function pacer(intervalMs: number): Pacer {
  let dueAt = Number.NEGATIVE_INFINITY;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    due: (at) => at >= dueAt || at < lastAt,
    took(at) {
      const isOnTime = at >= dueAt && at < dueAt + intervalMs;
      dueAt = Math.max((isOnTime ? dueAt : at) + intervalMs, at + intervalMs / 2);
      lastAt = at;
    },
  };
}
