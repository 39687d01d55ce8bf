// Proving again who one is, before what asks for it.

import { errorCode, VedetteError } from '../../core/errors.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { secret } from '../../core/secret.ts';
import { countAccountAttempt, forgetAccount } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { ProofInput } from '../contract/session.ts';
import type { HttpDeps } from '../dependencies.ts';
import { userFields } from '../own-account.ts';
import { bare, type Route, type SignedIn, selfRoute } from '../route.ts';

/** Proof with the account's own means; sessions of a provider prove there. */
export function proofRoutes(deps: HttpDeps): readonly Route[] {
  const { cache, log } = deps;
  return [
    selfRoute(
      {
        ...bare,
        body: ProofInput,
        method: 'post',
        path: paths.proof,
        hashesPassword: true,
        summary:
          'Proves again who one is: by password, by a code where a second factor is set up, or by a passkey.',
        tag: 'session',
        answer: { status: 204, description: 'It holds for ten minutes.' },
        errors: ['credentials-wrong', 'code-wrong', 'passkey-refused', 'too-many-requests'],
      },
      async ({ body, signedIn, exchange: { request, peerAddress } }) => {
        const { user, session } = signedIn;
        if (session.providerId !== null) {
          throw new VedetteError('not-allowed', 'Prove who you are where you signed in: at your provider.');
        }
        const attempt = { account: user.id, peerAddress };
        await countAccountAttempt(deps, 'proof', attempt);
        const fields = { peerAddress, ...userFields(user), by: Object.keys(body).join() };
        try {
          await prove(deps, body, signedIn, request.headers);
        } catch (error) {
          logSecurity(log, 'proof-failed', { ...fields, code: errorCode(error) });
          throw error;
        }
        await forgetAccount(cache, 'proof', attempt);
        logSecurity(log, 'proof-given', fields);
        return null;
      },
    ),
  ];
}

async function prove(
  { identity, passkeys }: HttpDeps,
  body: ProofInput,
  { user, session }: SignedIn,
  headers: Headers,
): Promise<void> {
  if ('password' in body) {
    return identity.prove({ password: secret(body.password) }, headers).catch((cause: unknown) => {
      // No e-mail address was asked for.
      if (errorCode(cause) !== 'credentials-wrong') throw cause;
      throw new VedetteError('credentials-wrong', 'The password is wrong.', { cause });
    });
  }
  if ('code' in body) return identity.prove({ code: body.code }, headers);
  await passkeys.verify(user.id, body.passkey, headers);
  await identity.proven(session.id);
}
