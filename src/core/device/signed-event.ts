// Events that a device signs with its secret, as the Standard Webhooks specification 1.0.0 says.

import { VedetteError } from '../errors.ts';
import type { Secret } from '../secret.ts';

/** How far the time of an event may be from ours, in ms: what the specification recommends. */
export const toleranceMs = 300_000;
/** Ids are remembered for longer than their time could still count, in ms. */
export const memoryMs = 2 * toleranceMs + 60_000;

const maxIdLength = 200;
/** A key that is being changed signs twice; nobody signs more. */
const maxSignatures = 4;

export interface SignedHeaders {
  readonly id: string | null;
  readonly timestamp: string | null;
  readonly signature: string | null;
}

/**
 * The id and time of an event, where it is signed with one of `secrets`. Errors: `device-event-refused`, with what is wrong as
 * far as it is no secret.
 */
export async function verifyEvent(
  secrets: readonly Secret[],
  { id, timestamp, signature }: SignedHeaders,
  body: string,
  now: number,
): Promise<{ id: string; at: number }> {
  if (id === null || timestamp === null || signature === null || id === '' || id.length > maxIdLength) {
    throw new VedetteError(
      'device-event-refused',
      'Send the headers webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks).',
    );
  }
  const at = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN;
  if (!(Math.abs(now - at) <= toleranceMs)) {
    throw new VedetteError(
      'device-event-refused',
      'webhook-timestamp is more than 5 minutes away from now: it is in seconds since 1970. Set the clock of the sender.',
    );
  }
  const keys = await Promise.all(secrets.map(keyOf));
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const given of signature.split(' ').slice(0, maxSignatures)) {
    const bytes = given.startsWith('v1,') ? decoded(given.slice(3)) : null;
    if (bytes === null) continue;
    for (const key of keys) {
      if (await crypto.subtle.verify('HMAC', key, bytes, signed)) return { id, at };
    }
  }
  throw new VedetteError('device-event-refused', 'The signature is not one by the secret of this device.');
}

async function keyOf(secret: Secret): Promise<CryptoKey> {
  const bytes = decoded(secret.reveal().replace(/^whsec_/, ''));
  if (bytes === null) {
    const sentence = 'The secret of this device is damaged. Make a new one.';
    throw new VedetteError('key-unavailable', sentence, { told: sentence });
  }
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function decoded(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return bytes.byteLength === 0 ? null : bytes;
  } catch {
    return null;
  }
}
