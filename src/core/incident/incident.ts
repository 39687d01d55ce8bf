// An incident is one intrusion episode at a site.

import type { CameraId, EpochMs, ImageId, IncidentId, MemberId, OrganizationId, SiteId } from '../brand.ts';
import type { ObjectKind } from '../detection/detection.ts';

export const incidentStates = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

export const resolutions = ['intrusion', 'false-alarm', 'test'] as const;
export type Resolution = (typeof resolutions)[number];

export interface Incident {
  readonly id: IncidentId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  /** In the order in which they saw something. */
  readonly cameraIds: readonly CameraId[];
  readonly state: IncidentState;
  readonly resolution: Resolution | null;
  readonly kind: ObjectKind;
  readonly bestScore: number;
  /** When the first frame with the intruder was taken. */
  readonly startAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  /** When the episode was over; null while somebody is still there. */
  readonly endAt: EpochMs | null;
  readonly openedAt: EpochMs;
  readonly snapshotId: ImageId | null;
}

/** One step in the life of an incident. `memberId` is null where the system made it. */
export interface IncidentStep {
  readonly incidentId: IncidentId;
  readonly at: EpochMs;
  readonly action: 'opened' | 'joined' | 'ended' | 'acknowledged' | 'resolved';
  readonly memberId: MemberId | null;
  readonly detail: string;
}
