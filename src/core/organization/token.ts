// Tokens that let somebody in: 256 random bits, of which only the hash is kept.

import { branded, type Sha256 } from '../brand.ts';
import { type Secret, secret } from '../secret.ts';

const tokenBytes = 32;

/** `prefix` and 43 characters of base64url (RFC 4648 §5). */
export function newToken(prefix = ''): Secret {
  const random = crypto.getRandomValues(new Uint8Array(tokenBytes));
  return secret(prefix + random.toBase64({ alphabet: 'base64url', omitPadding: true }));
}

/** What is kept of a token. It is random, so that a plain hash is enough: there is nothing to guess. */
export async function tokenSha256(token: string): Promise<Sha256> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return branded<Sha256>(new Uint8Array(digest).toHex());
}
