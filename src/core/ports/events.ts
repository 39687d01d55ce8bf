// Live events: what just happened, for whoever watches. At most once: the records are the truth.

import type { CameraId, IncidentId, MemberId, OrganizationId, SiteId, TrackId } from '../brand.ts';
import type { ObjectKind } from '../detection/detection.ts';
import type { CameraStatus } from '../site/camera.ts';

export type LiveEvent = { readonly organizationId: OrganizationId } & (
  | { readonly type: 'camera-status'; readonly status: CameraStatus }
  /** A camera was added, changed or removed. */
  | { readonly type: 'camera-changed'; readonly cameraId: CameraId; readonly siteId: SiteId }
  | { readonly type: 'site-changed'; readonly siteId: SiteId }
  /** New footage, a gap or a track on the time line of this camera. */
  | { readonly type: 'timeline-grew'; readonly cameraId: CameraId }
  | { readonly type: 'incident-changed'; readonly incidentId: IncidentId; readonly siteId: SiteId }
  /** Something is before a camera (said again every few seconds while it is), or left. Not for pages: they read tracks. */
  | {
      readonly type: 'presence';
      readonly cameraId: CameraId;
      readonly siteId: SiteId;
      readonly trackId: TrackId;
      readonly kind: ObjectKind;
      readonly isThere: boolean;
    }
  /** What this camera shows should leave it at once: whoever records it seals. Not for pages. */
  | { readonly type: 'cut-asked'; readonly cameraId: CameraId }
  /**
   * What a member may do has changed, or the member is gone: what streams to them ends, and asks anew whether it may.
   * Null: of everybody and every machine in the organization.
   */
  | { readonly type: 'access-changed'; readonly memberId: MemberId | null }
);

export interface Events {
  publish(event: LiveEvent): void;
  /** Calls `listener` for every event from now on, until the returned function is called. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}
