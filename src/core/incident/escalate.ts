// Escalating an incident by hand: it is serious, and the next level is told at once.

import { readLevels } from '../alert/audience.ts';
import { levelWords } from '../alert/escalation-chain.ts';
import type { EpochMs, IncidentId } from '../brand.ts';
import { beginAlarms } from '../device/alarms.ts';
import { VedetteError } from '../errors.ts';
import type { Scope } from '../organization/access.ts';
import type { Tables } from '../ports/records.ts';
import { type Act, actOn, type LifeDeps } from './act.ts';
import type { Incident } from './incident.ts';

/** The queue's topic of escalations; the payload is `EscalationMessage` as JSON. */
export const escalationsTopic = 'escalations';

export interface EscalationMessage {
  readonly incidentId: IncidentId;
  /** Which level is to be told, the first being 0. */
  readonly level: number;
  readonly by: 'time' | 'hand';
  /** Of one by time: when the incident was opened, or reopened last; a timer of before counts no more. */
  readonly since?: EpochMs;
  /** How often somebody had escalated it by then, or opened it again, this time included. */
  readonly nth?: number;
  /** Nobody of the level before could be told: its time was not waited for. */
  readonly unreached?: boolean;
}

/** Levels of one incident: no chain of people is longer. */
export const maxEscalation = 10;

/**
 * Makes the incident's severity high and has the next level told now. Errors: `not-found`, `incident-state`,
 * `conflict` (every level was told).
 */
export async function escalateIncident(deps: LifeDeps, caller: Scope, act: Act): Promise<Incident> {
  return actOn(deps, caller, act, 'escalate', async (tx, incident) => {
    const { id: incidentId, escalation } = incident;
    if (escalation >= maxEscalation) {
      throw new VedetteError(
        'conflict',
        `This incident was escalated ${maxEscalation} times: that is the most.`,
      );
    }
    const level = escalation + 1;
    // Not by its level: who escalates an incident that was opened again may come to the same one again.
    const nth = (await escalationsByHand(tx, incident)) + 1;
    const payload = JSON.stringify({ incidentId, level, by: 'hand', nth } satisfies EscalationMessage);
    const id = `escalation/${incidentId}/hand/${nth}`;
    await tx.outbox.add({ topic: escalationsTopic, key: incidentId, id, payload });
    await beginAlarms({ tx, clock: deps.clock }, { ...incident, severity: 'high' });
    return {
      change: { escalation: level, severity: 'high' },
      action: 'escalated',
      detail: `Escalated by hand: telling ${await whoIsOn(tx, incident, level)}.`,
    };
  });
}

/** Who is on a level, or on the last one where there are no more: "the managers and Bob". */
async function whoIsOn(tx: Tables, place: Incident, level: number): Promise<string> {
  const levels = await readLevels(tx, place);
  const found = levels[Math.min(level, levels.length - 1)];
  return found === undefined ? 'nobody' : levelWords(found, await tx.members.list(place.organizationId));
}

async function escalationsByHand(tx: Tables, { id }: Incident): Promise<number> {
  const steps = await tx.incidents.steps(id);
  return steps.filter(({ action, memberId }) => action === 'escalated' && memberId !== null).length;
}
