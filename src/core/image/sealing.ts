// Sealing under a key at hand: AES-256-GCM (NIST SP 800-38D) with a random nonce, the context as associated data.

import { VedetteError } from '../errors.ts';

const nonceBytes = 12;
const encoder = new TextEncoder();
type Bytes = Uint8Array<ArrayBuffer>;

/** `sealUnder` a key that it knows, at once. */
export type Seal = (plain: Bytes, context: string) => Bytes;

/** nonce (12) ‖ ciphertext ‖ tag (16). */
export async function sealUnder(key: CryptoKey, plain: Bytes, context: string): Promise<Bytes> {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const ciphertext = await crypto.subtle.encrypt(algorithm(nonce, context), key, plain);
  const bytes = new Uint8Array(nonceBytes + ciphertext.byteLength);
  bytes.set(nonce);
  bytes.set(new Uint8Array(ciphertext), nonceBytes);
  return bytes;
}

/** What `sealUnder` sealed. Errors: `footage-damaged` (or another key, or another context). */
export async function openUnder(key: CryptoKey, sealed: Bytes, context: string): Promise<Bytes> {
  try {
    const nonce = sealed.subarray(0, nonceBytes);
    const plain = await crypto.subtle.decrypt(algorithm(nonce, context), key, sealed.subarray(nonceBytes));
    return new Uint8Array(plain);
  } catch (cause) {
    throw new VedetteError('footage-damaged', 'An image is damaged or belongs elsewhere.', { cause });
  }
}

function algorithm(iv: Bytes, context: string) {
  return { name: 'AES-GCM', iv, additionalData: encoder.encode(context) };
}
