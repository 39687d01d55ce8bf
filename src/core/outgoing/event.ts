// An outgoing event is what integrators are told of something that happened: written with the change it speaks of.

import type { CameraId, EpochMs, OrganizationId, OutgoingEventId, SiteId } from '../brand.ts';

/**
 * Every type there is. What a type means never changes: another meaning is another version. The reference documents each,
 * and a test sees to it.
 */
export const outgoingTypes = [
  'vedette.incident.opened.v1',
  'vedette.incident.changed.v1',
  'vedette.incident.acknowledged.v1',
  'vedette.incident.resolved.v1',
  'vedette.incident.reopened.v1',
  'vedette.image.stored.v1',
  'vedette.image.quarantined.v1',
  'vedette.image.detected.v1',
  'vedette.image.destroyed.v1',
  'vedette.arming.changed.v1',
  'vedette.camera.online.v1',
  'vedette.camera.offline.v1',
  'vedette.alarm.changed.v1',
  'vedette.events.lost.v1',
] as const;
export type OutgoingType = (typeof outgoingTypes)[number];

export interface OutgoingEvent {
  /** The same however often it is sent: consumers drop repeats by it. */
  readonly id: OutgoingEventId;
  readonly type: OutgoingType;
  readonly organizationId: OrganizationId;
  /** Null: it concerns the organization. */
  readonly siteId: SiteId | null;
  readonly cameraId: CameraId | null;
  /** The id of what it speaks of. */
  readonly subject: string;
  readonly at: EpochMs;
  /** JSON, in the shape that the wire contract has for the type. */
  readonly data: string;
}

/** What waits for longer is dropped: Kafka keeps events for as long, and who was away longer reads the API. In ms. */
export const keepWaitingMs = 7 * 86_400_000;
/** Most that wait; more are dropped, the oldest first. At 1 KiB each they fill a gigabyte of the database. */
export const maxWaiting = 1_000_000;
