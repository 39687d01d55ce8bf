// Membership: what makes a member, what a role needs, and who may change whom.

import type { MemberId, OrganizationId, SiteId } from '../brand.ts';
import { VedetteError } from '../errors.ts';
import { newId } from '../identifiers.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { User } from '../ports/identity.ts';
import type { Tables } from '../ports/records.ts';
import { allows, type Caller, person, reaches, type Scope } from './access.ts';
import type { AccessKey } from './access-key.ts';
import { isAbove, type Member, maxMembers, type Role, reachesEverySite } from './organization.ts';
import type { Permission } from './permission.ts';

/** A member who is not stored yet. What they are told until they say otherwise: see `defaultPreferences`. */
export function newMember(
  clock: Clock,
  user: User,
  place: { organizationId: OrganizationId; role: Role; siteIds: readonly SiteId[] },
): Member {
  return {
    id: newId<MemberId>(clock),
    organizationId: place.organizationId,
    userId: user.id,
    name: user.name,
    email: user.email,
    phone: null,
    role: place.role,
    siteIds: place.siteIds,
    createdAt: clock.now(),
    lastSeenAt: null,
  };
}

/** Stores a new member. Errors: `conflict` (too many, or a member already). */
export async function join(tx: Tables, member: Member): Promise<void> {
  if ((await tx.members.list(member.organizationId)).length >= maxMembers) {
    throw new VedetteError('conflict', `An organization has at most ${maxMembers} members.`);
  }
  await tx.members.insert(member);
}

/**
 * The member who acts, as they are now: whoever was demoted or removed since the request began no longer acts.
 * Errors: `not-allowed`.
 */
export async function actor(tx: Tables, caller: Caller, permission: Permission): Promise<Member> {
  const { id } = person(caller);
  const member = await tx.members.find(id);
  if (member !== null && allows(member.role, permission)) return member;
  throw new VedetteError('not-allowed', 'Your role does not allow this. Ask an admin.');
}

/** Nobody gives, takes or changes a role above their own. Errors: `not-allowed`. */
export function mustNotStandAbove(role: Role, { role: own }: Pick<Member, 'role'>): void {
  if (!isAbove(role, own)) return;
  throw new VedetteError('not-allowed', `Your role (${own}) cannot decide about the role ${role}.`);
}

/**
 * The sites of a member with this role: none where the role reaches every site; else at least one, each of the
 * caller's. Errors: `request-invalid` (none), `not-found` (a site of others).
 */
export async function sitesOfRole(
  tx: Tables,
  scope: Scope,
  role: Role,
  siteIds: readonly SiteId[],
): Promise<readonly SiteId[]> {
  if (reachesEverySite(role)) return [];
  const wanted = [...new Set(siteIds)];
  if (wanted.length === 0) {
    const sentence = `Choose the sites of the ${role}.`;
    throw new VedetteError('request-invalid', sentence, { fields: { siteIds: sentence } });
  }
  await mustReach(tx, scope, wanted);
  return wanted;
}

/** Errors: `not-found` where one of the sites is not the caller's. */
export async function mustReach(tx: Tables, scope: Scope, siteIds: readonly SiteId[]): Promise<void> {
  const known = new Set((await tx.sites.list(scope.organizationId)).map(({ id }) => id));
  if (siteIds.every((id) => known.has(id) && reaches(scope, id))) return;
  throw new VedetteError('not-found', 'One of the sites does not exist.');
}

/** Whether nobody else is admin in the organization. Reads all members: ask inside the transaction that changes one. */
export async function isLastAdmin(tx: Tables, member: Member): Promise<boolean> {
  if (member.role !== 'admin') return false;
  const members = await tx.members.list(member.organizationId);
  return !members.some(({ id, role }) => role === 'admin' && id !== member.id);
}

/** The access keys that a member made: they can do no more than the member. */
export async function keysOf(tx: Tables, { organizationId, id }: Member): Promise<readonly AccessKey[]> {
  return (await tx.accessKeys.list(organizationId)).filter(({ createdBy }) => createdBy === id);
}

/** Ends what streams to the member; to everybody where machines of theirs may be among them. */
export function publishAccess(
  events: Events,
  { organizationId, id }: Member,
  { madeKeys }: { madeKeys: boolean },
): void {
  events.publish({ type: 'access-changed', organizationId, memberId: id });
  if (madeKeys) events.publish({ type: 'access-changed', organizationId, memberId: null });
}
