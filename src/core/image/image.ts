// An image is a still, stored sealed.

import type { CameraId, EpochMs, ImageId, OrganizationId, Sha256, SiteId } from '../brand.ts';
import type { WrappedKey } from '../ports/keys.ts';

export interface Image {
  readonly id: ImageId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly cameraId: CameraId;
  readonly at: EpochMs;
  readonly mediaType: 'image/jpeg';
  readonly blobKey: string;
  /** Size and hash of the stored (sealed) bytes. */
  readonly sizeBytes: number;
  readonly sha256: Sha256;
  readonly wrappedKey: WrappedKey;
}
