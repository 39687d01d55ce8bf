// Signing in and out, and who one is.

import { VedetteError } from '../../core/errors.ts';
import type { Member } from '../../core/organization/organization.ts';
import { secret } from '../../core/secret.ts';
import { countAccount, countAddress, forgetAccount } from '../attempts.ts';
import { paths } from '../contract/paths.ts';
import { Me, SignInInput } from '../contract/session.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, publicRoute, type Route } from '../route.ts';

const tag = 'session';

/** Signing in and out. */
export function sessionRoutes(deps: HttpDeps): readonly Route[] {
  const { cache, identity } = deps;
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
      async ({ body, exchange: { request, peerAddress } }) => {
        await countAddress(cache, 'sign-in', peerAddress);
        await countAccount(cache, 'sign-in', body.email);
        const credentials = { email: body.email, password: secret(body.password) };
        const { user, headers } = await identity.signIn(credentials, request.headers);
        await forgetAccount(cache, 'sign-in', body.email);
        const [member] = await deps.records.members.ofUser(user.id);
        if (member === undefined) {
          throw new VedetteError('not-allowed', 'Your account belongs to no organization.');
        }
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
      async ({ exchange: { request } }) =>
        new Response(null, { status: 204, headers: await identity.signOut(request.headers) }),
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
