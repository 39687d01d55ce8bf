// Records of pushed images: rows written in batches, read by camera and time.

import type {
  CameraId,
  EpochMs,
  ImageId,
  ImageSourceId,
  IncidentId,
  MemberId,
  OrganizationId,
  SiteId,
} from '../brand.ts';
import type { Detection } from '../detection/detection.ts';
import type { ImageSource } from '../image/image-source.ts';
import type { LookState, PushedImage } from '../image/pushed-image.ts';
import type { Span } from './records.ts';

/** Images in one list at most: a day with one every 20 s. */
export const maxListedImages = 5_000;

export interface ImageSourceRecords {
  /** Seals the secret ahead of a transaction that inserts or renews: that one must not wait for keys. */
  seal(source: ImageSource): Promise<void>;
  insert(source: ImageSource): Promise<void>;
  find(id: ImageSourceId): Promise<ImageSource | null>;
  /** Oldest first. */
  list(organizationId: OrganizationId): Promise<readonly ImageSource[]>;
  count(organizationId: OrganizationId): Promise<number>;
  /** Replaces the secret, and when it was made. Errors: `not-found`. */
  renew(source: ImageSource): Promise<void>;
  /** Errors: `not-found`. */
  used(id: ImageSourceId, at: EpochMs): Promise<void>;
  delete(id: ImageSourceId): Promise<void>;
  /** All that this member made. */
  deleteOf(memberId: MemberId): Promise<void>;
}

export interface PushedImageRecords {
  /**
   * Inserts those whose ids are not there yet, and takes their objects off the garbage, in one step. Returns the ids that
   * it inserted: the objects of the others stay garbage.
   */
  insertNew(images: readonly PushedImage[]): Promise<readonly ImageId[]>;
  find(id: ImageId): Promise<PushedImage | null>;
  /** Stored ones of a camera, by the time they were taken; at most `limit`, the newest. */
  list(cameraId: CameraId, span: Span, limit: number): Promise<readonly PushedImage[]>;
  /** When the first stored one of a camera was taken; null where there is none. */
  firstAt(cameraId: CameraId): Promise<EpochMs | null>;
  /** What was put aside, newest first. */
  quarantined(
    of: { organizationId: OrganizationId; siteIds?: readonly SiteId[] },
    limit: number,
  ): Promise<readonly PushedImage[]>;
  /** Replaces one that was put aside by what it is now, its object by the new one; false where it was no more put aside. */
  release(image: PushedImage, at: EpochMs): Promise<boolean>;
  /**
   * What a detector saw in it. Changes nothing where somebody looked before, or it was destroyed meanwhile; whether it
   * changed something.
   */
  looked(
    id: ImageId,
    seen: { look: LookState; detections: readonly Detection[]; incidentId: IncidentId | null },
  ): Promise<boolean>;
  /** All that have an object in pages, by id; for `check`. */
  page(after: ImageId | null, limit: number): Promise<readonly PushedImage[]>;
  /** Stored ones taken before `takenBefore` that no hold covers, oldest first; of all sites, or of one. */
  expired(takenBefore: EpochMs, limit: number, siteId?: SiteId): Promise<readonly PushedImage[]>;
  /** What was put aside and came before `receivedBefore`, oldest first; of all sites, or of one. */
  expiredQuarantine(receivedBefore: EpochMs, limit: number, siteId?: SiteId): Promise<readonly PushedImage[]>;
  /** Destroys its key and lists its object as garbage, in one step; that it was there stays known. */
  destroy(id: ImageId, at: EpochMs): Promise<void>;
  /** Forgets those that were destroyed before `destroyedBefore`; returns how many. */
  forget(destroyedBefore: EpochMs, limit: number): Promise<number>;
}
