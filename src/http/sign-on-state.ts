// What is remembered of a sign-in at a provider, between its two steps, bound to the browser that began it.

import { z } from 'zod';
import { branded, type EpochMs, type ProviderId } from '../core/brand.ts';
import { newToken, tokenSha256 } from '../core/organization/token.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { SignOnState } from '../core/ports/single-sign-on.ts';
import { signOnMs } from './limits.ts';

export interface PendingSignOn {
  readonly providerId: ProviderId;
  readonly state: SignOnState;
  /** A page of this server. */
  readonly returnTo: string;
  /** The session whose person proves anew who they are; null where somebody signs in. */
  readonly proofOf: string | null;
  /** The session with an account of its own from which somebody signs in: theirs may be linked; null elsewhere. */
  readonly linkOf: string | null;
}

const Stored = z.object({
  providerId: z.string().transform((id) => branded<ProviderId>(id)),
  state: z.object({
    state: z.string(),
    nonce: z.string(),
    codeVerifier: z.string(),
    startedAt: z.number().transform((ms) => branded<EpochMs>(ms)),
  }),
  returnTo: z.string(),
  proofOf: z.string().nullable(),
  linkOf: z.string().nullable(),
});

const cookieForm = /^[A-Za-z0-9_-]{43}$/;

/**
 * Remembers it for ten minutes and returns the `set-cookie` of the browser. The cookie names the browser, the state
 * names the tab: two tabs do not disturb each other, and a link made in another browser finds nothing here (login
 * CSRF, RFC 6749 §10.12).
 */
export async function rememberSignOn(
  cache: Cache,
  request: Request,
  pending: PendingSignOn,
  publicUrl: string,
): Promise<string> {
  const isSecure = publicUrl.startsWith('https:');
  const browser = browserOf(request, isSecure) ?? newToken().reveal();
  const value = new TextEncoder().encode(JSON.stringify(pending));
  await cache.set(await keyOf(browser, pending.state.state), value, signOnMs);
  const attributes = `Path=/; Max-Age=${signOnMs / 1000}; HttpOnly; SameSite=Lax`;
  return `${cookieName(isSecure)}=${browser}; ${attributes}${isSecure ? '; Secure' : ''}`;
}

/** What the answer belongs to, once; null where this browser did not begin it, or too long ago. */
export async function takeSignOn(
  cache: Cache,
  request: Request,
  publicUrl: string,
): Promise<PendingSignOn | null> {
  const browser = browserOf(request, publicUrl.startsWith('https:'));
  const state = new URL(request.url).searchParams.get('state');
  if (browser === null || state === null) return null;
  const stored = await cache.take(await keyOf(browser, state));
  return stored === null ? null : Stored.parse(JSON.parse(new TextDecoder().decode(stored)));
}

function cookieName(isSecure: boolean): string {
  return `${isSecure ? '__Host-' : ''}vedette.single_sign_on`;
}

function browserOf({ headers }: Request, isSecure: boolean): string | null {
  const start = `${cookieName(isSecure)}=`;
  const pairs = (headers.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(start))?.slice(start.length);
  return value !== undefined && cookieForm.test(value) ? value : null;
}

async function keyOf(browser: string, state: string): Promise<string> {
  return `sign-on/${await tokenSha256(`${browser} ${state}`)}`;
}
