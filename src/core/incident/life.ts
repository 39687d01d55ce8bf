// The life of an incident in people's hands: open → acknowledged → resolved.

import type { IncidentId, MemberId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { owned, type Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Records, Tables } from '../ports/records.ts';
import { classifyHeld, keepsEvidence } from './follow.ts';
import type { Incident, IncidentState, Resolution } from './incident.ts';

interface LifeDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly events: Events;
}

interface Act {
  readonly incidentId: IncidentId;
  readonly memberId: MemberId;
}

const resolvedDetails = {
  intrusion: 'Resolved as an intrusion. The evidence is kept.',
  'false-alarm': 'Resolved as a false alarm. The footage is no longer held.',
  test: 'Resolved as a test. The footage is no longer held.',
} as const satisfies Record<Resolution, string>;

/**
 * Somebody takes care of the incident. Doing so again changes nothing for the same person; of many people
 * exactly one succeeds. Errors: `not-found`, `incident-state`.
 */
export async function acknowledgeIncident(deps: LifeDeps, caller: Scope, act: Act): Promise<Incident> {
  return change(deps, async (tx) => {
    const incident = owned(await tx.incidents.find(act.incidentId), caller);
    if (incident.state === 'acknowledged' && (await acknowledgedBy(tx, incident)) === act.memberId) {
      return { incident, changed: false };
    }
    if (incident.state === 'acknowledged') {
      throw new VedetteError('incident-state', 'Somebody else takes care of this incident already.');
    }
    if (incident.state === 'resolved') {
      throw new VedetteError('incident-state', 'This incident was resolved already.');
    }
    const after = await move(tx, incident, { ...incident, state: 'acknowledged' });
    const { memberId } = act;
    const step = { incidentId: after.id, at: deps.clock.now(), memberId, detail: 'Acknowledged.' };
    await tx.incidents.addStep({ ...step, action: 'acknowledged' });
    return { incident: after, changed: true };
  });
}

/**
 * Says what the incident was. `intrusion` keeps its evidence on hold for the days of incidents; `false-alarm` and `test` let it go, and
 * it expires like other footage. Errors: `not-found`, `incident-state`.
 */
export async function resolveIncident(
  deps: LifeDeps,
  caller: Scope,
  act: Act & { resolution: Resolution },
): Promise<Incident> {
  return change(deps, async (tx) => {
    const incident = owned(await tx.incidents.find(act.incidentId), caller);
    if (incident.state === 'resolved') {
      throw new VedetteError('incident-state', 'This incident was resolved already.');
    }
    const { memberId, resolution } = act;
    const after = await move(tx, incident, { ...incident, state: 'resolved', resolution });
    const detail = resolvedDetails[resolution];
    const step = { incidentId: after.id, at: deps.clock.now(), memberId, detail };
    await tx.incidents.addStep({ ...step, action: 'resolved' });
    if (keepsEvidence(after)) await classifyHeld(tx, after);
    else await tx.holds.release(after.id);
    return { incident: after, changed: true };
  });
}

async function change(
  { records, events }: LifeDeps,
  work: (tx: Tables) => Promise<{ incident: Incident; changed: boolean }>,
): Promise<Incident> {
  const { incident, changed } = await records.transaction(work);
  const { id: incidentId, organizationId, siteId } = incident;
  if (changed) events.publish({ type: 'incident-changed', organizationId, incidentId, siteId });
  return incident;
}

/** Compare-and-set: of two people who act at the same time, one is told that it was too late. */
async function move(tx: Tables, before: Incident, after: Incident): Promise<Incident> {
  const expected: IncidentState = before.state;
  if (await tx.incidents.update(after, expected)) return after;
  throw new VedetteError('incident-state', 'Somebody else was faster. Load the incident again.');
}

async function acknowledgedBy(tx: Tables, incident: Incident): Promise<MemberId | null> {
  const steps = await tx.incidents.steps(incident.id);
  return steps.findLast((step) => step.action === 'acknowledged')?.memberId ?? null;
}
