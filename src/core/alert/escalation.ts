// Escalation: who is told as an incident opens, and who after them while nobody looks after it.

import type { EpochMs, IncidentId, MemberId } from '../brand.ts';
import { type EscalationMessage, escalationsTopic } from '../incident/escalate.ts';
import type { Incident, IncidentStep } from '../incident/incident.ts';
import type { Tables } from '../ports/records.ts';
import type { Alert, Occasion } from './alert.ts';
import { type Addressee, type Audience, readLevels } from './audience.ts';
import { isOnLevel, type Level } from './escalation-chain.ts';
import {
  inMs,
  lastTold,
  quietBetweenMs,
  type TellDeps,
  tellChannels,
  tellPerson,
  verdictOf,
} from './tell.ts';
import { firstHeard, waitAfter } from './turns.ts';
import { capital, listed, waitWords } from './words.ts';

/**
 * Tells the organization's channels and the first level of the chain that somebody can be told on, and has the next one
 * told when nobody looks after it in time. Returns the incident with the level that was told.
 */
export async function beginTelling(
  deps: TellDeps,
  incident: Incident,
  audience: Audience,
): Promise<Incident> {
  await tellChannels(deps, incident, audience.channels, 'opened');
  const known = new Set<MemberId>();
  for (const person of audience.people.filter(({ preferences }) => preferences.atOnce)) {
    const told = await tellPerson(deps, incident, person, 'opened', []);
    if (told !== 'not-told') known.add(person.member.id);
  }
  const { level } = await tellFrom(deps, incident, audience, 0, { occasion: 'opened', before: [], known });
  return reach(deps, incident, audience, { level, escalation: 0 }, incident.openedAt);
}

/** Has people told of an incident once it can be read who they are. Call it in the transaction that opens it. */
export async function tellLater({ tx, clock }: TellDeps, { id: incidentId }: Incident): Promise<void> {
  const message: EscalationMessage = { incidentId, level: 0, by: 'time' };
  const id = `escalation/${incidentId}/opened`;
  const payload = JSON.stringify(message);
  await tx.outbox.add({ topic: escalationsTopic, key: incidentId, id, payload }, clock.now());
}

/** Has people told of an incident that is opened again, from the first level on. Call it in the transaction that does so. */
export async function restartTelling({ tx, clock }: TellDeps, incident: Incident): Promise<void> {
  const round = (await reopenings(tx, incident)).length + 1;
  const message: EscalationMessage = { incidentId: incident.id, level: 0, by: 'time', nth: round };
  const id = `escalation/${incident.id}/reopened/${round}`;
  const payload = JSON.stringify(message);
  await tx.outbox.add({ topic: escalationsTopic, key: incident.id, id, payload }, clock.now());
}

/**
 * Does what a message of the topic asks: tells the first level of an incident that was reopened or could not be told as it
 * opened, or the next level of one that nobody looks after, or that somebody escalated. Null where that is no longer so, or
 * was done already.
 */
export async function escalate(
  deps: TellDeps,
  audience: Audience,
  message: EscalationMessage,
): Promise<Incident | null> {
  const { tx, clock } = deps;
  const incident = await tx.incidents.find(message.incidentId);
  if (incident === null) return null;
  const since = await openSince(tx, incident);
  if (!counts(incident, message, since)) return null;
  const before = await tx.alerts.ofIncident(incident.id);
  const occasion = await occasionOf(tx, incident, message, before);
  // A level by time is told once by its number; these by what they left behind.
  const isNumbered = message.by === 'hand' || message.level === 0;
  if (isNumbered && before.some((alert) => alert.occasion === occasion)) return null;
  if (occasion === 'opened') return beginTelling(deps, incident, audience);
  if (message.level === 0) await tellChannels(deps, incident, audience.channels, occasion);
  const round = { occasion, before, asker: message.asker ?? null };
  const { level, told } = await tellFrom(deps, incident, audience, message.level, round);
  const after = await reach(deps, incident, audience, progress(incident, message, level, told), since);
  // Who asked for help where nobody can be told was told so then.
  if (message.by === 'hand' && told.length === 0) return after;
  const waitedMs = clock.now() - (await lastActAt(tx, incident, since));
  await tx.incidents.addStep({
    incidentId: incident.id,
    at: clock.now(),
    // Who escalated by hand made the step that says so.
    action: told.length === 0 ? 'noted' : isNumbered ? 'sent' : 'escalated',
    memberId: null,
    detail: detailOf(message, waitedMs, told),
  });
  return after;
}

/** Whom a level by hand would be told to now, in names; none where there is nobody but who asks. */
export function whoIsNext(
  incident: Incident,
  audience: Pick<Audience, 'levels' | 'people'>,
  { level, nth, asker }: { level: number; nth: number; asker: MemberId },
  { before, now }: { before: readonly Alert[]; now: EpochMs },
): readonly string[] {
  const round = { occasion: `by-hand-${nth}`, before, asker } as const;
  return plan(incident, audience, level, round, now).heard.map(nameOf);
}

/** How far telling has come: people are told of one escalation where one has told somebody, however many levels it skipped. */
function progress(
  incident: Incident,
  message: EscalationMessage,
  level: number,
  told: readonly string[],
): Pick<Incident, 'level' | 'escalation'> {
  if (message.level === 0) return { level, escalation: 0 };
  const isCounted = message.by === 'time' && told.length > 0;
  return {
    level: Math.max(level, incident.level),
    escalation: incident.escalation + (isCounted ? 1 : 0),
  };
}

/** When somebody last did something about an incident; when it was opened where nobody did. */
async function lastActAt(tx: Tables, { id }: Incident, since: EpochMs): Promise<EpochMs> {
  const steps = await tx.incidents.steps(id);
  return steps.findLast(({ memberId, at }) => memberId !== null && at >= since)?.at ?? since;
}

async function occasionOf(
  tx: Tables,
  incident: Incident,
  { by, level, nth }: EscalationMessage,
  before: readonly Alert[],
): Promise<Occasion> {
  if (by === 'hand') return `by-hand-${nth ?? level}`;
  if (level > 0) return nextOccasion(before, 'escalated');
  const round = nth ?? (await reopenings(tx, incident)).length;
  return round === 0 ? 'opened' : `reopened-${round}`;
}

/**
 * Has the next level told now where nobody of the last one can be: every alert to its people has failed for good. Call
 * it in the transaction that writes the failure down, after their other channels were tried.
 */
export async function hurryEscalation(
  { tx, clock }: TellDeps,
  incident: Incident,
  occasion: Occasion,
): Promise<void> {
  if (incident.state !== 'open' || !/^(?:opened|escalated|reopened)/.test(occasion)) return;
  const personal = (await tx.alerts.ofIncident(incident.id)).filter(({ memberId }) => memberId !== null);
  const isHopeless = (alert: Alert) => alert.state === 'failed' || alert.state === 'skipped';
  if (!personal.filter((alert) => alert.occasion === occasion).every(isHopeless)) return;
  // Who was told of an earlier occasion a moment ago knows, and was not told again.
  const knows = lastTold(personal, ({ state }) => state === 'delivered');
  if (knows !== null && clock.now() - knows < quietBetweenMs) return;
  const level = incident.level + 1;
  if ((await readLevels(tx, incident))[level] === undefined) return;
  const since = await openSince(tx, incident);
  const id = timerId(incident.id, since, level);
  const message: EscalationMessage = { incidentId: incident.id, level, by: 'time', since, unreached: true };
  await tx.outbox.remove([id]);
  await tx.outbox.add(
    { topic: escalationsTopic, key: incident.id, id, payload: JSON.stringify(message) },
    clock.now(),
  );
}

/** Ends the wait for the next level: somebody looks after the incident. Call it in the transaction that says so. */
export async function stopEscalation(tx: Tables, incident: Incident): Promise<void> {
  const since = await openSince(tx, incident);
  await tx.outbox.remove([timerId(incident.id, since, incident.level + 1)]);
}

/** When the incident was opened, or opened again last. */
export async function openSince(tx: Tables, incident: Incident): Promise<EpochMs> {
  return (await reopenings(tx, incident)).at(-1)?.at ?? incident.openedAt;
}

async function reopenings(tx: Tables, incident: Incident): Promise<readonly IncidentStep[]> {
  return (await tx.incidents.steps(incident.id)).filter(({ action }) => action === 'reopened');
}

function counts(incident: Incident, message: EscalationMessage, since: EpochMs): boolean {
  if (message.by === 'hand') return incident.state !== 'resolved';
  // Not told as it opened: whoever looks after it by now has told no channel of it.
  if (message.level === 0 && message.nth === undefined) return incident.state !== 'resolved';
  if (incident.state !== 'open') return false;
  if (message.level === 0) return true;
  return message.level === incident.level + 1 && (message.since ?? since) === since;
}

/** One round of telling: what for, what was told before it, who knows from it already, and who asked for it. */
interface Round {
  readonly occasion: Occasion;
  readonly before: readonly Alert[];
  readonly known?: ReadonlySet<MemberId>;
  /** Knows, having asked: is not told. */
  readonly asker?: MemberId | null;
}

/** Who stands on the levels that are passed, and who on the one that hears; `level` is null where none does. */
interface Plan {
  readonly level: number | null;
  readonly passed: readonly Addressee[];
  readonly heard: readonly Addressee[];
}

/** Looks for the first level from `from` on that somebody can be told on; who is past the last one asks the last again. Pure. */
function plan(
  incident: Incident,
  { levels, people }: Pick<Audience, 'levels' | 'people'>,
  from: number,
  { occasion, before, known, asker }: Round,
  now: EpochMs,
): Plan {
  const begin = Math.min(from, levels.length - 1);
  const others = people.filter(({ member }) => member.id !== (asker ?? null));
  const on = (level: Level) => others.filter(({ member }) => isOnLevel(level, member));
  const hears = (person: Addressee) =>
    known?.has(person.member.id) === true ||
    verdictOf(person, incident, { occasion, before, now }).told !== 'not-told';
  const level = firstHeard(levels, begin, (each) => on(each).some(hears));
  const upTo = level === null ? levels.length : level + 1;
  const tried = new Set(levels.slice(begin, upTo).flatMap(on));
  const found = level === null ? undefined : levels[level];
  const heard = found === undefined ? [] : on(found).filter(hears);
  return { level, heard, passed: [...tried].filter((person) => !heard.includes(person)) };
}

/** Tells the first level from `from` on that somebody can be told on; where that is nobody, it is `from` that was tried. */
async function tellFrom(
  deps: TellDeps,
  incident: Incident,
  audience: Audience,
  from: number,
  round: Round,
): Promise<{ level: number; told: readonly string[] }> {
  const { level, passed, heard } = plan(incident, audience, from, round, deps.clock.now());
  // Who is passed over is written down with the reason.
  for (const person of [...passed, ...heard]) {
    if (round.known?.has(person.member.id) === true) continue;
    await tellPerson(deps, incident, person, round.occasion, round.before);
  }
  return { level: level ?? Math.min(from, audience.levels.length - 1), told: heard.map(nameOf) };
}

/** Writes down how far telling has come, and sets the timer of the next level. */
async function reach(
  deps: TellDeps,
  incident: Incident,
  { levels }: Audience,
  come: Pick<Incident, 'level' | 'escalation'>,
  since: EpochMs,
): Promise<Incident> {
  const { tx, clock } = deps;
  const after = { ...incident, ...come };
  const isSame = after.level === incident.level && after.escalation === incident.escalation;
  if (!isSame) await tx.incidents.update(after, incident.state);
  const waitMs = waitAfter(levels, after.level);
  if (waitMs === null || incident.state !== 'open') return after;
  const level = after.level + 1;
  const message: EscalationMessage = { incidentId: incident.id, level, by: 'time', since };
  const id = timerId(incident.id, since, level);
  const payload = JSON.stringify(message);
  await tx.outbox.add({ topic: escalationsTopic, key: incident.id, id, payload }, inMs(clock, waitMs));
  return after;
}

function timerId(incidentId: IncidentId, since: EpochMs, level: number): string {
  return `escalation/${incidentId}/${since}/${level}`;
}

/** An occasion of this kind that there was none of yet among the alerts of an incident. */
export function nextOccasion(alerts: readonly Alert[], kind: 'escalated' | 'changed'): Occasion {
  const numbers = alerts
    .map(({ occasion }) => occasion)
    .filter((occasion) => occasion.startsWith(kind))
    .map((occasion) => Number(occasion.slice(kind.length + 1)));
  return `${kind}-${Math.max(0, ...numbers) + 1}`;
}

function detailOf(
  { by, level, unreached }: EscalationMessage,
  waitedMs: number,
  told: readonly string[],
): string {
  // Their alerts are on their way: whether they arrive, each alert says for itself.
  const whom = told.length === 0 ? 'nobody is left who could be told' : `telling ${listed(told)}`;
  if (by === 'hand' || level === 0) return `${capital(whom)}.`;
  if (unreached === true) return `Nobody could be reached: ${whom}.`;
  return `Nobody looked after it for ${waitWords(waitedMs)}: ${whom}.`;
}

function nameOf({ member }: Addressee): string {
  return member.name;
}
