// What only the operator of the installation does to people, without being one of them.

import { tellNothing } from '../alert/wishes.ts';
import type { OrganizationId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Records } from '../ports/records.ts';
import { join, keysOf, newMember, publishAccess, sitesOfRole } from './members.ts';
import type { Member, Role } from './organization.ts';

/**
 * Makes somebody a member without an invitation. Errors: `conflict` (a member already, too many), `request-invalid`
 * (owners and viewers need a site), `not-found` (the organization, a site).
 */
export async function enrol(
  { records, clock }: { records: Records; clock: Clock },
  user: User,
  place: { organizationId: OrganizationId; role: Role; siteIds: readonly SiteId[] },
): Promise<Member> {
  return records.transaction(async (tx) => {
    const { organizationId, role } = place;
    if ((await tx.organizations.find(organizationId)) === null) throw new VedetteError('not-found');
    const siteIds = await sitesOfRole(tx, { organizationId, reach: 'every-site' }, role, place.siteIds);
    const memberships = await tx.members.ofUser(user.id);
    if (memberships.some((member) => member.organizationId === organizationId)) {
      throw new VedetteError('conflict', `${user.email} is a member of this organization already.`);
    }
    const member = newMember(clock, user, { organizationId, role, siteIds });
    await join(tx, member);
    return member;
  });
}

/**
 * Ends what a person whose account is disabled would go on with: alerts to them, their open invitations, the access
 * keys and image sources they made. They stay a member. Returns how many invitations and keys ended.
 */
export async function suspend(
  { records, events }: { records: Records; events: Events },
  userId: string,
): Promise<{ readonly invitations: number; readonly accessKeys: number }> {
  const ended = await records.transaction(async (tx) => {
    const members = await tx.members.ofUser(userId);
    let [invitations, accessKeys] = [0, 0];
    for (const member of members) {
      await tellNothing(tx, member);
      for (const { id, invitedBy } of await tx.invitations.list(member.organizationId)) {
        if (invitedBy === member.id && (await tx.invitations.take(id))) invitations += 1;
      }
      for (const key of await keysOf(tx, member)) {
        await tx.accessKeys.delete(key.id);
        accessKeys += 1;
      }
      await tx.imageSources.deleteOf(member.id);
    }
    return { members, invitations, accessKeys };
  });
  for (const member of ended.members) publishAccess(events, member, { madeKeys: ended.accessKeys > 0 });
  return { invitations: ended.invitations, accessKeys: ended.accessKeys };
}
