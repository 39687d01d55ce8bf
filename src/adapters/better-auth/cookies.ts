// Signed cookies: "value.signature" with HMAC-SHA-256 (base64) over name and value, percent-encoded.

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

/** Longer ones are none of ours. */
const maxCookieLength = 512;

/** What a cookie is for: the session, the way to the second step, a passkey's ceremony. */
export type CookieKind = 'session_token' | 'second_step' | 'passkey';

export interface Cookies {
  /** The cookie as it came, unverified; null where there is none. */
  raw(headers: Headers, kind: CookieKind): string | null;
  /** What a raw cookie holds; null where the signature is not ours, or was made for another kind. */
  verified(raw: string, kind: CookieKind): string | null;
  /** What the request's cookie holds; null where there is none or its signature is not ours. */
  read(headers: Headers, kind: CookieKind): string | null;
  /** The value of a `set-cookie` header. */
  set(kind: CookieKind, value: string, lifeMs: number): string;
  clear(kind: CookieKind): string;
}

/**
 * Cookies of one installation; with https they travel over https only, and no other host sets them, not even one of
 * the same domain (`__Host-`, RFC 6265bis §4.1.3.2).
 */
export function signedCookies({ secret, isSecure }: { secret: Secret; isSecure: boolean }): Cookies {
  const nameOf = (kind: CookieKind) => `${isSecure ? '__Host-' : ''}vedette.${kind}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  // The name is in it: what one kind of cookie holds is nothing in another.
  const signature = (kind: CookieKind, value: string) =>
    createHmac('sha256', secret.reveal())
      .update(`${nameOf(kind)}=${value}`)
      .digest();

  function raw(headers: Headers, kind: CookieKind): string | null {
    const start = `${nameOf(kind)}=`;
    for (const pair of (headers.get('cookie') ?? '').split(';')) {
      const trimmed = pair.trim();
      if (trimmed.startsWith(start) && trimmed.length <= maxCookieLength) return trimmed.slice(start.length);
    }
    return null;
  }

  function verified(rawCookie: string, kind: CookieKind): string | null {
    const text = decoded(rawCookie);
    const dot = text.lastIndexOf('.');
    if (dot < 1) return null;
    const value = text.slice(0, dot);
    const claimed = Buffer.from(text.slice(dot + 1), 'base64');
    const expected = signature(kind, value);
    return claimed.length === expected.length && timingSafeEqual(claimed, expected) ? value : null;
  }

  return {
    raw,
    verified,
    read(headers, kind) {
      const found = raw(headers, kind);
      return found === null ? null : verified(found, kind);
    },
    set(kind, value, lifeMs) {
      const signed = encodeURIComponent(`${value}.${signature(kind, value).toString('base64')}`);
      return `${nameOf(kind)}=${signed}; Max-Age=${Math.floor(lifeMs / 1000)}; ${attributes}`;
    },
    clear: (kind) => `${nameOf(kind)}=; Max-Age=0; ${attributes}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** Headers that set these cookies. */
export function settingCookies(...cookies: readonly string[]): Headers {
  const headers = new Headers();
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return headers;
}
