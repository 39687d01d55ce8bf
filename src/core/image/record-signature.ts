// The signature of a record: HMAC-SHA-256 (RFC 2104) over its headers and the hash of its value, with a source's secret.

import type { Secret } from '../secret.ts';
import { sha256Of } from './image-object.ts';

/** The headers that are signed, in the order of the signed text. Others are not looked at. */
export const signedHeaders = [
  'camera',
  'camera-id',
  'content-type',
  'idempotency-key',
  'site',
  'source',
  'strip',
  'taken-at',
] as const;
export const signatureHeader = 'signature';

type Headers = Readonly<Record<string, string>>;
type Bytes = Uint8Array<ArrayBuffer>;
const encoder = new TextEncoder();

/**
 * What is signed: a line that says what this is, one `name:value` for each header that is sent, and the SHA-256 of the value in
 * hexadecimal, with a line feed between them. Null where a header has a line break, which could stand for another header.
 */
export async function signedText(headers: Headers, value: Bytes): Promise<string | null> {
  const sent = signedHeaders.flatMap((name) => {
    const content = headers[name];
    return content === undefined ? [] : [`${name}:${content}`];
  });
  if (sent.some((line) => /[\r\n]/.test(line))) return null;
  return ['vedette-image-v1', ...sent, await sha256Of(value)].join('\n');
}

/** The key of a source; it cannot be taken out. */
export function signingKey(secret: Secret): Promise<CryptoKey> {
  const raw = encoder.encode(secret.reveal());
  return crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

/** Hexadecimal, as the header has it. */
export async function signText(key: CryptoKey, text: string): Promise<string> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(text))).toHex();
}

/** Whether `signature` is the one of `text`; compared in constant time. */
export async function isSigned(key: CryptoKey, text: string, signature: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/i.test(signature)) return false;
  return crypto.subtle.verify('HMAC', key, Uint8Array.fromHex(signature), encoder.encode(text));
}
