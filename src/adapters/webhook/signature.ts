// Signatures of webhooks, as the Standard Webhooks specification 1.0.0 describes them.

import { createHmac } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

const prefix = 'whsec_';

/**
 * The value of the header `webhook-signature`: "v1," and the base64 of HMAC-SHA-256 over `id.timestamp.body`.
 * `secret` is `whsec_` and base64; `timestamp` is in seconds since 1970. Null where the secret is none.
 */
export function signWebhook(
  secret: Secret,
  { id, timestamp, body }: { id: string; timestamp: number; body: string },
): string | null {
  const key = keyOf(secret);
  if (key === null) return null;
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

function keyOf(secret: Secret): Uint8Array | null {
  const text = secret.reveal();
  try {
    const key = Uint8Array.fromBase64(text.startsWith(prefix) ? text.slice(prefix.length) : text);
    return key.byteLength === 0 ? null : key;
  } catch {
    return null;
  }
}
