// Back-channel logout: a provider ends sessions that came from it (OpenID Connect Back-Channel Logout 1.0).

import { z } from 'zod';
import { branded, type ProviderId } from '../../core/brand.ts';
import { errorCode, VedetteError } from '../../core/errors.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { tokenSha256 } from '../../core/organization/token.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { ProviderLogout } from '../../core/ports/single-sign-on.ts';
import { countAttempt, requireAttemptsLeft } from '../attempts.ts';
import { readForm } from '../body.ts';
import { id } from '../contract/common.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { logoutMemoryMs } from '../limits.ts';
import { anyQuery, bare, publicRoute, type Route } from '../route.ts';

const params = z.object({ providerId: id.transform((value) => branded<ProviderId>(value)) });

/** Where a provider tells that somebody signed out there. The token that it sends is all that counts. */
export function providerLogoutRoutes(deps: HttpDeps): readonly Route[] {
  const { log, sessions } = deps;
  return [
    publicRoute(
      {
        ...bare,
        query: anyQuery,
        params,
        method: 'post',
        path: paths.providerLogout('{providerId}'),
        summary:
          'Ends the sessions that a provider’s logout token names; sent as a form with `logout_token`.',
        tag: 'session',
        answer: { status: 200, description: 'Done. The same token is refused from here on.' },
        errors: ['request-invalid', 'body-too-large', 'too-many-requests'],
      },
      async ({ params: { providerId }, exchange: { request, peerAddress } }) => {
        await requireAttemptsLeft(deps, 'provider-logout', peerAddress);
        const token = (await readForm(request)).get('logout_token');
        try {
          const logout = await verified(deps, providerId, token);
          const count = await once(deps.cache, providerId, logout, () => {
            const { subject, sessionId: providerSessionId } = logout;
            return sessions.endOfProvider({ providerId, subject, providerSessionId });
          });
          logSecurity(log, 'provider-logout', { peerAddress, providerId, count });
          // §2.8: no copy of the answer may be kept.
          return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } });
        } catch (error) {
          if (errorCode(error) === 'request-invalid') {
            await countAttempt(deps, 'provider-logout', peerAddress);
            logSecurity(log, 'provider-logout-refused', { peerAddress, providerId, reason: reasonOf(error) });
          }
          throw error;
        }
      },
    ),
  ];
}

/** §2.8 asks for 400 whatever is wrong; whether there is such a provider is nobody's business. */
async function verified(
  { records, singleSignOn }: HttpDeps,
  providerId: ProviderId,
  token: string | null,
): Promise<ProviderLogout> {
  const provider = await records.providers.find(providerId);
  if (provider === null || token === null) throw refused();
  try {
    return await singleSignOn.verifyLogout(provider, token);
  } catch (cause) {
    throw errorCode(cause) === 'provider-failed' ? refused(cause) : cause;
  }
}

/** Does `work`; of many who send the same token exactly one is heard. Where the work fails, it counts as not sent. */
async function once<T>(
  cache: Cache,
  providerId: ProviderId,
  { tokenId }: ProviderLogout,
  work: () => Promise<T>,
): Promise<T> {
  const key = `provider-logout/${providerId}/${await tokenSha256(tokenId)}`;
  if (!(await cache.setIfAbsent(key, new Uint8Array(1), logoutMemoryMs))) {
    throw refused(new Error('The token was used before.'));
  }
  try {
    return await work();
  } catch (error) {
    await cache.delete(key);
    throw error;
  }
}

function refused(cause?: unknown): VedetteError {
  return new VedetteError('request-invalid', 'This logout token is not good.', { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error
    ? error.cause.message
    : 'no such provider, or no token';
}
