// The organization: its name and its rules.

import { VedetteError } from '../../core/errors.ts';
import { changeOrganization } from '../../core/organization/change-organization.ts';
import { callerFields, logSecurity } from '../../core/organization/security-log.ts';
import { Organization, OrganizationChange } from '../contract/organization.ts';
import { paths } from '../contract/paths.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'organization';
const answer = { status: 200, description: 'The organization.', schema: Organization } as const;

/** The caller's organization. */
export function organizationRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'view',
      {
        ...bare,
        method: 'get',
        path: paths.organization,
        summary: 'The organization that the session is about.',
        tag,
        answer,
      },
      async ({ caller }) => {
        const organization = await deps.records.organizations.find(caller.organizationId);
        if (organization === null) throw new VedetteError('not-found');
        return { json: organization };
      },
    ),
    memberRoute(
      'manage-organization',
      {
        ...bare,
        body: OrganizationChange,
        method: 'patch',
        path: paths.organization,
        summary: 'Changes its name or its rules.',
        tag,
        asksProof: true,
        answer,
        errors: ['second-factor-required'],
      },
      async ({ caller, body: { name, policy }, exchange: { peerAddress } }) => {
        if (policy?.requireSecondFactor === true && caller.session?.isStrong === false) {
          throw new VedetteError(
            'second-factor-required',
            'Set up a second factor for yourself first: the rule would lock you out at once.',
          );
        }
        const changed = await changeOrganization(deps, caller, { name, policy });
        const fields = { peerAddress, ...callerFields(caller), policy: changed.policy };
        logSecurity(deps.log, 'organization-changed', fields);
        return { json: changed };
      },
    ),
  ];
}
