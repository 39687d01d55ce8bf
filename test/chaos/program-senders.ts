// Who calls the program while it is killed: sensors that tell until they are heard, and people who ask for a letter.

import { setTimeout as pause } from 'node:timers/promises';
import { signWebhook } from '../../src/adapters/webhook/signature.ts';
import { secret } from '../../src/core/secret.ts';
import { AuthorityLetter } from '../../src/http/contract/evidence.ts';
import { SensorEventResult } from '../../src/http/contract/devices.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { type Client, signIn } from '../servers/vedette.ts';
import type { House, Site } from './program-house.ts';

/** Pause of a sender before it tells again, in ms. */
const againMs = 150;
/** A sender that is not answered in this time tells again, in ms. */
const patienceMs = 5_000;

/** An event that the program said it has heard. */
export interface Accepted {
  readonly siteId: string;
  readonly sensorId: string;
  /** When it happened, in ms since the epoch. */
  readonly at: number;
  /** Null where the program said that it heard it before. */
  readonly incidentId: string | null;
  /** How often it was told, the last time included. */
  readonly times: number;
}

/** Tells of an opened door under the same id and time until the program has heard it, or refuses it for good (throws). */
export async function tellOf(given: {
  readonly url: string;
  readonly site: Site;
  readonly eventId: string;
  readonly accepted: Accepted[];
  readonly signal: AbortSignal;
}): Promise<void> {
  const { site, accepted, signal } = given;
  const at = Date.now();
  for (let times = 1; !signal.aborted; times += 1) {
    const response = await post(given, at).catch(() => null);
    if (response?.status === 200) {
      const { incidentId } = SensorEventResult.parse(response.body);
      accepted.push({ siteId: site.id, sensorId: site.sensorId, at, incidentId, times });
      return;
    }
    if (response !== null && response.status !== 429 && response.status < 500) {
      throw new Error(`An event was refused: ${JSON.stringify(response)}`);
    }
    await pause(againMs);
  }
}

async function post(
  { url, site, eventId }: { url: string; site: Site; eventId: string },
  at: number,
): Promise<{ status: number; body: unknown }> {
  const body = JSON.stringify({ state: 'open', at });
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = signWebhook(secret(site.sensorSecret), { id: eventId, timestamp, body });
  const response = await fetch(new URL(paths.deviceEvents(site.sensorId), url), {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': eventId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature ?? '',
    },
    signal: AbortSignal.timeout(patienceMs),
  });
  return { status: response.status, body: await response.json() };
}

/** Somebody asks for a letter, once. Its id where the program took it; null where it was killed meanwhile. */
export async function askForLetter(
  url: string,
  { cameraId, incidentId, footage }: House,
  signal: AbortSignal,
): Promise<string | null> {
  const client = await signedIn(url, signal);
  const form = {
    recipient: { name: '', office: 'Police', email: 'desk@police.example' },
    ...{ reference: '', text: 'Please look at this.', cameraIds: [cameraId], ...footage },
  };
  const answer = await client?.call('POST', paths.authorityLetters(incidentId), form).catch(() => null);
  if (answer === null || answer === undefined || answer.status >= 500) return null;
  if (answer.status !== 201) throw new Error(`A letter was refused: ${JSON.stringify(answer)}`);
  return AuthorityLetter.parse(answer.body).id;
}

/** Signs in as soon as the program is there. */
async function signedIn(url: string, signal: AbortSignal): Promise<Client | null> {
  while (!signal.aborted) {
    const client = await signIn(url).catch(() => null);
    if (client !== null) return client;
    await pause(againMs);
  }
  return null;
}
