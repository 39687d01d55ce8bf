// News of an incident that people know of: gathered, and told once a minute at most.

import type { EpochMs } from '../brand.ts';
import { branded } from '../brand.ts';
import type { Incident, IncidentStep } from '../incident/incident.ts';
import type { Alert } from './alert.ts';
import { type Addressee, type Audience, isConcerned, type Rung } from './audience.ts';
import { nextOccasion } from './escalation.ts';
import { whatToTell } from './preferences.ts';
import {
  addTimer,
  type AlertTimer,
  lastTold,
  quietBetweenMs,
  rungsFor,
  type TellDeps,
  tellChannels,
  tellOver,
  tellPerson,
} from './tell.ts';

/** Steps of an incident that are news to who knows of it. */
const newsworthy: readonly IncidentStep['action'][] = ['joined', 'device'];
/** Said along with those, but nobody is woken a second time because somebody left. */
const mentioned: readonly IncidentStep['action'][] = [...newsworthy, 'ended'];

/** What has happened since `since` that is worth telling, in sentences; none where nothing of it is news. */
export function newsSince(steps: readonly IncidentStep[], since: EpochMs): readonly string[] {
  const news = steps.filter(({ at, action }) => at > since && mentioned.includes(action));
  if (!news.some(({ action }) => newsworthy.includes(action))) return [];
  return [...new Set(news.map(({ detail }) => detail))];
}

/**
 * Has the news of an incident told when people may be told again: at once where the last alert is a minute old, else
 * then. Call it in the transaction that brought the news.
 */
export async function noteNews(deps: TellDeps, incident: Incident): Promise<void> {
  if (incident.state !== 'open') return;
  const now = deps.clock.now();
  const last = lastTold(await deps.tx.alerts.ofIncident(incident.id), () => true);
  const dueAt = Math.max(now, (last ?? 0) + quietBetweenMs);
  await addNewsTimer(deps, incident, branded<EpochMs>(dueAt));
}

/** Tells the news to whom it is news; those who were told less than a minute ago wait for their minute. */
export async function tellNews(deps: TellDeps, incident: Incident, audience: Audience): Promise<void> {
  if (incident.state !== 'open') return;
  const { tx, clock } = deps;
  const alerts = await tx.alerts.ofIncident(incident.id);
  const steps = await tx.incidents.steps(incident.id);
  const occasion = nextOccasion(alerts, 'changed');
  const waits: number[] = [];
  /** Whether something is news to them now; where it will be later, that time is kept. */
  const isNews = (last: EpochMs): boolean => {
    if (newsSince(steps, last).length === 0) return false;
    const dueAt = last + quietBetweenMs;
    if (dueAt > clock.now()) waits.push(dueAt);
    return dueAt <= clock.now();
  };
  for (const channel of audience.channels.filter(({ kind }) => kind !== 'voice')) {
    const last = lastTold(alerts, ({ channelId }) => channelId === channel.id);
    if (last === null || isNews(last)) await tellChannels(deps, incident, [channel], occasion);
  }
  for (const person of audience.people) {
    if (!isConcerned(person, audience.levels, incident.level)) continue;
    const last = lastTold(alerts, ({ memberId }) => memberId === person.member.id);
    // Who asked for quiet when it opened is told now, if they want to hear of it as it is now.
    if (last === null) await tellPerson(deps, incident, person, occasion, alerts);
    else if (isNews(last)) await tellAgain(deps, incident, person, alerts, occasion);
  }
  if (waits.length > 0) await addNewsTimer(deps, incident, branded<EpochMs>(Math.min(...waits)));
}

/** Over what reached the person before; nobody is called twice for news. */
async function tellAgain(
  deps: TellDeps,
  incident: Incident,
  person: Addressee,
  alerts: readonly Alert[],
  occasion: Alert['occasion'],
): Promise<void> {
  if (!whatToTell(person.preferences, incident, deps.clock.now()).tell) return;
  const { id } = person.member;
  const reached = alerts.findLast(({ memberId, state }) => memberId === id && state === 'delivered');
  const quiet = rungsFor(person, occasion).filter(({ kind }) => kind !== 'voice');
  const rung: Rung | undefined = quiet.find(({ kind }) => kind === reached?.kind) ?? quiet[0];
  if (rung !== undefined) await tellOver(deps, incident, id, rung, occasion);
}

async function addNewsTimer(deps: TellDeps, incident: Incident, dueAt: EpochMs): Promise<void> {
  const timer: AlertTimer = { what: 'news', incidentId: incident.id };
  await addTimer(deps, `news/${incident.id}/${dueAt}`, timer, dueAt);
}
