// Figures of incidents: what became of them, how often it was a false alarm, and how long people took.

import type { Resolution } from '../incident/incident.ts';

/** How many incidents became what. */
export interface Outcomes {
  readonly intrusions: number;
  readonly falseAlarms: number;
  readonly tests: number;
  readonly unresolved: number;
}

export const noOutcomes: Outcomes = { intrusions: 0, falseAlarms: 0, tests: 0, unresolved: 0 };

const fields = {
  intrusion: 'intrusions',
  'false-alarm': 'falseAlarms',
  test: 'tests',
} as const satisfies Record<Resolution, keyof Outcomes>;

/** With `count` more that were resolved so, or are not resolved yet. */
export function counted(outcomes: Outcomes, resolution: Resolution | null, count: number): Outcomes {
  const field = resolution === null ? 'unresolved' : fields[resolution];
  return { ...outcomes, [field]: outcomes[field] + count };
}

export function added(a: Outcomes, b: Outcomes): Outcomes {
  return {
    intrusions: a.intrusions + b.intrusions,
    falseAlarms: a.falseAlarms + b.falseAlarms,
    tests: a.tests + b.tests,
    unresolved: a.unresolved + b.unresolved,
  };
}

/** False alarms among what was resolved and was no test, 0 to 1; null where there was nothing. */
export function falseAlarmRate({ intrusions, falseAlarms }: Outcomes): number | null {
  const judged = intrusions + falseAlarms;
  return judged === 0 ? null : falseAlarms / judged;
}

/** How long people took, in ms; null where nobody did anything. */
export interface Waits {
  readonly count: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

/** The figures of `waits`, in any order, in ms. */
export function waitFigures(waits: readonly number[]): Waits {
  const sorted = Float64Array.from(waits).toSorted();
  return { count: sorted.length, medianMs: percentile(sorted, 0.5), p90Ms: percentile(sorted, 0.9) };
}

/** The nearest rank: the smallest value that `part` of all do not exceed. `sorted` ascends. */
export function percentile(sorted: ArrayLike<number>, part: number): number | null {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
