// Open footage: what a recorder has written but not yet sealed, so that a clip plays while it grows.

import type { CameraId, EpochMs, RecordingId } from '../brand.ts';
import type { Fragment, Gap, InitSegment } from '../footage/recording.ts';
import type { WrappedKey } from './keys.ts';

export interface OpenRecording {
  readonly id: RecordingId;
  readonly cameraId: CameraId;
  readonly startAt: EpochMs;
  readonly init: InitSegment;
  readonly wrappedKey: WrappedKey;
  /** What is missing before it: stored with its row, when it is sealed. */
  readonly gaps?: readonly Gap[];
  /** Fragments written so far. */
  readonly fragments: readonly Fragment[];
}

export interface OpenFootage {
  /** The open recordings of a camera, oldest first: one, or two for the moment in which one is being sealed. */
  of(cameraId: CameraId): Promise<readonly OpenRecording[]>;
  find(id: RecordingId): Promise<OpenRecording | null>;
  /** Stored bytes of fragment `index`. Errors: `not-found`. */
  read(id: RecordingId, index: number): Promise<Uint8Array>;
  /** Resolves when a fragment is added to the camera's footage, or when `signal` aborts. */
  grown(cameraId: CameraId, signal: AbortSignal): Promise<void>;
}
