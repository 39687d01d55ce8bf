// Changing an organization's name and rules.

import { VedetteError } from '../errors.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import { type Caller, requirePermission } from './access.ts';
import { actor } from './members.ts';
import type { Organization, OrganizationPolicy } from './organization.ts';

/** Changes what is given, leaves the rest. Errors: `not-allowed`, `not-found`. */
export async function changeOrganization(
  { records, events }: { records: Records; events: Events },
  caller: Caller,
  { name, policy }: { name?: string | undefined; policy?: OrganizationPolicy | undefined },
): Promise<Organization> {
  requirePermission(caller, 'manage-organization');
  const { organizationId } = caller;
  const organization = await records.transaction(async (tx) => {
    await actor(tx, caller, 'manage-organization');
    const before = await tx.organizations.find(organizationId);
    if (before === null) throw new VedetteError('not-found');
    const change = { ...(name === undefined ? {} : { name }), ...(policy === undefined ? {} : { policy }) };
    await tx.organizations.update(organizationId, change);
    return { ...before, ...change };
  });
  // A rule may end what streams to members who do not keep it.
  if (policy !== undefined) events.publish({ type: 'access-changed', organizationId, memberId: null });
  return organization;
}
