// Telling: the rows of alerts and the messages that have them delivered, in the caller's transaction.

import type { AlertId, ChannelId, EpochMs, IncidentId, MemberId } from '../brand.ts';
import { branded } from '../brand.ts';
import { newId } from '../identifiers.ts';
import type { Incident } from '../incident/incident.ts';
import type { Clock } from '../ports/clock.ts';
import type { Tables } from '../ports/records.ts';
import type { Alert, Channel, ChannelKind, Occasion } from './alert.ts';
import type { Addressee, Rung } from './audience.ts';
import { whatToTell } from './preferences.ts';

/** The queue's topic of alerts to be delivered; the payload is `AlertMessage` as JSON. */
export const alertsTopic = 'alerts';
/** The queue's topic of what is due for an incident later; the payload is `AlertTimer` as JSON, the key the incident. */
export const alertTimersTopic = 'alert-timers';

export interface AlertMessage {
  readonly alertId: AlertId;
}

export type AlertTimer =
  /** Whether the person was told over `kind`; if not, the next of their channels is tried. */
  | {
      readonly what: 'fall-through';
      readonly incidentId: IncidentId;
      readonly memberId: MemberId;
      readonly occasion: Occasion;
      readonly kind: ChannelKind;
    }
  /** What has happened since people were told. */
  | { readonly what: 'news'; readonly incidentId: IncidentId };

/** A channel of a person that has not delivered after this long, in ms, is not waited for: the next is tried. */
export const fallThroughMs = 15_000;
/** Nobody is told more often of one incident, in ms. */
export const quietBetweenMs = 60_000;

export interface TellDeps {
  readonly tx: Tables;
  readonly clock: Clock;
}

/** What came of telling a person. */
export type Told =
  /** An alert is on its way. */
  | 'told'
  /** One went out less than a minute ago: they know. */
  | 'knows'
  /** They do not want this one, or have no channel. */
  | 'not-told';

/** Tells the channels of the organization. */
export async function tellChannels(
  deps: TellDeps,
  incident: Incident,
  channels: readonly Pick<Channel, 'id' | 'kind'>[],
  occasion: Occasion,
): Promise<void> {
  for (const { id: channelId, kind } of channels) {
    await addAlert(deps, incident, { channelId, kind, memberId: null, occasion });
  }
}

/** What would come of telling a person now, and over what. */
export type Verdict =
  | { readonly told: 'told'; readonly rung: Rung }
  | { readonly told: 'knows' }
  /** `quiet` where they asked for quiet at this hour. */
  | { readonly told: 'not-told'; readonly quiet: { readonly rung: Rung; readonly why: string } | null };

/** Whether a person is told of an incident at `now`; `before` are the alerts of the incident so far. Pure. */
export function verdictOf(
  person: Addressee,
  incident: Pick<Incident, 'siteId' | 'severity'>,
  { occasion, before, now }: { occasion: Occasion; before: readonly Alert[]; now: EpochMs },
): Verdict {
  const [rung] = rungsFor(person, occasion);
  if (rung === undefined)
    return person.rungs.length > 0 ? { told: 'knows' } : { told: 'not-told', quiet: null };
  const wish = whatToTell(person.preferences, incident, now);
  if (!wish.tell) return { told: 'not-told', quiet: wish.why === null ? null : { rung, why: wish.why } };
  const last = lastTold(before, (alert) => alert.memberId === person.member.id);
  if (last !== null && now - last < quietBetweenMs) return { told: 'knows' };
  return { told: 'told', rung };
}

/**
 * Tells a person over the first of their channels, as they want it, and has the next tried where that does not work.
 * `before` are the alerts of the incident so far. Who asked for quiet at this hour is written down as skipped, so that the incident says why they were not told.
 */
export async function tellPerson(
  deps: TellDeps,
  incident: Incident,
  person: Addressee,
  occasion: Occasion,
  before: readonly Alert[],
): Promise<Told> {
  const memberId = person.member.id;
  const verdict = verdictOf(person, incident, { occasion, before, now: deps.clock.now() });
  if (verdict.told === 'told') await tellOver(deps, incident, memberId, verdict.rung, occasion);
  if (verdict.told !== 'not-told' || verdict.quiet === null) return verdict.told;
  const { rung, why } = verdict.quiet;
  const [channelId] = rung.channelIds;
  if (channelId !== undefined)
    await addAlert(deps, incident, { channelId, kind: rung.kind, memberId, occasion }, why);
  return verdict.told;
}

/** The channels a person is told over: not their mailbox where it is told already, being a channel of the organization. */
export function rungsFor({ rungs, sharesMailbox }: Addressee, occasion: Occasion): readonly Rung[] {
  const tellsChannels = !/^(?:escalated|by-hand)/.test(occasion);
  return sharesMailbox && tellsChannels ? rungs.filter(({ kind }) => kind !== 'email') : rungs;
}

/** Tells a person over one kind of their channels, every one of it. */
export async function tellOver(
  deps: TellDeps,
  incident: Incident,
  memberId: MemberId,
  { kind, channelIds }: Rung,
  occasion: Occasion,
): Promise<void> {
  for (const channelId of channelIds) {
    await addAlert(deps, incident, { channelId, kind, memberId, occasion });
  }
  const timer: AlertTimer = { what: 'fall-through', incidentId: incident.id, memberId, occasion, kind };
  await addTimer(deps, fallThroughId(timer), timer, inMs(deps.clock, fallThroughMs));
}

/** The id of the timer that looks whether a person was told. */
export function fallThroughId(timer: Extract<AlertTimer, { what: 'fall-through' }>): string {
  return `fall-through/${timer.incidentId}/${timer.memberId}/${timer.occasion}/${timer.kind}`;
}

/** Adds a timer; adding the same id again changes nothing. */
export async function addTimer(
  { tx }: TellDeps,
  id: string,
  timer: AlertTimer,
  dueAt: EpochMs,
): Promise<void> {
  const message = { topic: alertTimersTopic, key: timer.incidentId, id, payload: JSON.stringify(timer) };
  await tx.outbox.add(message, dueAt);
}

/** When the newest of these alerts was made that went out or will; null where there is none. */
export function lastTold(alerts: readonly Alert[], isMeant: (alert: Alert) => boolean): EpochMs | null {
  const made = alerts.filter((alert) => alert.state !== 'skipped' && isMeant(alert));
  return made.length === 0 ? null : branded<EpochMs>(Math.max(...made.map(({ createdAt }) => createdAt)));
}

export function inMs(clock: Clock, ms: number): EpochMs {
  return branded<EpochMs>(clock.now() + ms);
}

/** One alert for its incident, channel and occasion, and the message that has it delivered unless it is skipped. */
async function addAlert(
  { tx, clock }: TellDeps,
  incident: Incident,
  what: { channelId: ChannelId; kind: ChannelKind; memberId: MemberId | null; occasion: Occasion },
  skippedBecause: string | null = null,
): Promise<void> {
  const alert: Alert = {
    id: newId<AlertId>(clock),
    organizationId: incident.organizationId,
    incidentId: incident.id,
    ...what,
    state: skippedBecause === null ? 'waiting' : 'skipped',
    attempts: 0,
    createdAt: clock.now(),
    handedOverAt: null,
    problem: skippedBecause,
  };
  if (!(await tx.alerts.insertIfAbsent(alert)) || alert.state === 'skipped') return;
  // The key is the alert's own: a webhook that hangs must not keep the e-mail of the same incident waiting.
  const payload = JSON.stringify({ alertId: alert.id } satisfies AlertMessage);
  await tx.outbox.add({ topic: alertsTopic, key: alert.id, id: alert.id, payload });
}
