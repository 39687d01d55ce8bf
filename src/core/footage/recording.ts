// Recordings, gaps and holds: the rows that are the index of all footage.

import type {
  CameraId,
  EpochMs,
  GapId,
  HoldId,
  IncidentId,
  OrganizationId,
  RecordingId,
  Sha256,
  SiteId,
} from '../brand.ts';
import type { WrappedKey } from '../ports/keys.ts';

/** Longest recording: bounds what one lost object can take with it, and one PUT a minute while idle. */
export const maxRecordingMs = 60_000;

export const retentionClasses = ['idle', 'activity', 'incident'] as const;
export type RetentionClass = (typeof retentionClasses)[number];

/** What was known of the wall clock while recording. */
export interface ClockQuality {
  readonly state: 'synchronized' | 'unsynchronized' | 'unknown';
  /** Wall clock minus the time line of the recording, in ms: what a clock step would show as. */
  readonly offsetMs: number;
}

/** One fragment (GOP) of a recording, as it lies in the object. */
export interface Fragment {
  /** Bytes as stored (encrypted, padded). */
  readonly sizeBytes: number;
  /** Media duration in ticks of the recording's timescale. */
  readonly durationTicks: number;
  readonly frameCount: number;
  /** Hash of the stored (encrypted) bytes. */
  readonly sha256: Sha256;
}

/** The header (ftyp + moov) that fragments of a recording need to be decoded; shared by many recordings. */
export interface InitSegment {
  readonly sha256: Sha256;
  readonly bytes: Uint8Array;
  /** RFC 6381, for example "avc1.640028". */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Ticks a second of the media time line. */
  readonly timescale: number;
}

/** Up to 60 s of consecutive fragments of one stream, one stored object. Sealed: never changed again. */
export interface Recording {
  readonly id: RecordingId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly cameraId: CameraId;
  readonly startAt: EpochMs;
  /** Exclusive; startAt + media duration. */
  readonly endAt: EpochMs;
  readonly fragments: readonly Fragment[];
  readonly sizeBytes: number;
  readonly sha256: Sha256;
  readonly blobKey: string;
  readonly initSha256: Sha256;
  /** AES-128 key of the fragments, wrapped; its context is `recordingKeyContext`. */
  readonly wrappedKey: WrappedKey;
  readonly retentionClass: RetentionClass;
  readonly clock: ClockQuality;
}

/** The context a recording's key is bound to: a key moved to another recording does not unwrap. */
export function recordingKeyContext(recording: { organizationId: OrganizationId; id: RecordingId }): string {
  return `recording/${recording.organizationId}/${recording.id}`;
}

export const gapCauses = [
  'source-unreachable',
  'source-failed',
  'source-timeout',
  'source-credentials',
  'source-not-found',
  'source-not-video',
  'source-corrupt',
  'source-refused',
  'source-ended',
  'camera-disabled',
  'recorder-stopped',
  'recorder-crashed',
  'clock-step',
  'stream-changed',
  'disk-full',
  'storage-failed',
  'frames-lost',
  'footage-damaged',
] as const;
export type GapCause = (typeof gapCauses)[number];

/** A span that should have footage and has none. */
export interface Gap {
  readonly id: GapId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly cameraId: CameraId;
  readonly startAt: EpochMs;
  readonly endAt: EpochMs;
  readonly cause: GapCause;
}

/** Keeps the footage of a camera in a span from expiring. */
export interface Hold {
  readonly id: HoldId;
  readonly organizationId: OrganizationId;
  readonly cameraId: CameraId;
  readonly incidentId: IncidentId;
  readonly startAt: EpochMs;
  readonly endAt: EpochMs;
}
