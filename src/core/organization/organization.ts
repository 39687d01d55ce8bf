// Organizations are the tenants; members are the people in them.

import type { EpochMs, MemberId, OrganizationId } from '../brand.ts';

export const roles = ['admin', 'manager', 'owner', 'viewer'] as const;
export type Role = (typeof roles)[number];

export interface Organization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly createdAt: EpochMs;
}

/** A person in an organization. `userId` is the identity provider's id of the person. */
export interface Member {
  readonly id: MemberId;
  readonly organizationId: OrganizationId;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: EpochMs;
}
