// Escalation: who is told as an incident opens, and who after them while nobody looks after it.

import type { EpochMs, IncidentId } from '../brand.ts';
import type { Incident } from '../incident/incident.ts';
import type { Tables } from '../ports/records.ts';
import type { Occasion } from './alert.ts';
import type { Addressee, Audience } from './audience.ts';
import { isOnLevel } from './escalation-chain.ts';
import { inMs, type TellDeps, tellChannels, tellPerson } from './tell.ts';
import { listed } from './words.ts';

/** The queue's topic of escalations; the payload is `EscalationMessage` as JSON, the key the incident. */
export const escalationsTopic = 'escalations';

export interface EscalationMessage {
  readonly incidentId: IncidentId;
  /** 0 for the first level; those who are told by it. */
  readonly level: number;
  readonly by: 'time' | 'hand';
  /** When the incident was opened, or opened again: a timer of before counts no more. */
  readonly since?: EpochMs;
}

/**
 * Tells the organization's channels and the first level of the chain that somebody can be told on, and has the next one
 * told when nobody looks after it in time. Returns the incident with the level that was told.
 */
export async function beginTelling(deps: TellDeps, incident: Incident, audience: Audience): Promise<Incident> {
  await tellChannels(deps, incident, audience.channels, 'opened');
  for (const person of audience.people.filter(({ preferences }) => preferences.atOnce)) {
    await tellPerson(deps, incident, person, 'opened');
  }
  const { level } = await tellFrom(deps, incident, audience, 0, 'opened');
  return reach(deps, incident, audience, level, incident.openedAt);
}

/** The same for one that was opened again: people are told anew, from the first level on. */
export async function tellReopened(
  deps: TellDeps,
  incident: Incident,
  audience: Audience,
  at: EpochMs,
): Promise<Incident> {
  const occasion = await nextOccasion(deps.tx, incident, 'escalated');
  await tellChannels(deps, incident, audience.channels, occasion);
  const { level } = await tellFrom(deps, incident, audience, 0, occasion);
  return reach(deps, incident, audience, level, at);
}

/**
 * Tells the next level of an incident that nobody looks after; null where that is no longer so, or was done already.
 * `told` are the names of those on their way to know.
 */
export async function escalate(
  deps: TellDeps,
  audience: Audience,
  message: EscalationMessage,
): Promise<{ incident: Incident; told: readonly string[] } | null> {
  const { tx, clock } = deps;
  const incident = await tx.incidents.find(message.incidentId);
  if (incident === null) return null;
  const since = await openSince(tx, incident);
  if (!counts(incident, message, since)) return null;
  const last = audience.levels.length - 1;
  const from = Math.min(message.level, last);
  const kind = message.by === 'hand' ? 'by-hand' : 'escalated';
  const occasion: Occasion =
    message.by === 'hand' ? `by-hand-${message.level}` : await nextOccasion(tx, incident, kind);
  const { level, told } = await tellFrom(deps, incident, audience, from, occasion);
  const after = await reach(deps, incident, audience, Math.max(level, incident.escalation), since);
  const detail = detailOf(message, audience, told);
  await tx.incidents.addStep({
    incidentId: incident.id,
    at: clock.now(),
    action: 'escalated',
    memberId: null,
    detail,
  });
  return { incident: after, told };
}

/** Ends the wait for the next level: somebody looks after the incident. Call it in the transaction that says so. */
export async function stopEscalation(tx: Tables, incident: Incident): Promise<void> {
  const since = await openSince(tx, incident);
  await tx.outbox.remove([timerId(incident.id, since, incident.escalation + 1)]);
}

/** When the incident was opened, or opened again last. */
export async function openSince(tx: Tables, incident: Incident): Promise<EpochMs> {
  const steps = await tx.incidents.steps(incident.id);
  return steps.findLast(({ action }) => action === 'reopened')?.at ?? incident.openedAt;
}

function counts(incident: Incident, message: EscalationMessage, since: EpochMs): boolean {
  if (message.by === 'hand') return incident.state !== 'resolved';
  const isNext = message.level === incident.escalation + 1;
  return incident.state === 'open' && isNext && (message.since ?? since) === since;
}

/** Tells the first level from `from` on that somebody can be told on; the last one where that is nobody. */
async function tellFrom(
  deps: TellDeps,
  incident: Incident,
  { levels, people }: Audience,
  from: number,
  occasion: Occasion,
): Promise<{ level: number; told: readonly string[] }> {
  for (const [index, level] of levels.entries()) {
    if (index < from) continue;
    const told: string[] = [];
    for (const person of people.filter(({ member }) => isOnLevel(level, member))) {
      if ((await tellPerson(deps, incident, person, occasion)) !== 'not-told') told.push(nameOf(person));
    }
    if (told.length > 0) return { level: index, told };
  }
  return { level: levels.length - 1, told: [] };
}

/** Writes down which level was told, and sets the timer of the next. */
async function reach(
  deps: TellDeps,
  incident: Incident,
  { levels }: Audience,
  level: number,
  since: EpochMs,
): Promise<Incident> {
  const { tx, clock } = deps;
  const after = { ...incident, escalation: level };
  if (level !== incident.escalation) await tx.incidents.update(after, incident.state);
  const next = levels[level + 1];
  if (next === undefined || incident.state !== 'open') return after;
  const message: EscalationMessage = { incidentId: incident.id, level: level + 1, by: 'time', since };
  const id = timerId(incident.id, since, level + 1);
  const payload = JSON.stringify(message);
  await tx.outbox.add({ topic: escalationsTopic, key: incident.id, id, payload }, inMs(clock, next.afterMs));
  return after;
}

function timerId(incidentId: IncidentId, since: EpochMs, level: number): string {
  return `escalation/${incidentId}/${since}/${level}`;
}

/** An occasion of this kind that there was none of yet. */
export async function nextOccasion(
  tx: Tables,
  incident: Incident,
  kind: 'escalated' | 'changed' | 'by-hand',
): Promise<Occasion> {
  const alerts = await tx.alerts.ofIncident(incident.id);
  const numbers = alerts
    .map(({ occasion }) => occasion)
    .filter((occasion) => occasion.startsWith(kind))
    .map((occasion) => Number(occasion.slice(kind.length + 1)));
  return `${kind}-${Math.max(0, ...numbers) + 1}`;
}

function detailOf(
  { by, level }: EscalationMessage,
  { levels }: Audience,
  told: readonly string[],
): string {
  const whom = told.length === 0 ? 'nobody is left who could be told' : `told ${listed(told)}`;
  if (by === 'hand') return `Escalated by hand: ${whom}.`;
  const seconds = Math.round((levels[level]?.afterMs ?? 0) / 1000);
  return `Nobody looked after it for ${seconds} seconds: ${whom}.`;
}

function nameOf({ member }: Addressee): string {
  return member.name;
}
