// Before anybody signed in: what this is, and the first administrator.

import { errorCode, VedetteError } from '../../core/errors.ts';
import { orWithoutCache } from '../../core/guarded.ts';
import { actor, logSecurity } from '../../core/organization/security-log.ts';
import { planSetUp, setUp, setupRequired } from '../../core/organization/set-up.ts';
import type { User } from '../../core/ports/identity.ts';
import { type Secret, secret } from '../../core/secret.ts';
import { countAttempt } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { SetupAnswer, SetupInput, SetupLinkInput, Welcome } from '../contract/session.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { bare, publicRoute, type Route } from '../route.ts';

const tag = 'setup';
const setupClaimKey = 'setup-claim';
// Longer than hashing a password and one transaction take on the slowest machine.
const setupClaimMs = 30_000;

/** What is asked before anybody has signed in. */
export function welcomeRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [welcomeRoute(deps, settings), ...setupRoutes(deps)];
}

function welcomeRoute(deps: HttpDeps, { version, signUpOpen }: HttpSettings): Route {
  return publicRoute(
    {
      ...bare,
      method: 'get',
      path: paths.welcome,
      summary: 'What this server is, whether somebody must set it up, and how people sign in.',
      tag,
      answer: { status: 200, description: 'The server.', schema: Welcome },
    },
    async () => ({
      json: {
        product: 'Vedette',
        version,
        setupRequired: await setupRequired(deps),
        signUpOpen,
        sendsMail: deps.mailer !== null,
        hasSingleSignOn: await deps.records.providers.any(),
      },
    }),
  );
}

function setupRoutes(deps: HttpDeps): readonly Route[] {
  return [
    publicRoute(
      {
        ...bare,
        body: SetupLinkInput,
        method: 'post',
        path: paths.setupLink,
        summary: 'Says whether a setup link fits, before somebody fills in forms for nothing.',
        tag,
        answer: { status: 204, description: 'It fits.' },
        errors: ['setup-link-invalid', 'setup-done', 'too-many-requests'],
      },
      async ({ body, exchange }) => {
        await checkLink(deps, body.token, exchange.peerAddress);
        return null;
      },
    ),
    publicRoute(
      {
        ...bare,
        body: SetupInput,
        method: 'post',
        path: paths.setup,
        hashesPassword: true,
        summary: 'Makes the first administrator with their organization, site and camera, and signs in.',
        tag,
        answer: {
          status: 201,
          description: 'Done; the cookie is the session, if there is one.',
          schema: SetupAnswer,
        },
        errors: ['setup-link-invalid', 'setup-done', 'source-refused', 'conflict', 'too-many-requests'],
      },
      ({ body, exchange }) => setUpAndSignIn(deps, body, exchange),
    ),
  ];
}

/** Errors: `setup-link-invalid`, `setup-done`, `too-many-requests`. */
async function checkLink(deps: HttpDeps, token: string, peerAddress: string): Promise<void> {
  await countAttempt(deps, 'setup', peerAddress);
  const isDone = !(await setupRequired(deps));
  if (!isDone && deps.setup.checkToken(token)) return;
  const refusal = new VedetteError(isDone ? 'setup-done' : 'setup-link-invalid');
  logSecurity(deps.log, 'setup-refused', { peerAddress, code: refusal.code });
  throw refusal;
}

async function setUpAndSignIn(
  deps: HttpDeps,
  body: SetupInput,
  { request, peerAddress }: { request: Request; peerAddress: string },
): Promise<{ json: SetupAnswer; headers: Headers }> {
  const { cache, identity, log } = deps;
  await checkLink(deps, body.token, peerAddress);
  const plan = planSetUp(deps, body);
  if (!(await cache.setIfAbsent(setupClaimKey, new Uint8Array(1), setupClaimMs))) {
    throw new VedetteError('conflict', 'Somebody is setting this up right now. Try again in half a minute.');
  }
  try {
    const { name, email } = body;
    // Who has the setup link is the operator: nobody else set up ways into this account.
    const person = { name, email, password: secret(body.password), isMailboxProven: true };
    const user = await accountOf(deps, person, request.headers);
    const member = await setUp(deps, plan, user);
    logSecurity(log, 'setup-done', { peerAddress, ...actor(member) });
    // From here on the link is used up: a cache that is away must not make a failure of what was done.
    const signedIn = await orWithoutCache(() => identity.signIn(person, request.headers), null);
    if (signedIn === null) return { json: { next: 'sign-in' }, headers: new Headers() };
    return { json: { next: 'done' }, headers: signedIn.headers };
  } finally {
    // It expires by itself, too.
    await orWithoutCache(() => cache.delete(setupClaimKey), undefined);
  }
}

/** A new account, or the one that an interrupted setup left behind, for who knows its password. */
export async function accountOf(
  { accounts, identity }: Pick<HttpDeps, 'accounts' | 'identity'>,
  person: { name: string; email: string; password: Secret; isMailboxProven?: boolean },
  headers: Headers,
): Promise<User> {
  try {
    return await accounts.create(person);
  } catch (error) {
    if (errorCode(error) !== 'conflict') throw error;
    const left = await identity.signIn(person, headers).catch((cause: unknown) => {
      if (errorCode(cause) === 'credentials-wrong') return null;
      throw cause;
    });
    if (left?.kind !== 'signed-in') throw error;
    return left.user;
  }
}
