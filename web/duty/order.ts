// Which incident comes first on the duty screen, which one is looked at, and what has to sound. No rendering here.

import type { Incident } from '../../src/http/contract/incidents.ts';

export type Severity = Incident['severity'];

const rank = { high: 0, normal: 1, low: 2 } as const satisfies Record<Severity, number>;

type Sorted = Pick<Incident, 'id' | 'state' | 'severity' | 'openedAt'>;

/** Unacknowledged ones first: the most severe, then the longest waiting. After them what somebody looks after, newest first. */
export function dutyOrder<I extends Sorted>(incidents: readonly I[]): I[] {
  return incidents
    .filter(({ state }) => state !== 'resolved')
    .toSorted((a, b) => {
      if (a.state !== b.state) return a.state === 'open' ? -1 : 1;
      if (a.state === 'acknowledged') return b.openedAt - a.openedAt;
      return rank[a.severity] - rank[b.severity] || a.openedAt - b.openedAt;
    });
}

/** What is looked at: what was chosen while it is there and open, else the first. */
export function lookedAt<I extends Sorted>(ordered: readonly I[], chosen: string | null): I | null {
  const found = ordered.find(({ id }) => id === chosen);
  if (found !== undefined) return found;
  return ordered[0] ?? null;
}

/** The one `steps` further, never beyond the ends. */
export function stepped<I extends Sorted>(
  ordered: readonly I[],
  current: string | null,
  steps: 1 | -1,
): I | null {
  const at = ordered.findIndex(({ id }) => id === current);
  const next = Math.min(ordered.length - 1, Math.max(0, at + steps));
  return ordered[next] ?? null;
}

/** The most severe one that nobody acknowledged: it sounds until somebody does. Null: silence. */
export function soundingSeverity(incidents: readonly Sorted[]): Severity | null {
  const open = incidents.filter(({ state }) => state === 'open');
  return open.toSorted((a, b) => rank[a.severity] - rank[b.severity])[0]?.severity ?? null;
}
