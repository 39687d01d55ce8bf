// Signing in and out, and who one is.

import { errorCode, VedetteError } from '../../core/errors.ts';
import type { Member } from '../../core/organization/organization.ts';
import { actor, logSecurity, shortEmail } from '../../core/organization/security-log.ts';
import { secret } from '../../core/secret.ts';
import { countAccountAttempt, forgetAccount } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { Me, SignInInput } from '../contract/session.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, type Exchange, memberRoute, publicRoute, type Route } from '../route.ts';

const tag = 'session';

/** Signing in and out. */
export function sessionRoutes(deps: HttpDeps): readonly Route[] {
  const { identity, log } = deps;
  return [
    publicRoute(
      {
        ...bare,
        body: SignInInput,
        method: 'post',
        path: paths.session,
        summary: 'Signs in; the cookie in the answer is the session.',
        tag,
        answer: { status: 200, description: 'Who signed in.', schema: Me },
        errors: ['credentials-wrong', 'not-allowed', 'too-many-requests'],
      },
      async ({ body, exchange }) => {
        const { member, headers } = await signIn(deps, body, exchange);
        return { json: await meOf(deps, member), headers };
      },
    ),
    publicRoute(
      {
        ...bare,
        method: 'delete',
        path: paths.session,
        summary: 'Signs out: the session ends, whoever holds its cookie.',
        tag,
        answer: { status: 204, description: 'Signed out.' },
      },
      async ({ exchange: { request, peerAddress } }) => {
        const user = await identity.user(request.headers);
        const headers = await identity.signOut(request.headers);
        if (user !== null) logSecurity(log, 'sign-out', { peerAddress, email: shortEmail(user.email) });
        return new Response(null, { status: 204, headers });
      },
    ),
    memberRoute(
      'view',
      {
        ...bare,
        method: 'get',
        path: paths.me,
        summary: 'Who is signed in.',
        tag,
        answer: { status: 200, description: 'The member.', schema: Me },
      },
      async ({ caller }) => ({ json: await meOf(deps, caller) }),
    ),
  ];
}

async function signIn(
  deps: HttpDeps,
  { email, password }: SignInInput,
  { request, peerAddress }: Exchange,
): Promise<{ member: Member; headers: Headers }> {
  const { cache, identity, log, records } = deps;
  await countAccountAttempt(deps, 'sign-in', { account: email, peerAddress });
  try {
    const { user, headers } = await identity.signIn({ email, password: secret(password) }, request.headers);
    await forgetAccount(cache, 'sign-in', email);
    const [member] = await records.members.ofUser(user.id);
    if (member === undefined) {
      throw new VedetteError('not-allowed', 'Your account belongs to no organization.');
    }
    logSecurity(log, 'sign-in', { peerAddress, ...actor(member) });
    return { member, headers };
  } catch (error) {
    logSecurity(log, 'sign-in-failed', { peerAddress, email: shortEmail(email), code: errorCode(error) });
    throw error;
  }
}

/** The member with their organization. */
export async function meOf({ records }: Pick<HttpDeps, 'records'>, member: Member): Promise<Me> {
  const organization = await records.organizations.find(member.organizationId);
  if (organization === null) throw new VedetteError('not-found');
  return {
    userId: member.userId,
    memberId: member.id,
    name: member.name,
    email: member.email,
    role: member.role,
    organization: { id: organization.id, name: organization.name },
  };
}
