// An image source is who may send images over Kafka: a secret that signs each record, of one organization and its sites.

import type { EpochMs, ImageSourceId, MemberId, OrganizationId, SiteId } from '../brand.ts';
import type { Secret } from '../secret.ts';

/** Sources of one organization: bounds the list. */
export const maxImageSources = 100;
/** What every secret begins with, so that secret scanners and people know one when they see it. */
export const sourceSecretPrefix = 'vds_';

export interface ImageSource {
  readonly id: ImageSourceId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  /** The sites it may send images of; null is every site. */
  readonly siteIds: readonly SiteId[] | null;
  /** Who made it: it may do no more than they. */
  readonly createdBy: MemberId;
  readonly createdAt: EpochMs;
  /** When the secret was made that counts now. */
  readonly renewedAt: EpochMs;
  /** Kept to the minute. */
  readonly lastUsedAt: EpochMs | null;
  /** Signs records. Shown once, sealed where it is kept. */
  readonly secret: Secret;
}
