// Detections, tracks and sightings: what was seen.

import type { CameraId, EpochMs, TrackId } from '../brand.ts';

export const objectKinds = ['person', 'vehicle', 'animal'] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** A rectangle in fractions of the picture: 0 ≤ x, y, and x + width, y + height ≤ 1. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One object in one frame. */
export interface Detection {
  readonly kind: ObjectKind;
  /** Confidence, 0 to 1. */
  readonly score: number;
  readonly box: Box;
}

/** The same object over frames; stored when it ends and while it lasts. */
export interface Track {
  readonly id: TrackId;
  readonly cameraId: CameraId;
  readonly kind: ObjectKind;
  readonly startAt: EpochMs;
  readonly endAt: EpochMs;
  readonly bestScore: number;
  readonly bestBox: Box;
}

/**
 * What detection says of one camera: an episode begins when a person is seen in 2 of 3 frames, goes on while
 * one is (or stands still), and ends when nobody was seen for a while.
 */
export interface Sighting {
  readonly phase: 'began' | 'continues' | 'ended';
  readonly cameraId: CameraId;
  /** The same over all sightings of one episode. */
  readonly trackId: TrackId;
  readonly kind: ObjectKind;
  /** Time of the first frame of the episode. */
  readonly startAt: EpochMs;
  /** Time of the newest frame in which the object was seen. */
  readonly lastSeenAt: EpochMs;
  readonly bestScore: number;
  readonly bestBox: Box;
  /** JPEG of the best frame so far; null where none was kept. */
  readonly snapshot: Uint8Array | null;
}
