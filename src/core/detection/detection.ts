// Detections, tracks and sightings: what was seen.

import type { CameraId, EpochMs, TrackId, ZoneId } from '../brand.ts';
import type { Arming } from '../site/site.ts';
import type { Path } from './path.ts';

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
  /** Where its objects went, one path each, by their begin; empty where nobody noted it. */
  readonly paths: readonly Path[];
}

/** That somebody did what a zone asks for: was in it long enough, or crossed its line. */
export interface Touch {
  /** Null: the whole picture, where the camera has no zone that says what to watch. */
  readonly zoneId: ZoneId | null;
  /** `entry`: on the way in, where whoever lives here has time to disarm. */
  readonly kind: 'watch' | 'entry';
  /** The armings under which it alarms. */
  readonly armings: readonly Exclude<Arming, 'disarmed'>[];
  readonly since: EpochMs;
  /** The newest time at which somebody was still doing so. */
  readonly until: EpochMs;
}

/** A touch of the whole picture, which alarms whenever the site is armed. */
export function wholePicture(since: EpochMs, until: EpochMs): Touch {
  return { zoneId: null, kind: 'watch', armings: ['armed-home', 'armed-away'], since, until };
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
  /** Where its objects went so far, one path each, by their begin. */
  readonly paths: readonly Path[];
  /** What alarms where the site is armed, in the order in which it began; empty where nothing of it does. */
  readonly touches: readonly Touch[];
  /** JPEG of the best frame so far; null where none was kept. */
  readonly snapshot: Uint8Array | null;
}
