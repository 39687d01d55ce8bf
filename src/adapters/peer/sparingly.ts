// What happens a thousand times is said once in a while.

import type { Clock } from '../../core/ports/clock.ts';

/** So often at most. */
const sayEveryMs = 60_000;

/** Calls `say` at most once a minute, with how often it was asked to since. */
export function sparingly<Told extends readonly unknown[]>(
  clock: Clock,
  say: (count: number, ...told: Told) => void,
): (...told: Told) => void {
  let saidMs = Number.NEGATIVE_INFINITY;
  let unsaid = 0;
  return (...told) => {
    unsaid += 1;
    const nowMs = clock.monotonicMs();
    if (nowMs - saidMs < sayEveryMs) return;
    say(unsaid, ...told);
    saidMs = nowMs;
    unsaid = 0;
  };
}
