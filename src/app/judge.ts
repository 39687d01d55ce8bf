// Judging: every sighting is handled, and the recordings it concerns are cut.

import type { CameraId } from '../core/brand.ts';
import type { Sighting } from '../core/detection/detection.ts';
import { handleSighting } from '../core/incident/handle-sighting.ts';
import type { TriggerDeps } from '../core/incident/handle-trigger.ts';

export interface Judge {
  see(sighting: Sighting): void;
  /** Resolves when everything seen so far was handled. */
  settled(): Promise<void>;
}

/** A sighting that cannot be handled is logged; the camera's next one tells the same and more. */
export function openJudge(deps: TriggerDeps, cut: (cameraId: CameraId) => void): Judge {
  const underWay = new Set<Promise<void>>();
  async function judge(sighting: Sighting): Promise<void> {
    try {
      const { cutCameras } = await handleSighting(deps, sighting);
      for (const cameraId of cutCameras) cut(cameraId);
    } catch (error) {
      deps.log.error('A sighting could not be judged', { error, cameraId: sighting.cameraId });
    }
  }
  return {
    see(sighting) {
      const judging: Promise<void> = judge(sighting).finally(() => underWay.delete(judging));
      underWay.add(judging);
    },
    settled: async () => {
      await Promise.all(underWay);
    },
  };
}
