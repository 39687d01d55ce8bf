// Changing what a member may do.

import type { MemberId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Events } from '../ports/events.ts';
import type { Records } from '../ports/records.ts';
import { type Caller, owned, requirePermission } from './access.ts';
import { actor, isLastAdmin, keysOf, mustNotStandAbove, publishAccess, sitesOfRole } from './members.ts';
import type { Member, Role } from './organization.ts';

/**
 * Changes role and sites. Nobody changes who stands above them, or gives a role above their own. `siteIds` counts for
 * owners and viewers, who need at least one. Errors: `not-found`, `not-allowed`, `last-admin`, `request-invalid`.
 */
export async function changeMember(
  { records, events }: { records: Records; events: Events },
  caller: Caller,
  input: { memberId: MemberId; role?: Role | undefined; siteIds?: readonly SiteId[] | undefined },
): Promise<Member> {
  requirePermission(caller, 'manage-people');
  const { before, after, madeKeys } = await records.transaction(async (tx) => {
    const self = await actor(tx, caller, 'manage-people');
    const before = owned(await tx.members.find(input.memberId), caller);
    const role = input.role ?? before.role;
    mustNotStandAbove(before.role, self);
    mustNotStandAbove(role, self);
    const siteIds = await sitesOfRole(tx, caller, role, input.siteIds ?? before.siteIds);
    if (role !== 'admin' && (await isLastAdmin(tx, before))) throw new VedetteError('last-admin');
    await tx.members.update(before.id, { role, siteIds });
    const madeKeys = (await keysOf(tx, before)).length > 0;
    return { before, after: { ...before, role, siteIds }, madeKeys };
  });
  if (after.role !== before.role || !sameSites(after, before)) {
    publishAccess(events, after, { madeKeys });
  }
  return after;
}

function sameSites(a: Member, b: Member): boolean {
  return a.siteIds.length === b.siteIds.length && a.siteIds.every((id) => b.siteIds.includes(id));
}
