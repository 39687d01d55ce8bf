// Records of outgoing events: committed with the changes they speak of, apart from the outbox, so that no alert waits
// behind them.

import type { CameraId, EpochMs, OrganizationId } from '../brand.ts';
import type { OutgoingEvent } from '../outgoing/event.ts';

/** What was dropped unsent of one organization. */
export interface LostEvents {
  readonly organizationId: OrganizationId;
  readonly count: number;
  /** When the first and the last of them happened. */
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface OutgoingEventRecords {
  /** In this order behind those there are; listeners of the outbox are called after the commit. */
  add(events: readonly OutgoingEvent[]): Promise<void>;
  /** In the order in which they were added; without those of `except`. */
  list(limit: number, except?: readonly OrganizationId[]): Promise<readonly OutgoingEvent[]>;
  /** Ids that are not there are passed over. */
  remove(ids: readonly string[]): Promise<void>;
  /** Drops those that happened before `before`, and all but about the newest `keep`; says what was lost. */
  drop(bounds: { readonly before: EpochMs; readonly keep: number }): Promise<readonly LostEvents[]>;
}

/** What was last told of each camera, so that a restart tells nothing again. */
export interface ToldCameraRecords {
  /** Of every organization. */
  list(): Promise<ReadonlyMap<CameraId, boolean>>;
  /** Whether this was not told last. */
  put(cameraId: CameraId, isOnline: boolean): Promise<boolean>;
  /** The camera is gone. */
  forget(cameraId: CameraId): Promise<void>;
}

export interface OutgoingTables {
  readonly outgoingEvents: OutgoingEventRecords;
  readonly toldCameras: ToldCameraRecords;
}
