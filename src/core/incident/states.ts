// The states of an incident as one table: what people may do in each, and where that leads.

import { type IncidentState, incidentStates } from './incident.ts';

interface Move {
  readonly from: readonly IncidentState[];
  /** Null: the state stays what it is. */
  readonly to: IncidentState | null;
}

const unresolved = ['open', 'acknowledged'] as const;

/** open → acknowledged → resolved, and back to open; everything else changes no state. */
export const incidentMoves = {
  acknowledge: { from: ['open'], to: 'acknowledged' },
  resolve: { from: unresolved, to: 'resolved' },
  reopen: { from: ['resolved'], to: 'open' },
  assign: { from: unresolved, to: null },
  escalate: { from: unresolved, to: null },
  sound: { from: unresolved, to: null },
  // What was left on can always be switched off.
  silence: { from: incidentStates, to: null },
  // What is learned later belongs to it, too.
  note: { from: incidentStates, to: null },
} as const satisfies Record<string, Move>;

/** What people do to an incident. */
export type IncidentAct = keyof typeof incidentMoves;

/** The state after `act`; null where it is not possible in this state. Pure. */
export function stateAfter(act: IncidentAct, state: IncidentState): IncidentState | null {
  const { from, to }: Move = incidentMoves[act];
  return from.includes(state) ? (to ?? state) : null;
}
