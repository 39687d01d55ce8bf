// Key wrapping: AES-256-GCM under an epoch's key, the context as associated data.

import { VedetteError } from './errors.ts';
import type { WrappedKey } from './ports/keys.ts';

/** Longest data key a provider has to wrap. */
export const maxWrappedKeyBytes = 64;

const nonceBytes = 12;
const encoding = { alphabet: 'base64url', omitPadding: true } as const;

/** An epoch's key, made from its 32 raw bytes. */
export function epochKey(raw: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new Uint8Array(raw), 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** nonce (12) ‖ ciphertext ‖ tag (16) of `key`, with a random nonce (NIST SP 800-38D §8.2.2). */
export async function wrapUnder(
  epoch: { number: number; key: CryptoKey },
  key: Uint8Array,
  context: string,
): Promise<WrappedKey> {
  if (key.length === 0 || key.length > maxWrappedKeyBytes) {
    throw new VedetteError('request-invalid', `A data key has 1 to ${maxWrappedKeyBytes} bytes.`);
  }
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const body = await crypto.subtle.encrypt(algorithm(nonce, context), epoch.key, new Uint8Array(key));
  const bytes = new Uint8Array(nonceBytes + body.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(body), nonceBytes);
  return { epoch: epoch.number, ciphertext: bytes.toBase64(encoding) };
}

/** The key that `wrapUnder` wrapped. Errors: `key-unavailable` (damaged, or another context or key). */
export async function unwrapUnder(
  key: CryptoKey,
  wrapped: WrappedKey,
  context: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = Uint8Array.fromBase64(wrapped.ciphertext, { alphabet: 'base64url' });
    const nonce = bytes.subarray(0, nonceBytes);
    return new Uint8Array(
      await crypto.subtle.decrypt(algorithm(nonce, context), key, bytes.subarray(nonceBytes)),
    );
  } catch (cause) {
    throw new VedetteError('key-unavailable', 'A wrapped key is damaged or belongs elsewhere.', { cause });
  }
}

function algorithm(iv: Uint8Array<ArrayBuffer>, context: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(context) };
}
