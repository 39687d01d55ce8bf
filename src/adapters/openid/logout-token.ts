// Logout tokens: a provider says that a person or one of its sessions has signed out (Back-Channel Logout 1.0).

import { z } from 'zod';
import type { EpochMs } from '../../core/brand.ts';
import type { ProviderLogout } from '../../core/ports/single-sign-on.ts';
import { clockToleranceSeconds, outOfTime, providerFailed } from './failure.ts';

/** They are sent when they are made. Longer than this nobody has to remember them to notice a second use. */
const maxAgeSeconds = 5 * 60;
const event = 'http://schemas.openid.net/event/backchannel-logout';
/** Explicit typing is recommended, not required (§2.4); other kinds of token are another kind. */
const types: readonly unknown[] = ['logout+jwt', 'application/logout+jwt', 'jwt', undefined];

const Claims = z.object({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  exp: z.number().optional(),
  jti: z.string().min(1).max(500),
  sub: z.string().min(1).max(500).optional(),
  sid: z.string().min(1).max(500).optional(),
  events: z.looseObject({ [event]: z.looseObject({}) }),
  /** What an ID token has, and what keeps one from passing for the other. */
  nonce: z.never().optional(),
});

/** What a logout token says, all but its signature checked (§2.6). Errors: `provider-failed`. */
export function readLogout(
  { header, claims }: { header: Readonly<Record<string, unknown>>; claims: unknown },
  expected: { issuer: string; clientId: string; now: EpochMs; host: string },
): ProviderLogout {
  const who = `The provider at ${expected.host}`;
  const type = typeof header.typ === 'string' ? header.typ.toLowerCase() : header.typ;
  const { success, data } = Claims.safeParse(claims);
  if (!success || !types.includes(type) || (data.sub === undefined && data.sid === undefined)) {
    throw providerFailed(`${who} sent a logout token that is none.`);
  }
  if (data.iss !== expected.issuer) throw providerFailed(`${who} sent a logout token of another issuer.`);
  if (![data.aud].flat().includes(expected.clientId)) {
    throw providerFailed(`${who} sent a logout token that is signed for another client.`);
  }
  const nowSeconds = expected.now / 1000;
  const isNow =
    data.iat <= nowSeconds + clockToleranceSeconds &&
    data.iat >= nowSeconds - maxAgeSeconds - clockToleranceSeconds &&
    (data.exp === undefined || data.exp > nowSeconds - clockToleranceSeconds);
  if (!isNow) throw providerFailed(outOfTime(who));
  return { subject: data.sub ?? null, sessionId: data.sid ?? null, tokenId: data.jti };
}
