// Incidents in words.

import type { AcknowledgeResult, Incident, IncidentDetail } from '../../src/http/contract/incidents.ts';
import { kindWords } from '../camera/time-line/activity.ts';
import { clockSeconds, duration } from '../ui/words.ts';

/** The picture before somebody entered is part of the story: a clip begins this long before, in ms. */
export const clipLeadMs = 10_000;
/** And ends this long after they were last seen, in ms. */
const clipTailMs = 10_000;

/** "Person at Home" */
export function incidentTitle(incident: Pick<Incident, 'kind' | 'siteName'>): string {
  const what = incident.kind === 'sensor' ? 'Sensor' : kindWords[incident.kind];
  return `${what} at ${incident.siteName}`;
}

/** "2 incidents need a look" */
export function pendingWords(number: number): string {
  return number === 1 ? '1 incident needs a look' : `${number} incidents need a look`;
}

export type ChipTone = 'bad' | 'busy' | 'good' | 'plain';

/** The state as a chip. */
export function stateChip(incident: Pick<Incident, 'state' | 'resolution'>): {
  tone: ChipTone;
  words: string;
} {
  if (incident.state === 'open') return { tone: 'bad', words: 'Open' };
  if (incident.state === 'acknowledged') return { tone: 'busy', words: 'Acknowledged' };
  switch (incident.resolution) {
    case 'intrusion':
      return { tone: 'bad', words: 'Intrusion' };
    case 'test':
      return { tone: 'plain', words: 'Test' };
    case 'false-alarm':
      return { tone: 'good', words: 'False alarm' };
    case null:
      return { tone: 'plain', words: 'Resolved' };
  }
}

/** "for 42 s", or "going on for 12 s". */
export function lengthWords(incident: Pick<Incident, 'startAt' | 'endAt'>, now: number): string {
  if (incident.endAt === null) return `Going on for ${duration(now - incident.startAt)}`;
  return duration(Math.max(1000, incident.endAt - incident.startAt));
}

/** What noticed it, cameras first: "Front yard" or "Front yard and 2 more". */
export function noticedBy({ cameras, sensors }: Pick<Incident, 'cameras' | 'sensors'>): string {
  const [first, ...more] = [...cameras, ...sensors].map(({ name }) => name);
  if (first === undefined) return 'No camera';
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}

/**
 * What of the held footage is the clip, in ms since the epoch. `to` of an incident that goes on lies ahead, so
 * that its playlist grows.
 */
export function clipOf(incident: Pick<Incident, 'startAt' | 'endAt' | 'clip'>): { from: number; to: number } {
  const from = Math.max(incident.clip.from, incident.startAt - clipLeadMs);
  const to =
    incident.endAt === null ? incident.clip.to : Math.min(incident.clip.to, incident.endAt + clipTailMs);
  return { from: Math.floor(from), to: Math.floor(Math.max(to, from + 1000)) };
}

/** A step of the history: what happened, and who did it. */
export function stepWords(step: IncidentDetail['steps'][number]): string {
  const verb = {
    opened: 'Incident opened',
    joined: 'Seen again',
    ended: 'Nobody there any more',
    acknowledged: 'Acknowledged',
    resolved: 'Resolved',
    reopened: 'Reopened',
    assigned: 'Assigned',
    noted: 'Noted',
    escalated: 'Escalated',
    device: 'Device',
    sent: 'Sent',
    suppressed: 'Kept from alarming',
  }[step.action];
  // Without a person it is the system's own: alerts that are on their way.
  if (step.action === 'sent' && step.who === null) return 'More people are told';
  return step.who === null ? verb : `${verb} by ${step.who}`;
}

/** What came of asking for help: the newest step that says so; null where there is none. */
export function helpWords({ steps }: Pick<IncidentDetail, 'steps'>): string | null {
  return steps.findLast(({ action, who }) => action === 'escalated' && who !== null)?.detail ?? null;
}

/** Whom an alert was for, and what it was about: "Ada · nobody had answered". */
export function alertReason({ occasion }: Pick<IncidentDetail['alerts'][number], 'occasion'>): string | null {
  if (occasion.startsWith('escalated')) return 'nobody had answered';
  if (occasion.startsWith('by-hand')) return 'help was asked for';
  if (occasion.startsWith('changed')) return 'news';
  return occasion.startsWith('reopened') ? 'opened again' : null;
}

/** How an alert stands, and since when. */
export function alertWords(
  alert: IncidentDetail['alerts'][number],
  zone: string,
): { tone: ChipTone; words: string; detail: string | null } {
  switch (alert.state) {
    case 'delivered': {
      const at = alert.handedOverAt;
      if (at === null) return { tone: 'good', words: 'Handed over', detail: null };
      const took = at - alert.createdAt;
      const speed =
        took < 10_000 ? `after ${(Math.max(0, took) / 1000).toFixed(1)} s` : `at ${clockSeconds(at, zone)}`;
      return { tone: 'good', words: 'Handed over', detail: speed };
    }
    case 'waiting':
      return {
        tone: 'busy',
        words: alert.attempts === 0 ? 'On its way' : 'Trying again',
        detail: alert.problem,
      };
    case 'failed':
      return { tone: 'bad', words: 'Failed', detail: alert.problem };
    case 'skipped':
      return { tone: 'plain', words: 'Not told', detail: alert.problem };
  }
}

/** What became of the incidents that were acknowledged at once: "2 acknowledged, 1 already was, 1 not". */
export function bulkWords(results: readonly Pick<AcknowledgeResult, 'changed' | 'problem'>[]): string {
  const done = results.filter(({ changed }) => changed).length;
  const refused = results.filter(({ problem }) => problem !== null).length;
  const before = results.length - done - refused;
  return [
    `${done} acknowledged`,
    ...(before === 0 ? [] : [`${before} already ${before === 1 ? 'was' : 'were'}`]),
    ...(refused === 0 ? [] : [`${refused} not`]),
  ].join(', ');
}
