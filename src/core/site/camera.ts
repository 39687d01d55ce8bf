// A camera is a video source at a site; its status is what the recorder last said of it.

import type { CameraId, EpochMs, OrganizationId, SiteId } from '../brand.ts';
import type { ErrorCode } from '../errors.ts';
import type { Secret } from '../secret.ts';

/** Where the pictures come from. URLs carry no credentials: those are kept apart, as a secret. */
export type CameraSource =
  | { readonly kind: 'demo' }
  | { readonly kind: 'file'; readonly path: string; readonly loop: boolean }
  /** Images that an integrator sends: nothing is recorded of it. */
  | { readonly kind: 'pushed' }
  | {
      readonly kind: 'rtsp';
      readonly url: string;
      /** A second, smaller stream of the same camera for detection; null when there is none. */
      readonly substreamUrl: string | null;
      readonly username: string | null;
      readonly password: Secret | null;
    };

export interface Camera {
  readonly id: CameraId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  readonly name: string;
  readonly source: CameraSource;
  readonly enabled: boolean;
  readonly createdAt: EpochMs;
}

/** What a camera is called and where it is: all that most parts need to know. */
export type CameraPlace = Pick<Camera, 'id' | 'organizationId' | 'siteId' | 'name'>;

export const cameraStates = ['starting', 'recording', 'receiving', 'offline', 'ended', 'disabled'] as const;
export type CameraState = (typeof cameraStates)[number];

export const detectionStates = ['running', 'waiting', 'unavailable'] as const;

export const cameraNoticeCodes = ['clock-set-forward', 'clock-set-back'] as const;
export type CameraNoticeCode = (typeof cameraNoticeCodes)[number];

/** What the recorder knows of a camera now. Lives in the cache, not in the records. */
export interface CameraStatus {
  readonly cameraId: CameraId;
  readonly state: CameraState;
  readonly since: EpochMs;
  /** Why the camera does not record; null while it does. `nextTryAt` when it will be tried again. */
  readonly problem: {
    readonly code: ErrorCode;
    readonly detail: string;
    readonly nextTryAt: EpochMs | null;
  } | null;
  /** What a person should know although the camera records; null while there is nothing. `since` it is so. */
  readonly notice: {
    readonly code: CameraNoticeCode;
    readonly detail: string;
    readonly since: EpochMs;
  } | null;
  /** Set once the stream is known: "1920×1080 H.264". */
  readonly picture: { readonly width: number; readonly height: number; readonly codec: string } | null;
  readonly framesPerSecond: number;
  readonly bitsPerSecond: number;
  readonly lastFragmentAt: EpochMs | null;
  /** Says whether pictures of this camera reach the detector, and if not, why. */
  readonly detection: (typeof detectionStates)[number];
}
