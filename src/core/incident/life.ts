// The life of an incident in people's hands: open → acknowledged → resolved, and reopened.

import { restartTelling, stopEscalation } from '../alert/escalation.ts';
import type { IncidentId, MemberId } from '../brand.ts';
import { endAlarmsOf } from '../device/alarms.ts';
import { type ErrorCode, VedetteError } from '../errors.ts';
import type { Scope } from '../organization/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import { type Act, actOn, type Change, type LifeDeps, requireState } from './act.ts';
import { holdSpan } from './clip.ts';
import { classifyHeld } from './follow.ts';
import type { Incident, Resolution } from './incident.ts';
import { camerasAt, holdCamera } from './open.ts';

/** Incidents acknowledged in one request: a page of the list. */
export const maxActedOn = 100;

const resolvedDetails = {
  intrusion: 'Resolved as an intrusion. The evidence is kept.',
  'false-alarm': 'Resolved as a false alarm. The footage is no longer held.',
  test: 'Resolved as a test. The footage is no longer held.',
} as const satisfies Record<Resolution, string>;

/**
 * Somebody takes care of the incident, and is its assignee where nobody was named. Doing so again changes nothing for
 * the same person; of many people exactly one succeeds. Errors: `not-found`, `incident-state`.
 */
export async function acknowledgeIncident(deps: LifeDeps, caller: Scope, act: Act): Promise<Incident> {
  return (await acknowledge(deps, caller, act)).incident;
}

async function acknowledge(
  deps: LifeDeps,
  caller: Scope,
  act: Act,
): Promise<{ incident: Incident; changed: boolean }> {
  let changed = false;
  const incident = await actOn(deps, caller, act, 'acknowledge', async (tx, incident) => {
    if (incident.state === 'acknowledged') {
      if ((await acknowledgedBy(tx, incident)) === act.memberId) return null;
      throw new VedetteError('incident-state', 'Somebody else takes care of this incident already.');
    }
    await stopEscalation(tx, incident);
    changed = true;
    const change = { assigneeId: incident.assigneeId ?? act.memberId };
    return { change, action: 'acknowledged', detail: 'Acknowledged.' };
  });
  return { incident, changed };
}

/** What became of one of many incidents; `problem` is null where it is acknowledged. */
export interface Acknowledged {
  readonly incidentId: IncidentId;
  /** False where it was so before. */
  readonly changed: boolean;
  readonly problem: { readonly code: ErrorCode; readonly detail: string } | null;
}

/**
 * Acknowledges each of these, each for itself: one that cannot be keeps no other from it. Errors: `request-invalid`
 * (more than `maxActedOn`).
 */
export async function acknowledgeIncidents(
  deps: LifeDeps,
  caller: Scope,
  { incidentIds, memberId }: { incidentIds: readonly IncidentId[]; memberId: MemberId },
): Promise<readonly Acknowledged[]> {
  if (incidentIds.length > maxActedOn) {
    throw new VedetteError('request-invalid', `Acknowledge at most ${maxActedOn} incidents at a time.`);
  }
  const results: Acknowledged[] = [];
  for (const incidentId of new Set(incidentIds)) {
    try {
      const { changed } = await acknowledge(deps, caller, { incidentId, memberId });
      results.push({ incidentId, changed, problem: null });
    } catch (error) {
      if (!(error instanceof VedetteError)) throw error;
      results.push({ incidentId, changed: false, problem: { code: error.code, detail: error.told } });
    }
  }
  return results;
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
  const { resolution } = act;
  return actOn(deps, caller, act, 'resolve', (tx, incident) =>
    resolving({ tx, clock: deps.clock }, incident, resolution),
  );
}

/** What resolving it changes, with what comes with that done. Errors: `incident-state`. */
export async function resolving(
  { tx, clock }: { tx: Tables; clock: Clock },
  incident: Incident,
  resolution: Resolution,
): Promise<Change> {
  requireState('resolve', incident.state);
  await stopEscalation(tx, incident);
  if (resolution === 'intrusion') await classifyHeld(tx, incident);
  else await tx.holds.release(incident.id);
  await endAlarmsOf({ tx, clock }, incident.id);
  return { change: { resolution }, action: 'resolved', detail: resolvedDetails[resolution] };
}

/**
 * Opens a resolved incident again: what is still there of its footage is held again. Errors: `not-found`,
 * `incident-state`.
 */
export async function reopenIncident(deps: LifeDeps, caller: Scope, act: Act): Promise<Incident> {
  return actOn(deps, caller, act, 'reopen', async (tx, incident) => {
    requireState('reopen', incident.state);
    await restartTelling({ tx, clock: deps.clock }, incident);
    const isThere = await holdAgain({ tx, clock: deps.clock }, incident);
    const detail = isThere
      ? 'Reopened. The footage that is still there is held again.'
      : 'Reopened. Its footage is no longer there.';
    return { change: { resolution: null }, action: 'reopened', detail };
  });
}

/** Holds every camera of the incident that lost its hold; whether any footage is left of them. */
async function holdAgain(
  { tx, clock }: { tx: Tables; clock: LifeDeps['clock'] },
  incident: Incident,
): Promise<boolean> {
  const span = holdSpan(incident);
  const held = new Set((await tx.holds.ofIncident(incident.id)).map(({ cameraId }) => cameraId));
  for (const cameraId of await camerasOf(tx, incident)) {
    if (!held.has(cameraId)) await holdCamera({ tx, clock }, incident, cameraId, span);
  }
  await classifyHeld(tx, incident);
  for (const { cameraId } of await tx.holds.ofIncident(incident.id)) {
    if ((await tx.recordings.spans(cameraId, span)).length > 0) return true;
  }
  return false;
}

async function camerasOf(tx: Tables, incident: Incident): Promise<readonly Incident['cameraIds'][number][]> {
  if (incident.sensorIds.length === 0) return incident.cameraIds;
  return [...new Set([...incident.cameraIds, ...(await camerasAt(tx, incident))])];
}

async function acknowledgedBy(tx: Tables, incident: Incident): Promise<MemberId | null> {
  const steps = await tx.incidents.steps(incident.id);
  return steps.findLast((step) => step.action === 'acknowledged')?.memberId ?? null;
}
