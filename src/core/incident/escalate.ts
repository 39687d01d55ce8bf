// Escalating an incident by hand: it is serious, and the next level is told at once.

import { readLevels, readPeople } from '../alert/audience.ts';
import { whoIsNext } from '../alert/escalation.ts';
import { listed } from '../alert/words.ts';
import type { EpochMs, IncidentId, MemberId } from '../brand.ts';
import { beginAlarms } from '../device/alarms.ts';
import { VedetteError } from '../errors.ts';
import { reaches, reachOf, type Scope } from '../organization/access.ts';
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
  /**
   * How often somebody had escalated it by then, or opened it again, this time included; absent where it only opened.
   */
  readonly nth?: number;
  /** Nobody of the level before could be told: its time was not waited for. */
  readonly unreached?: boolean;
  /** Who escalated by hand: they know. */
  readonly asker?: MemberId;
}

/** Escalations of one incident: no chain of people is longer. */
export const maxEscalation = 10;

/**
 * Makes the incident's severity high and has the next level told now. Errors: `not-found`, `incident-state`,
 * `conflict` (escalated as often as can be).
 */
export async function escalateIncident(deps: LifeDeps, caller: Scope, act: Act): Promise<Incident> {
  return actOn(deps, caller, act, 'escalate', async (tx, incident) => {
    const { id: incidentId, escalation } = incident;
    const { memberId } = act;
    if (escalation >= maxEscalation) {
      throw new VedetteError(
        'conflict',
        `This incident was escalated ${maxEscalation} times: that is the most.`,
      );
    }
    const level = incident.level + 1;
    // Not by its level: who escalates an incident that was opened again may come to the same one again.
    const nth = (await escalationsByHand(tx, incident)) + 1;
    const message: EscalationMessage = { incidentId, level, by: 'hand', nth, asker: memberId };
    const payload = JSON.stringify(message);
    const id = `escalation/${incidentId}/hand/${nth}`;
    await tx.outbox.add({ topic: escalationsTopic, key: incidentId, id, payload });
    const serious = { ...incident, severity: 'high' } as const;
    await beginAlarms({ tx, clock: deps.clock }, serious);
    const next = await nextPeople({ tx, clock: deps.clock }, serious, { level, nth, asker: memberId });
    return {
      change: { level, escalation: escalation + 1, severity: 'high' },
      action: 'escalated',
      detail:
        next.length === 0
          ? 'Help was asked for, but there is nobody else who could be told.'
          : `Help was asked for: telling ${listed(next)}.`,
    };
  });
}

/** Who will be told, as far as is known now: names, none where nobody can be. People have no secrets to be unsealed. */
async function nextPeople(
  { tx, clock }: { tx: Tables; clock: LifeDeps['clock'] },
  incident: Incident,
  request: { level: number; nth: number; asker: MemberId },
): Promise<readonly string[]> {
  const [levels, everybody, before] = await Promise.all([
    readLevels(tx, incident),
    readPeople(tx, incident.organizationId),
    tx.alerts.ofIncident(incident.id),
  ]);
  const people = everybody.filter(({ member }) => reaches({ reach: reachOf(member) }, incident.siteId));
  return whoIsNext(incident, { levels, people }, request, { before, now: clock.now() });
}

async function escalationsByHand(tx: Tables, { id }: Incident): Promise<number> {
  const steps = await tx.incidents.steps(id);
  return steps.filter(({ action, memberId }) => action === 'escalated' && memberId !== null).length;
}
