// Suppressions: what stands in its place and was judged false before is no reason to alarm again.

import type {
  CameraId,
  EpochMs,
  IncidentId,
  MemberId,
  OrganizationId,
  SiteId,
  SuppressionId,
} from '../brand.ts';
import { overlap } from './box.ts';
import type { Box, ObjectKind } from './detection.ts';
import type { TrackedObject } from './tracker.ts';

/** Something that looks like an object and stands where it always stands: a coat, a poster, a statue. */
export interface Suppression {
  readonly id: SuppressionId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly cameraId: CameraId;
  readonly kind: ObjectKind;
  readonly box: Box;
  readonly createdAt: EpochMs;
  readonly by: MemberId;
  /** The incident that it was judged in. */
  readonly incidentId: IncidentId;
}

/** A camera with more false persons than these needs another place, or a zone. */
export const maxSuppressions = 50;
/** What shares less than this with the place of a suppression is not, or no more, what stands there. */
const samePlace = 0.5;

/**
 * Whether the object is something suppressed: of its kind, in its place since it was first seen, and there in every look
 * until now. Who comes from elsewhere, or once leaves, is somebody.
 */
export function isSuppressed(
  { kind, firstBox, leastOverlap, box }: TrackedObject,
  suppressions: readonly Pick<Suppression, 'kind' | 'box'>[],
): boolean {
  if (leastOverlap < samePlace) return false;
  return suppressions.some(
    (suppression) =>
      suppression.kind === kind &&
      overlap(suppression.box, firstBox) >= samePlace &&
      overlap(suppression.box, box) >= samePlace,
  );
}
