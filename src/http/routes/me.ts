// Who one is, and which organization the session is about.

import { branded, type OrganizationId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { callerOf, needsSecondFactor, organizationsOf } from '../../core/organization/callers.ts';
import { logSecurity } from '../../core/organization/security-log.ts';
import { paths } from '../contract/paths.ts';
import { Me, OrganizationChoice } from '../contract/session.ts';
import type { HttpDeps } from '../dependencies.ts';
import { proofMs } from '../limits.ts';
import { ownRoute, userFields } from '../own-account.ts';
import { bare, type Route, type SignedIn, selfRoute } from '../route.ts';

const tag = 'session';

/** Who is signed in, and as what. */
export function meRoutes(deps: HttpDeps): readonly Route[] {
  return [
    selfRoute(
      {
        ...bare,
        method: 'get',
        path: paths.me,
        summary: 'Who is signed in, and what they may do.',
        tag,
        answer: { status: 200, description: 'The member.', schema: Me },
      },
      async ({ signedIn }) => ({ json: await meOf(deps, signedIn) }),
    ),
    ownRoute(
      {
        ...bare,
        body: OrganizationChoice,
        method: 'put',
        path: paths.sessionOrganization,
        summary: 'Turns the session to another organization that the person belongs to.',
        tag,
        answer: { status: 204, description: 'Done.' },
        errors: ['not-found'],
      },
      async ({ body, signedIn: { user, session }, exchange: { peerAddress } }) => {
        const organizationId = branded<OrganizationId>(body.organizationId);
        const known = await organizationsOf(deps, user, session);
        if (!known.some(({ organization }) => organization.id === organizationId)) {
          throw new VedetteError('not-found');
        }
        await deps.identity.choose(session.id, organizationId);
        logSecurity(deps.log, 'organization-chosen', { peerAddress, ...userFields(user), organizationId });
        return null;
      },
    ),
  ];
}

async function meOf(deps: HttpDeps, { user, session }: SignedIn): Promise<Me> {
  const caller = await callerOf(deps, user, session);
  const organizations = await organizationsOf(deps, user, session);
  const own = organizations.find(({ organization }) => organization.id === caller?.organizationId);
  const member = caller?.member ?? null;
  if (caller === null || member === null || own === undefined) {
    throw new VedetteError(
      'not-allowed',
      'Your account belongs to no organization. Ask an admin to add you.',
    );
  }
  return {
    userId: user.id,
    memberId: member.id,
    name: member.name,
    email: member.email,
    role: member.role,
    permissions: [...caller.permissions],
    siteIds: caller.reach === 'every-site' ? null : [...caller.reach],
    organization: { id: own.organization.id, name: own.organization.name },
    organizations: organizations.map(({ organization: { id, name }, role }) => ({ id, name, role })),
    provenUntil: session.provenAt + proofMs,
    needsSecondFactor: needsSecondFactor(own.organization, session),
  };
}
