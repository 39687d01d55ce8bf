// Before anybody signed in: what this is, and the first administrator.

import { VedetteError } from '../../core/errors.ts';
import { planSetUp, setUp, setupRequired } from '../../core/organization/set-up.ts';
import type { User } from '../../core/ports/identity.ts';
import { secret } from '../../core/secret.ts';
import { countAddress } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { Me, SetupInput, Welcome } from '../contract/session.ts';
import type { HttpDeps, HttpSettings } from '../dependencies.ts';
import { bare, publicRoute, type Route } from '../route.ts';
import { meOf } from './session.ts';

const tag = 'setup';
const setupClaimKey = 'setup-claim';
// Longer than hashing a password and one transaction take on the slowest machine.
const setupClaimMs = 30_000;

/** What is asked before anybody has signed in. */
export function welcomeRoutes(deps: HttpDeps, settings: HttpSettings): readonly Route[] {
  return [
    publicRoute(
      {
        ...bare,
        method: 'get',
        path: paths.welcome,
        summary: 'What this server is, and whether somebody must set it up.',
        tag,
        answer: { status: 200, description: 'The server.', schema: Welcome },
      },
      async () => ({
        json: {
          product: 'Vedette',
          version: settings.version,
          setupRequired: await setupRequired(deps),
        },
      }),
    ),
    publicRoute(
      {
        ...bare,
        body: SetupInput,
        method: 'post',
        path: paths.setup,
        summary: 'Makes the first administrator with their organization, site and camera, and signs in.',
        tag,
        answer: { status: 201, description: 'Done; the cookie is the session.', schema: Me },
        errors: ['setup-link-invalid', 'setup-done', 'conflict', 'too-many-requests'],
      },
      ({ body, exchange }) => setUpAndSignIn(deps, body, exchange),
    ),
  ];
}

async function setUpAndSignIn(
  deps: HttpDeps,
  body: typeof SetupInput._output,
  { request, peerAddress }: { request: Request; peerAddress: string },
): Promise<{ json: Me; headers: Headers }> {
  const { cache, clock, identity, setup } = deps;
  await countAddress(cache, 'setup', peerAddress);
  if (!(await setupRequired(deps))) throw new VedetteError('setup-done');
  if (!setup.checkToken(body.token)) throw new VedetteError('setup-link-invalid');
  const plan = planSetUp(clock, body);
  if (!(await cache.setIfAbsent(setupClaimKey, new Uint8Array(1), setupClaimMs))) {
    throw new VedetteError('conflict', 'Somebody is setting this up right now. Try again in half a minute.');
  }
  try {
    const person = { name: body.name, email: body.email, password: secret(body.password) };
    const user = await accountOf(deps, person, request.headers);
    const member = await setUp(deps, plan, user);
    const { headers } = await identity.signIn(person, request.headers);
    return { json: await meOf(deps, member), headers };
  } finally {
    await cache.delete(setupClaimKey);
  }
}

/** A new account, or the one that an interrupted setup left behind, for who knows its password. */
async function accountOf(
  { identity }: HttpDeps,
  person: Parameters<HttpDeps['identity']['createUser']>[0],
  headers: Headers,
): Promise<User> {
  try {
    return await identity.createUser(person);
  } catch (error) {
    if (!(error instanceof VedetteError && error.code === 'conflict')) throw error;
    try {
      return (await identity.signIn(person, headers)).user;
    } catch {
      throw error;
    }
  }
}
