// Figures of a report, ready to be drawn and said.

import type { IncidentReport, Outcomes } from '../../src/http/contract/reports.ts';

/** The outcomes as they are drawn, from the ground up: what matters most stands on the ground. */
export const outcomeNames = [
  { key: 'intrusions', one: 'intrusion', many: 'Intrusions' },
  { key: 'falseAlarms', one: 'false alarm', many: 'False alarms' },
  { key: 'tests', one: 'test', many: 'Tests' },
  { key: 'unresolved', one: 'unresolved', many: 'Unresolved' },
] as const satisfies readonly { key: keyof Outcomes; one: string; many: string }[];

const none: Outcomes = { intrusions: 0, falseAlarms: 0, tests: 0, unresolved: 0 };

export function totalOf(weeks: readonly Outcomes[]): Outcomes {
  return weeks.reduce(
    (sum, week) => ({
      intrusions: sum.intrusions + week.intrusions,
      falseAlarms: sum.falseAlarms + week.falseAlarms,
      tests: sum.tests + week.tests,
      unresolved: sum.unresolved + week.unresolved,
    }),
    none,
  );
}

export function incidentsIn({ intrusions, falseAlarms, tests, unresolved }: Outcomes): number {
  return intrusions + falseAlarms + tests + unresolved;
}

/** What was judged: resolved, and no test. */
export function judgedIn({ intrusions, falseAlarms }: Outcomes): number {
  return intrusions + falseAlarms;
}

/** False alarms among what was judged, 0 to 1; null where nothing was. */
export function rateOf(outcomes: Outcomes): number | null {
  const judged = judgedIn(outcomes);
  return judged === 0 ? null : outcomes.falseAlarms / judged;
}

/** "38 %", or a dash where there is none. */
export function percent(rate: number | null): string {
  return rate === null ? '–' : `${Math.round(rate * 100)} %`;
}

/** Worst first: most false alarms, then the higher rate, then by name. */
export function worstFirst(cameras: IncidentReport['cameras']): IncidentReport['cameras'] {
  return cameras.toSorted((a, b) => {
    const [left, right] = [totalOf(a.weeks), totalOf(b.weeks)];
    return (
      right.falseAlarms - left.falseAlarms || (b.rate ?? -1) - (a.rate ?? -1) || a.name.localeCompare(b.name)
    );
  });
}

/** "3 intrusions, 1 false alarm", or "nothing". */
export function outcomeWords(outcomes: Outcomes): string {
  const parts = outcomeNames
    .filter(({ key }) => outcomes[key] > 0)
    .map(({ key, one }) => `${outcomes[key]} ${one}${outcomes[key] > 1 && key !== 'unresolved' ? 's' : ''}`);
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** "W48" of "2026-W48". */
export function shortWeek(name: string): string {
  return name.slice(5);
}

/** "week 48 of 2026" of "2026-W48". */
export function weekWords(name: string): string {
  return `week ${Number(name.slice(6))} of ${name.slice(0, 4)}`;
}
