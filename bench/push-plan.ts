// When each image of a load is due: fixed before the first is sent, so that a door that is slow is waited for by all behind it.

/** A rate that grows evenly to `perSecond` in `rampSeconds`, then stays for `seconds`. */
export interface PushRate {
  readonly perSecond: number;
  readonly rampSeconds: number;
  readonly seconds: number;
}

/**
 * Times in ms from the beginning, in order; the images of the ramp come first and are `ramped` many. Between two of them
 * lies chance, as between integrators who know nothing of each other: exponential gaps. `random` gives 0 ≤ n < 1.
 */
export function pushPlan(
  { perSecond, rampSeconds, seconds }: PushRate,
  random: () => number,
): { readonly dueMs: Float64Array; readonly ramped: number } {
  const due: number[] = [];
  let ramped = 0;
  const inRamp = (perSecond * rampSeconds) / 2;
  const all = inRamp + perSecond * seconds;
  for (let passed = gap(random); passed < all; passed += gap(random)) {
    if (passed < inRamp) ramped += 1;
    const at =
      passed < inRamp
        ? Math.sqrt((2 * rampSeconds * passed) / perSecond)
        : rampSeconds + (passed - inRamp) / perSecond;
    due.push(at * 1000);
  }
  return { dueMs: Float64Array.from(due), ramped };
}

function gap(random: () => number): number {
  return -Math.log(1 - random());
}
