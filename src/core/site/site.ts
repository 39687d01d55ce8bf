// A site is a place that is armed and disarmed as a whole.

import type { EpochMs, MemberId, OrganizationId, SiteId } from '../brand.ts';

export const armings = ['disarmed', 'armed-home', 'armed-away'] as const;
export type Arming = (typeof armings)[number];

export interface Site {
  readonly id: SiteId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  /** IANA time zone name, for display only; everything stored is UTC. */
  readonly timeZone: string;
  readonly arming: Arming;
  readonly armingChangedAt: EpochMs;
  readonly createdAt: EpochMs;
}

/** One change of a site's arming; `memberId` is null when no person made it. */
export interface ArmingChange {
  readonly siteId: SiteId;
  readonly arming: Arming;
  readonly at: EpochMs;
  readonly memberId: MemberId | null;
}
