// What the detector and its worker threads say to each other.

import type { Detection } from '../../core/detection/detection.ts';
import type { RgbPicture } from '../../core/ports/detector.ts';
import type { ModelLayout, PictureSize } from './decode.ts';

/** What a worker is started with. */
export interface WorkerSettings {
  readonly path: string;
  readonly layout: ModelLayout;
  readonly threads: number;
}

export type ToWorker =
  | { readonly type: 'detect'; readonly picture: RgbPicture }
  /** Frees the model and ends the thread. */
  | { readonly type: 'close' };

export type FromWorker =
  /** The model is loaded and wants pictures of this size. */
  | { readonly type: 'ready'; readonly input: PictureSize }
  /** Answers to `detect`, in the order of the questions. */
  | { readonly type: 'found'; readonly detections: readonly Detection[] }
  | { readonly type: 'failed'; readonly reason: string };
