// What an alert says: in plain sentences for people, as JSON for machines.

import type { EpochMs, OrganizationId } from '../brand.ts';
import type { Incident, IncidentKind } from '../incident/incident.ts';
import type { OutgoingAlert } from '../ports/notifier.ts';
import type { Camera } from '../site/camera.ts';
import type { Site } from '../site/site.ts';
import type { Alert, Channel } from './alert.ts';

/** Largest picture inside the JSON: with base64 it stays well under the 1 MiB that many servers take. */
export const maxInlineSnapshotBytes = 256 * 1024;

const nouns = {
  person: 'person',
  vehicle: 'vehicle',
  animal: 'animal',
  sensor: 'sensor',
} as const satisfies Record<IncidentKind, string>;

/** The alert for an incident. `snapshot` is a JPEG; `publicUrl` is where people reach this server. */
export function composeAlert(input: {
  readonly alert: Pick<Alert, 'id'>;
  readonly incident: Incident;
  readonly site: Pick<Site, 'id' | 'name' | 'timeZone'>;
  /** Those of the incident, in the order in which they saw something. */
  readonly cameras: readonly Pick<Camera, 'id' | 'name'>[];
  readonly snapshot: Uint8Array | null;
  readonly publicUrl: string;
}): OutgoingAlert {
  const { alert, incident, site, cameras, snapshot } = input;
  const url = incidentUrl(input.publicUrl, incident);
  const noun = nouns[incident.kind];
  const names = listed(cameras.map((camera) => camera.name));
  const place = names === '' ? site.name : `${site.name} · ${names}`;
  const seenBy = names === '' ? '' : ` by ${names}`;
  const what =
    incident.kind === 'sensor' ? 'A sensor reports' : `${noun === 'animal' ? 'An' : 'A'} ${noun} was seen`;
  const seen = `${what} at ${site.name}${seenBy} on ${localTime(incident.startAt, site.timeZone)}.`;
  return {
    idempotencyKey: alert.id,
    title: `${incident.kind === 'sensor' ? 'Sensor' : capital(noun)} at ${place}`,
    text: `${seen} ${nextSentence(incident)}`,
    url,
    data: {
      type: 'incident.opened',
      timestamp: iso(incident.openedAt),
      data: {
        alertId: alert.id,
        incidentId: incident.id,
        organizationId: incident.organizationId,
        site: { id: site.id, name: site.name, timeZone: site.timeZone },
        cameras: cameras.map(({ id, name }) => ({ id, name })),
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

/** A test alert: shows that a channel works, and says that nothing has happened. */
export function composeTest(input: {
  readonly channel: Pick<Channel, 'id' | 'name'>;
  readonly organizationId: OrganizationId;
  readonly idempotencyKey: string;
  readonly at: EpochMs;
  readonly publicUrl: string;
}): OutgoingAlert {
  const { channel, organizationId, idempotencyKey, at } = input;
  const url = base(input.publicUrl);
  return {
    idempotencyKey,
    title: 'Test alert from Vedette',
    text: `This is a test of the channel ${channel.name}. Nothing has happened; alerts will arrive like this one.`,
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
  const options = { dateStyle: 'long', timeStyle: 'long' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone }).format(at);
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(at);
  }
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

/** "A", "A and B", "A, B and C". */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function base(publicUrl: string): string {
  return publicUrl.replace(/\/+$/, '');
}

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}
