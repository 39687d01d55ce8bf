// Cuts that are asked for while the recorder still starts: a camera may show somebody before all of them are open.

import type { CameraId } from '../core/brand.ts';

export interface LateCut {
  /** Cuts the camera's recording, now or as soon as there is somebody to do it. */
  cut(cameraId: CameraId): void;
  /** From now on `recorder` cuts; it begins with what was asked for before. */
  begin(recorder: { cut(cameraId: CameraId): void }): void;
}

export function lateCut(): LateCut {
  const asked = new Set<CameraId>();
  let cutNow: ((cameraId: CameraId) => void) | null = null;
  return {
    cut(cameraId) {
      if (cutNow === null) asked.add(cameraId);
      else cutNow(cameraId);
    },
    begin(recorder) {
      cutNow = recorder.cut;
      for (const cameraId of asked) cutNow(cameraId);
      asked.clear();
    },
  };
}
