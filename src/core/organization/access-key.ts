// An access key is how a machine calls: it belongs to an organization and can do what it was given, until it expires.

import type { AccessKeyId, EpochMs, MemberId, OrganizationId, Sha256, SiteId } from '../brand.ts';
import type { Permission } from './permission.ts';

/**
 * What a machine can be given. People, rules, keys and evidence are for people, who can prove again who they are.
 */
export const machinePermissions = [
  'view',
  'view-live',
  'view-footage',
  'export',
  'arm',
  'manage-sites',
  'manage-cameras',
  'report-sensors',
  'push-images',
  'manage-channels',
  'read-ledger',
] as const satisfies readonly Permission[];
export type MachinePermission = (typeof machinePermissions)[number];

/** A key without an end is a key that is forgotten: a year at most. */
export const maxAccessKeyLifeMs = 366 * 86_400_000;

export interface AccessKey {
  readonly id: AccessKeyId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly permissions: readonly MachinePermission[];
  /** The sites it reaches; null is every site. */
  readonly siteIds: readonly SiteId[] | null;
  readonly createdBy: MemberId;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Kept to the minute. */
  readonly lastUsedAt: EpochMs | null;
  /** The first characters, by which people tell keys apart: `vdt_` and six more. */
  readonly start: string;
  /** Of the key itself, which was shown once: 256 random bits, so a plain hash is enough. */
  readonly sha256: Sha256;
}
