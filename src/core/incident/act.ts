// An act of a person on an incident: found within reach, checked against the table of states, written with its step.

import type { IncidentId, MemberId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { owned, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';
import type { Incident, IncidentState, StepAction } from './incident.ts';
import { type IncidentAct, stateAfter } from './states.ts';

export interface LifeDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
}

export interface Act {
  readonly incidentId: IncidentId;
  readonly memberId: MemberId;
}

/** Steps that people add to one incident: who comes here is a program gone wrong, and the page shows them all. */
const maxStepsByHand = 500;

/** What an act makes of an incident; null where it changes nothing. */
export interface Change {
  readonly change: Partial<Incident>;
  readonly action: StepAction;
  readonly detail: string;
}

/**
 * Does `act` in one transaction: `decide` says what changes, where the state allows it. Errors: `not-found`,
 * `incident-state`, `conflict` (too many steps), and those of `decide`.
 */
export async function actOn(
  { records, clock, events }: LifeDeps,
  caller: Scope,
  { incidentId, memberId }: Act,
  act: IncidentAct,
  decide: (tx: Tables, incident: Incident) => Promise<Change | null>,
): Promise<Incident> {
  const { before, after } = await records.transaction(async (tx) => {
    const before = owned(await tx.incidents.find(incidentId), caller);
    const decided = await decide(tx, before);
    if (decided === null) return { before, after: before };
    const state = requireState(act, before.state);
    await requireRoom(tx, before);
    const after = { ...before, ...decided.change, state };
    await move(tx, before, after);
    const { action, detail } = decided;
    await tx.incidents.addStep({ incidentId, at: clock.now(), action, memberId, detail });
    return { before, after };
  });
  if (after !== before) {
    const { organizationId, siteId } = after;
    events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
  }
  return after;
}

const refusals = {
  open: 'This incident is open.',
  acknowledged: 'Somebody takes care of this incident already.',
  resolved: 'This incident was resolved already.',
} as const satisfies Record<IncidentState, string>;

/** The state that `act` leads to. Errors: `incident-state`. */
export function requireState(act: IncidentAct, state: IncidentState): IncidentState {
  const after = stateAfter(act, state);
  if (after !== null) return after;
  const advice = act === 'reopen' ? ' Only a resolved one can be reopened.' : '';
  throw new VedetteError('incident-state', `${refusals[state]}${advice}`);
}

async function requireRoom(tx: Tables, { id }: Incident): Promise<void> {
  const steps = await tx.incidents.steps(id);
  if (steps.filter(({ memberId }) => memberId !== null).length < maxStepsByHand) return;
  throw new VedetteError(
    'conflict',
    `People did ${maxStepsByHand} things to this incident: that is the most.`,
  );
}

/** Compare-and-set: of two people who act at the same time, one is told that it was too late. */
async function move(tx: Tables, before: Incident, after: Incident): Promise<void> {
  if (await tx.incidents.update(after, before.state)) return;
  throw new VedetteError('incident-state', 'Somebody else was faster. Load the incident again.');
}
