// Identifiers made from names: the same names give the same id in every process, so that a repetition is no second thing.

import { type Brand, branded } from '../brand.ts';

/** A UUID version 8 (RFC 9562 §5.8): the first 122 bits of a SHA-256 over the parts, each with its length. */
export async function derivedId<B extends Brand<string, string>>(...parts: readonly string[]): Promise<B> {
  const text = parts.map((part) => `${part.length}:${part}`).join('');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const bytes = new Uint8Array(digest).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toHex();
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return branded<Brand<string, string>>(groups.join('-')) as B;
}
