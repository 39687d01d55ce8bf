// Organizations are the tenants; members are the people in them.

import type { EpochMs, MemberId, OrganizationId, SiteId } from '../brand.ts';

export const roles = ['admin', 'manager', 'owner', 'viewer'] as const;
/**
 * `admin` runs the organization; `manager` works for all its sites; `owner` has sites of their own; `viewer` looks at
 * what was shared with them.
 */
export type Role = (typeof roles)[number];

/** Roles that reach every site of their organization, also those made later. */
const rolesOfEverySite: readonly Role[] = ['admin', 'manager'];

/** How much a role stands above others; nobody gives a role above their own, or changes who stands above them. */
const ranks: Readonly<Record<Role, number>> = { admin: 3, manager: 2, owner: 1, viewer: 0 };

/** Whether `role` stands above `other`. */
export function isAbove(role: Role, other: Role): boolean {
  return ranks[role] > ranks[other];
}

/** Most members of one organization: bounds every list that shows them all. */
export const maxMembers = 1000;

/** Whether the role reaches every site, or only those that name the member. */
export function reachesEverySite(role: Role): boolean {
  return rolesOfEverySite.includes(role);
}

/** What an organization asks of its members. */
export interface OrganizationPolicy {
  /** Whoever signed in with a password alone reaches nothing but their own account, to set up a second factor. */
  readonly requireSecondFactor: boolean;
}

/** What a new organization asks for: nothing beyond what the installation does. */
export const openPolicy: OrganizationPolicy = { requireSecondFactor: false };

export interface Organization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly policy: OrganizationPolicy;
}

/** A person in an organization. `userId` is the identity provider's id of the person. */
export interface Member {
  readonly id: MemberId;
  readonly organizationId: OrganizationId;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** E.164, for example +4930123456; null where none is known. */
  readonly phone: string | null;
  readonly role: Role;
  /** The sites that name an owner or viewer; empty for roles that reach every site. */
  readonly siteIds: readonly SiteId[];
  readonly createdAt: EpochMs;
  /** When the member last called; kept to the minute. Null before the first time. */
  readonly lastSeenAt: EpochMs | null;
}
