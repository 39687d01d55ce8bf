// A pushed image is a still that an integrator sent: what it is, where it stands, and every limit on the way.

import type { Detection } from '../detection/detection.ts';
import {
  branded,
  type CameraId,
  type EpochMs,
  type ImageId,
  type IncidentId,
  type OrganizationId,
  type Sha256,
  type SiteId,
} from '../brand.ts';
import type { WrappedKey } from '../ports/keys.ts';

/** How an image comes in. Each way has credentials, blob prefixes and data keys of its own. */
export const ways = ['http', 'kafka'] as const;
export type Way = (typeof ways)[number];

export const imageMediaTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type ImageMediaType = (typeof imageMediaTypes)[number];

/** Largest image in bytes: a JPEG of 50 megapixels at quality 95. */
export const maxImageBytes = 20_000_000;
/** Largest value of a record in bytes: what is a little too large is put aside for its sender to see. */
export const maxRecordValueBytes = 21_000_000;
/** Most pixels: more than the sensor of any camera that hangs on a wall has. */
export const maxPixels = 64_000_000;
/**
 * Most bytes that decoding may take, of one image and of all that a process decodes at a time: 5 for each pixel, which is
 * what 64 megapixels of any usual image take. Processes that decode have this much beside what they take themselves: the
 * limits of memory in infra/kubernetes and infra/compose are counted with it.
 */
export const maxDecodedBytes = 320_000_000;
/** Furthest ahead of our clock that an image may say it was taken, in ms: clocks of cameras run fast. */
export const maxAheadMs = 5 * 60_000;
/** Furthest back, in ms: what is older would be destroyed as it comes. */
export const maxBehindMs = 7 * 86_400_000;
/** How long an idempotency key is remembered, in ms: longer than any client goes on trying. */
export const rememberKeyMs = 24 * 3_600_000;
/** Longest idempotency key, in characters: room for two UUIDs, too short to carry data. */
export const maxIdempotencyKeyLength = 128;

/** Why an image was put aside instead of stored. */
export const quarantineReasons = [
  'not-an-image',
  'wrong-type',
  'truncated',
  'damaged',
  'animated',
  'too-many-pixels',
  'trailing-data',
  'stops-the-decoder',
  'site-gone',
  'camera-gone',
  'too-many-cameras',
  'too-large',
  'wrong-headers',
  'wrong-time',
  'site-not-allowed',
  'key-reused',
] as const;
export type QuarantineReason = (typeof quarantineReasons)[number];

/** The site of an image whose sender may use no site that it names: it is at none, and shown to who reaches every one. */
export const noSite = branded<SiteId>('00000000-0000-0000-0000-000000000000');

export const imageStates = ['stored', 'quarantined', 'destroyed'] as const;
export type ImageState = (typeof imageStates)[number];

/** `waiting`: a detector will look at it; `failed`: it could not. */
export const lookStates = ['waiting', 'done', 'failed'] as const;
export type LookState = (typeof lookStates)[number];

/** The key of one image: sealed under the key of an hour, which the keys port wrapped. */
export interface ImageKey {
  readonly hour: number;
  readonly wrappedHourKey: WrappedKey;
  /** nonce ‖ ciphertext ‖ tag, base64url: what is destroyed with the image. */
  readonly sealedKey: string;
}

/** Where its sealed bytes lie. */
export interface ImageObject {
  readonly blobKey: string;
  /** Size and hash of the stored (sealed) bytes. */
  readonly sizeBytes: number;
  readonly sha256: Sha256;
  readonly key: ImageKey;
}

export interface PushedImage {
  readonly id: ImageId;
  readonly organizationId: OrganizationId;
  /** `noSite` where it is at none. */
  readonly siteId: SiteId;
  /** Null where it was put aside before anybody knew its camera. */
  readonly cameraId: CameraId | null;
  readonly way: Way;
  /** The access key or the source that it came with. */
  readonly pushedBy: string;
  readonly state: ImageState;
  /** Why it was put aside; null where it was not. */
  readonly reason: QuarantineReason | null;
  /** Which header was wrong or missing, where that is the reason: one of those that records have. */
  readonly wrongHeader: string | null;
  readonly takenAt: EpochMs;
  readonly receivedAt: EpochMs;
  /** When it was destroyed; null while it is there. */
  readonly destroyedAt: EpochMs | null;
  readonly mediaType: ImageMediaType;
  /** In pixels, as coded; 0 where they could not be read. */
  readonly width: number;
  readonly height: number;
  /** Whether what says where and with what it was taken was removed. */
  readonly isStripped: boolean;
  /** Null once it was destroyed. */
  readonly object: ImageObject | null;
  readonly look: LookState;
  readonly detections: readonly Detection[];
  /** The incident that what was seen in it belongs to. */
  readonly incidentId: IncidentId | null;
}

/** Where bodies that wait in an inbox lie: what is below belongs to messages that are not done. */
export const inboxPrefixes = ['images/http/inbox'] as const;
