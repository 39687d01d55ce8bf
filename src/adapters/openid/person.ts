// The person of an ID token: which claims mean what, at which provider.

import type { IDToken, UserInfoResponse } from 'openid-client';
import type { Vouched } from '../../core/ports/single-sign-on.ts';

/** Longest names and addresses that are taken over, in characters. */
const maxLength = 320;

/**
 * Who the claims speak of. The e-mail address and whether it is verified come from the same source: the ID token,
 * or `userInfo` where the token has no address. What is said of the verification stands in the claims as well.
 */
export function vouched(claims: IDToken, userInfo: UserInfoResponse | null): Vouched {
  const about: Readonly<Record<string, unknown>> = text(claims.email) === null ? (userInfo ?? {}) : claims;
  const email = text(about.email);
  const verification = verificationOf(about, claims.iss);
  return {
    subject: claims.sub,
    email: email?.toLowerCase() ?? null,
    isEmailVerified: email !== null && yes.includes(verification),
    name: text(claims.name) ?? text(userInfo?.name),
    sessionId: text(claims.sid),
    claims: verification === undefined ? claims : { ...claims, email_verified: verification },
  };
}

/** Cognito writes booleans as text in places, Entra as numbers. */
const yes: readonly unknown[] = [true, 'true', 1, '1'];

/**
 * Entra has no `email_verified`: there the optional claim `xms_edov` says whether the owner of the domain vouches for
 * the address. From anybody else that claim means nothing.
 */
function verificationOf(about: Readonly<Record<string, unknown>>, issuer: string): unknown {
  const isEntra = URL.parse(issuer)?.host === 'login.microsoftonline.com';
  return about.email_verified ?? (isEntra ? about.xms_edov : undefined);
}

function text(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed === '' || trimmed.length > maxLength ? null : trimmed;
}
