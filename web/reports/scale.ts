// Scales of drawn charts: where a value stands, and which lines are named.

/** The longest axis has so many steps: more are not read. */
const mostSteps = 4;

/** Round values from 0 to at least `most`, for the lines of an axis; whole numbers only. */
export function wholeTicks(most: number): readonly number[] {
  const step = niceStep(Math.max(1, most) / mostSteps, [1, 2, 5, 10]);
  return ticksTo(Math.max(1, most), Math.max(1, Math.round(step)));
}

/** Steps of time that people count in, in ms. */
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map(
  (seconds) => seconds * 1000,
);
const dayMs = 86_400_000;

/** The same for a duration in ms. */
export function timeTicks(most: number): readonly number[] {
  const wanted = Math.max(1000, most) / mostSteps;
  const step = timeSteps.find((one) => one >= wanted) ?? Math.ceil(wanted / dayMs) * dayMs;
  return ticksTo(Math.max(1000, most), step);
}

function ticksTo(most: number, step: number): readonly number[] {
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

function niceStep(wanted: number, nice: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return (nice.find((one) => one * power >= wanted) ?? 10) * power;
}

/** Runs of neighbours that have a value: a line is drawn through each, and none over a hole. */
export function runsOf(values: readonly (number | null)[]): readonly { index: number; value: number }[][] {
  const runs: { index: number; value: number }[][] = [];
  let last = -2;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (index === last + 1) runs.at(-1)?.push({ index, value });
    else runs.push([{ index, value }]);
    last = index;
  }
  return runs;
}
