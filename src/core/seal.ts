// Sealing: small things (images, passwords of cameras) encrypted under a data key of their own.

import { VedetteError } from './errors.ts';
import type { Keys, WrappedKey } from './ports/keys.ts';

const nonceBytes = 12;
const encoder = new TextEncoder();

export interface Sealed {
  /** nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM (NIST SP 800-38D), the context as associated data. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly wrappedKey: WrappedKey;
}

/** Encrypts `plain` under a fresh key; `context` says what it is and where it belongs, and must be given again. */
export async function seal(keys: Keys, plain: Uint8Array, context: string): Promise<Sealed> {
  const dataKey = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const key = await crypto.subtle.importKey('raw', dataKey, 'AES-GCM', false, ['encrypt']);
  const ciphertext = await crypto.subtle.encrypt(algorithm(nonce, context), key, new Uint8Array(plain));
  const bytes = new Uint8Array(nonceBytes + ciphertext.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(ciphertext), nonceBytes);
  return { bytes, wrappedKey: await keys.wrap(dataKey, context) };
}

/** Decrypts what `seal` made. Errors: `key-destroyed`, `key-unavailable` (damaged, or another context). */
export async function unseal(
  keys: Keys,
  sealed: { bytes: Uint8Array; wrappedKey: WrappedKey },
  context: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const dataKey = new Uint8Array(await keys.unwrap(sealed.wrappedKey, context));
  const key = await crypto.subtle.importKey('raw', dataKey, 'AES-GCM', false, ['decrypt']);
  const bytes = new Uint8Array(sealed.bytes);
  try {
    const nonce = bytes.subarray(0, nonceBytes);
    return new Uint8Array(
      await crypto.subtle.decrypt(algorithm(nonce, context), key, bytes.subarray(nonceBytes)),
    );
  } catch (cause) {
    throw new VedetteError('key-unavailable', 'What was sealed is damaged or belongs elsewhere.', { cause });
  }
}

/** Seals a short text into one string for a column of the records. */
export async function sealText(keys: Keys, text: string, context: string): Promise<string> {
  const sealed = await seal(keys, encoder.encode(text), context);
  const body = sealed.bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
  return `${sealed.wrappedKey.epoch}.${sealed.wrappedKey.ciphertext}.${body}`;
}

/** The text that `sealText` sealed. */
export async function unsealText(keys: Keys, sealed: string, context: string): Promise<string> {
  const [epoch, ciphertext, body] = sealed.split('.');
  if (epoch === undefined || ciphertext === undefined || body === undefined) {
    throw new VedetteError('key-unavailable', 'What was sealed is damaged.');
  }
  const bytes = Uint8Array.fromBase64(body, { alphabet: 'base64url' });
  return new TextDecoder().decode(
    await unseal(keys, { bytes, wrappedKey: { epoch: Number(epoch), ciphertext } }, context),
  );
}

function algorithm(iv: Uint8Array<ArrayBuffer>, context: string) {
  return { name: 'AES-GCM', iv, additionalData: encoder.encode(context) };
}
