// An invitation lets one person join an organization, once, until it expires.

import type { EpochMs, InvitationId, MemberId, OrganizationId, Sha256, SiteId } from '../brand.ts';
import type { Role } from './organization.ts';

/** A week: long enough for a holiday weekend, short enough that a forgotten mail is worth nothing. */
export const invitationLifeMs = 7 * 86_400_000;

export interface Invitation {
  readonly id: InvitationId;
  readonly organizationId: OrganizationId;
  /** Who is meant, in lower case; nobody else can accept. */
  readonly email: string;
  readonly role: Role;
  readonly siteIds: readonly SiteId[];
  readonly invitedBy: MemberId;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Of the token in the link, which is kept nowhere. */
  readonly tokenSha256: Sha256;
}
