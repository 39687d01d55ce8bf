// What an alert says: in plain sentences for people, as JSON for machines.

import type { DeviceId, EpochMs, OrganizationId } from '../brand.ts';
import type { Incident, IncidentKind } from '../incident/incident.ts';
import type { OutgoingAlert } from '../ports/notifier.ts';
import type { Camera } from '../site/camera.ts';
import type { Site } from '../site/site.ts';
import type { Alert, Channel, Occasion } from './alert.ts';
import { clocksOf } from './local-time.ts';
import { spoken, textMessage } from './short.ts';
import { capital, listed } from './words.ts';

/** Largest picture inside the JSON: with base64 it stays well under the 1 MiB that many servers take. */
export const maxInlineSnapshotBytes = 256 * 1024;

const seen = {
  person: 'A person was seen',
  vehicle: 'A vehicle was seen',
  animal: 'An animal was seen',
  sensor: 'A sensor felt something',
} as const satisfies Record<IncidentKind, string>;

/**
 * The alert for an incident. `snapshot` is a JPEG; `news` is what happened since the last one to the same person or
 * channel; `publicUrl` is where people reach this server.
 */
export function composeAlert(input: {
  readonly alert: Pick<Alert, 'id' | 'occasion'>;
  readonly incident: Incident;
  readonly site: Pick<Site, 'id' | 'name' | 'timeZone'>;
  /** Those of the incident, in the order in which they saw something. */
  readonly cameras: readonly Pick<Camera, 'id' | 'name'>[];
  /** Those that felt something. */
  readonly sensors: readonly { readonly id: DeviceId; readonly name: string }[];
  readonly snapshot: Uint8Array | null;
  readonly news?: readonly string[];
  readonly publicUrl: string;
}): OutgoingAlert {
  const { alert, incident, site, cameras, sensors, snapshot } = input;
  const url = incidentUrl(input.publicUrl, incident);
  const names = listed(cameras.map((camera) => camera.name));
  const felt = listed(sensors.map((sensor) => sensor.name));
  const noticed = incident.kind === 'sensor' && felt !== '' ? felt : names;
  const place = noticed === '' ? site.name : `${site.name} · ${noticed}`;
  const headline = `${capital(incident.kind)} at ${place}`;
  const title = `${prefixes[occasionKind(alert.occasion)]}${headline}`;
  const by = names === '' || incident.kind === 'sensor' ? '' : ` by ${names}`;
  const when = localTime(incident.startAt, site.timeZone);
  const who = incident.kind === 'sensor' && felt !== '' ? `${felt} felt something` : seen[incident.kind];
  const what = `${who} at ${site.name}${by} on ${when}.`;
  const sentences = [...leads(alert.occasion, input.news ?? []), what, nextSentence(incident)];
  const briefly = `${title}, ${clockTime(incident.startAt, site.timeZone)}.`;
  return {
    idempotencyKey: alert.id,
    title,
    text: sentences.join(' '),
    short: textMessage(briefly, url),
    spoken: spoken(`${briefly} ${nextSentence(incident)}`),
    subject: incident.id,
    url,
    data: {
      type: types[occasionKind(alert.occasion)],
      timestamp: iso(incident.openedAt),
      data: {
        alertId: alert.id,
        occasion: alert.occasion,
        news: input.news ?? [],
        incidentId: incident.id,
        organizationId: incident.organizationId,
        site: { id: site.id, name: site.name, timeZone: site.timeZone },
        cameras: cameras.map(({ id, name }) => ({ id, name })),
        sensors: sensors.map(({ id, name }) => ({ id, name })),
        kind: incident.kind,
        severity: incident.severity,
        score: incident.bestScore,
        state: incident.state,
        startAt: iso(incident.startAt),
        lastSeenAt: iso(incident.lastSeenAt),
        endAt: incident.endAt === null ? null : iso(incident.endAt),
        openedAt: iso(incident.openedAt),
        url,
        snapshot: inlineSnapshot(snapshot),
      },
    },
    snapshot: snapshot === null ? null : { mediaType: 'image/jpeg', bytes: snapshot },
  };
}

type OccasionKind = 'opened' | 'escalated' | 'changed' | 'by-hand' | 'reopened';

const types = {
  opened: 'incident.opened',
  escalated: 'incident.escalated',
  changed: 'incident.changed',
  'by-hand': 'incident.escalated',
  reopened: 'incident.reopened',
} as const satisfies Record<OccasionKind, string>;

const prefixes = {
  opened: '',
  escalated: 'Unanswered: ',
  changed: 'News: ',
  'by-hand': 'Help wanted: ',
  reopened: 'Opened again: ',
} as const satisfies Record<OccasionKind, string>;

function occasionKind(occasion: Occasion): OccasionKind {
  const kinds = ['escalated', 'changed', 'by-hand', 'reopened'] as const;
  return kinds.find((kind) => occasion.startsWith(kind)) ?? 'opened';
}

/** What comes before the facts: why one is told now. */
function leads(occasion: Occasion, news: readonly string[]): readonly string[] {
  switch (occasionKind(occasion)) {
    case 'escalated':
      return ['Nobody has looked after this yet.', ...news];
    case 'by-hand':
      return ['Somebody asks for your help with this.', ...news];
    case 'reopened':
      return ['This was resolved, and is open again.', ...news];
    default:
      return news;
  }
}

/** A test alert: shows that a channel works, and says that nothing has happened. */
export function composeTest(input: {
  readonly channel: { readonly id: string; readonly name: Channel['name'] };
  readonly organizationId: OrganizationId;
  readonly idempotencyKey: string;
  readonly at: EpochMs;
  readonly publicUrl: string;
}): OutgoingAlert {
  const { channel, organizationId, idempotencyKey, at } = input;
  const url = base(input.publicUrl);
  const title = 'Test alert from Vedette';
  const text = `This is a test of the channel ${channel.name}. Nothing has happened; alerts will arrive like this one.`;
  return {
    idempotencyKey,
    title,
    text,
    short: textMessage('Test alert from Vedette. Nothing has happened.', url),
    spoken: spoken('This is a test alert. Nothing has happened.'),
    subject: 'test',
    url,
    data: {
      type: 'channel.test',
      timestamp: iso(at),
      data: { channelId: channel.id, organizationId, url },
    },
    snapshot: null,
  };
}

/** The address of an incident's page. */
export function incidentUrl(publicUrl: string, incident: Pick<Incident, 'id'>): string {
  return `${base(publicUrl)}/incidents/${incident.id}`;
}

/** "3 October 2026 at 21:14:05 CEST": where the site is; UTC where its time zone is not known. */
export function localTime(at: EpochMs, timeZone: string): string {
  return clocksOf(timeZone).moment.format(at);
}

/** "21:14": enough for who reads it now. */
function clockTime(at: EpochMs, timeZone: string): string {
  return clocksOf(timeZone).time.format(at);
}

function nextSentence(incident: Incident): string {
  if (incident.state === 'acknowledged') return 'Somebody takes care of it already.';
  if (incident.state === 'resolved') return 'It has been resolved in the meantime.';
  return 'Open the incident to see what is happening.';
}

function inlineSnapshot(bytes: Uint8Array | null): { mediaType: string; base64: string } | null {
  if (bytes === null || bytes.byteLength > maxInlineSnapshotBytes) return null;
  return { mediaType: 'image/jpeg', base64: new Uint8Array(bytes).toBase64() };
}

function base(publicUrl: string): string {
  return publicUrl.replace(/\/+$/, '');
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
