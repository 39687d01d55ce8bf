// Signing in and out with a password, and the second step.

import { errorCode } from '../../core/errors.ts';
import { logSecurity, shortEmail } from '../../core/organization/security-log.ts';
import type { SignInResult } from '../../core/ports/identity.ts';
import { secret } from '../../core/secret.ts';
import { countAccountAttempt, countAttempt, forgetAccount } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { SecondStepInput, SignedOut, SignInAnswer, SignInInput } from '../contract/session.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { userFields } from '../own-account.ts';
import { bare, type Exchange, publicRoute, type Route, type SignedIn } from '../route.ts';

const tag = 'session';

/** Signing in and out. */
export function sessionRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [signInRoute(deps), secondStepRoute(deps), signOutRoute(deps, settings)];
}

function signInRoute(deps: HttpDeps): Route {
  return publicRoute(
    {
      ...bare,
      body: SignInInput,
      method: 'post',
      path: paths.session,
      hashesPassword: true,
      summary:
        'Signs in with a password; the cookie in the answer is the session, or leads to the second step.',
      tag,
      answer: { status: 200, description: 'Whether a second step is needed.', schema: SignInAnswer },
      errors: ['credentials-wrong', 'too-many-requests'],
    },
    async ({ body, exchange }) => {
      const result = await signIn(deps, body, exchange);
      const next = result.kind === 'signed-in' ? 'done' : 'second-step';
      return { json: { next }, headers: result.headers };
    },
  );
}

function secondStepRoute(deps: HttpDeps): Route {
  const { identity, log } = deps;
  return publicRoute(
    {
      ...bare,
      body: SecondStepInput,
      method: 'post',
      path: paths.secondStep,
      summary: 'Signs in with the code of a second factor, within five minutes of the password.',
      tag,
      answer: { status: 200, description: 'Signed in.', schema: SignInAnswer },
      errors: ['code-wrong', 'not-signed-in', 'too-many-requests'],
    },
    async ({ body: { code }, exchange: { request, peerAddress } }) => {
      // Tries at one account are counted where the codes are: only there it is known whose they are.
      await countAttempt(deps, 'second-step', peerAddress);
      try {
        const { user, headers } = await identity.secondStep(code, request.headers);
        logSecurity(log, 'sign-in', { peerAddress, ...userFields(user), by: 'second-step' });
        return { json: { next: 'done' }, headers };
      } catch (error) {
        logSecurity(log, 'sign-in-failed', { peerAddress, by: 'second-step', code: errorCode(error) });
        throw error;
      }
    },
  );
}

function signOutRoute(deps: HttpDeps, { publicUrl }: HttpSettings): Route {
  const { identity, log } = deps;
  return publicRoute(
    {
      ...bare,
      method: 'delete',
      path: paths.session,
      summary: 'Signs out: the session ends, whoever holds its cookie.',
      tag,
      answer: {
        status: 200,
        description: 'Signed out here; where to go to sign out at the provider as well.',
        schema: SignedOut,
      },
    },
    async ({ exchange: { request, peerAddress } }) => {
      const found = await identity.session(request.headers);
      const headers = await identity.signOut(request.headers);
      if (found === null) return { json: { endSessionUrl: null }, headers };
      logSecurity(log, 'sign-out', { peerAddress, ...userFields(found.user) });
      return { json: { endSessionUrl: await endOfSession(deps, found, publicUrl) }, headers };
    },
  );
}

async function signIn(
  deps: HttpDeps,
  { email, password }: SignInInput,
  { request, peerAddress }: Exchange,
): Promise<SignInResult> {
  const { cache, identity, log } = deps;
  const attempt = { account: email, peerAddress };
  await countAccountAttempt(deps, 'sign-in', attempt);
  try {
    const result = await identity.signIn({ email, password: secret(password) }, request.headers);
    await forgetAccount(cache, 'sign-in', attempt);
    if (result.kind === 'signed-in') {
      logSecurity(log, 'sign-in', { peerAddress, ...userFields(result.user), by: 'password' });
    }
    return result;
  } catch (error) {
    logSecurity(log, 'sign-in-failed', { peerAddress, email: shortEmail(email), code: errorCode(error) });
    throw error;
  }
}

/** Null where the session came from no provider, or that one has no such address; signing out here never fails by it. */
async function endOfSession(
  { log, records, singleSignOn }: HttpDeps,
  { session: { providerId } }: SignedIn,
  publicUrl: string,
): Promise<string | null> {
  if (providerId === null) return null;
  try {
    const provider = await records.providers.find(providerId);
    return provider === null
      ? null
      : await singleSignOn.endSessionUrl(provider, { returnTo: `${publicUrl}/` });
  } catch (error) {
    log.warn('Where to sign out at a provider could not be found out', { providerId, error });
    return null;
  }
}
