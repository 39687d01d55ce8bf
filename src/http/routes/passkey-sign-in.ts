// Signing in with a passkey.

import { errorCode } from '../../core/errors.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { countAttempt, requireAttemptsLeft } from '../attempts.ts';
import { CeremonyAnswer, CeremonyOptions } from '../contract/account.ts';
import { paths } from '../contract/paths.ts';
import { SignInAnswer } from '../contract/session.ts';
import type { HttpDeps } from '../dependencies.ts';
import { userFields } from '../own-account.ts';
import { bare, publicRoute, type Route } from '../route.ts';

const tag = 'session';

/** The two steps of a passkey; what the first one asks also serves as a proof. */
export function passkeySignInRoutes(deps: HttpDeps): readonly Route[] {
  return [optionsRoute(deps), signInRoute(deps)];
}

function optionsRoute(deps: HttpDeps): Route {
  const { passkeys } = deps;
  return publicRoute(
    {
      ...bare,
      method: 'post',
      path: paths.passkeySignInOptions,
      summary: 'What a passkey is asked, to sign in or to prove who one is.',
      tag,
      answer: { status: 200, description: 'For the browser (WebAuthn).', schema: CeremonyOptions },
      errors: ['passkey-refused', 'too-many-requests'],
    },
    async ({ exchange: { request, peerAddress } }) => {
      await countAttempt(deps, 'passkey', peerAddress);
      const { options, headers } = await passkeys.authentication(request.headers);
      return { json: { options }, headers };
    },
  );
}

function signInRoute(deps: HttpDeps): Route {
  const { log, passkeys } = deps;
  return publicRoute(
    {
      ...bare,
      body: CeremonyAnswer,
      method: 'post',
      path: paths.passkeySignIn,
      summary: 'Signs in with what a passkey answered; no second step follows.',
      tag,
      answer: { status: 200, description: 'Signed in.', schema: SignInAnswer },
      errors: ['passkey-refused', 'too-many-requests'],
    },
    async ({ body, exchange: { request, peerAddress } }) => {
      await requireAttemptsLeft(deps, 'passkey', peerAddress);
      try {
        const { user, headers } = await passkeys.signIn(body.answer, request.headers);
        logSecurity(log, 'sign-in', { peerAddress, ...userFields(user), by: 'passkey' });
        return { json: { next: 'done' }, headers };
      } catch (error) {
        await countAttempt(deps, 'passkey', peerAddress);
        logSecurity(log, 'sign-in-failed', { peerAddress, by: 'passkey', code: errorCode(error) });
        throw error;
      }
    },
  );
}
