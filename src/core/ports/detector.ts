// The detector: a frame in, detections out, with a bounded queue.

import type { Detection } from '../detection/detection.ts';

/** An RGB picture, 8 bits a channel, rows without padding: `data.length = width × height × 3`. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface Detector {
  /** The picture size the detector wants; others are refused with `request-invalid`. */
  readonly input: { readonly width: number; readonly height: number };
  /** Pictures it works on at the same time. */
  readonly concurrency: number;
  /**
   * Finds objects. `picture.data` is the detector's from here on (it may be moved to another thread).
   * Errors: `detector-busy` when more than `2 × concurrency` pictures wait, `detector-unavailable`, and
   * `not-ready` while it starts.
   */
  detect(picture: RgbPicture): Promise<readonly Detection[]>;
  close(): Promise<void>;
}
