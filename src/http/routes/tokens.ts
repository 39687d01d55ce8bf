// Tokens: who calls, in a form that other services can check by themselves (JWT, RFC 7519).

import { VedetteError } from '../../core/errors.ts';
import type { Caller } from '../../core/organization/access.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import type { TokenClaims } from '../../core/ports/token-signer.ts';
import { Token, TokenInput } from '../contract/organization.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, publicRoute, type Route } from '../route.ts';

const tag = 'machines';

/** Time in s for which verifiers may keep the keys: a new key is used by nobody before it could be known. */
const keySetSeconds = 300;

/** Signing for the caller, and the keys by which anybody checks it. */
export function tokenRoutes(deps: HttpDeps): readonly Route[] {
  const { clock, signer, log } = deps;
  return [
    memberRoute(
      'view',
      {
        ...bare,
        body: TokenInput,
        method: 'post',
        path: paths.token,
        summary: 'A short-lived signed token that tells another service who calls and what they may.',
        tag,
        answer: { status: 201, description: 'The token.', schema: Token },
      },
      async ({ caller, body: { audience, lifeSeconds }, exchange: { peerAddress } }) => {
        const life = Math.min(lifeSeconds, await secondsLeft(deps, caller));
        const token = await signer.sign(claimsOf(caller, audience), life);
        logSecurity(log, 'token-made', { peerAddress, ...callerFields(caller), audience });
        const now = Math.floor(clock.now() / 1000);
        return { json: { token, expiresAt: (now + life) * 1000 } };
      },
    ),
    publicRoute(
      {
        ...bare,
        method: 'get',
        path: paths.keySet,
        summary: 'The public keys that verify tokens (RFC 7517).',
        tag,
        answer: { status: 200, description: 'A JWK set.', mediaType: 'application/json' },
      },
      async () =>
        Response.json(await signer.keySet(), {
          headers: { 'cache-control': `public, max-age=${keySetSeconds}` },
        }),
    ),
  ];
}

/** A token is good no longer than what it was made with. Errors: `not-signed-in` (it ends this second). */
async function secondsLeft({ records, clock }: HttpDeps, caller: Caller): Promise<number> {
  const { session, accessKeyId } = caller;
  const key = accessKeyId === null ? null : await records.accessKeys.find(accessKeyId);
  const endsAt = session?.expiresAt ?? key?.expiresAt ?? 0;
  const seconds = Math.floor((endsAt - clock.now()) / 1000);
  if (seconds < 1) throw new VedetteError('not-signed-in');
  return seconds;
}

function claimsOf(caller: Caller, audience: string): TokenClaims {
  const { member, accessKeyId, organizationId, permissions, reach } = caller;
  const sub = member?.id ?? accessKeyId;
  if (sub === null) throw new VedetteError('not-signed-in');
  return {
    sub,
    aud: audience,
    organization: organizationId,
    ...(member === null ? { permissions: [...permissions] } : { role: member.role }),
    // Null is every site, as everywhere on the wire.
    sites: reach === 'every-site' ? null : [...reach],
  };
}
