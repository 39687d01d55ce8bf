// The role `detect`: looks at stored images, each at least once, until stopped.

import { z } from 'zod';
import { branded, type CameraId, type ImageId } from '../core/brand.ts';
import { lookTopic } from '../core/image/image-rows.ts';
import { lookAtImage, type LookDeps } from '../core/image/look.ts';
import type { Consumer, Queue } from '../core/ports/queue.ts';

/** About an hour: a detector that is down for longer has somebody who sees to it. */
const maxAttempts = 70;
const backoff = { firstMs: 500, maxMs: 60_000 };
/** A look takes a tenth of a second; what takes longer hangs. */
const timeoutMs = 30_000;

const payloadSchema = z.object({ imageId: z.string() });

/** Looks at every image that is stored. `cut` seals the open recordings that belong to what was seen. */
export function startLook(
  deps: LookDeps & { readonly queue: Pick<Queue, 'consume'> },
  cut: (cameraId: CameraId) => void,
): Consumer {
  const { queue, detector, records } = deps;
  const idOf = (payload: string) => branded<ImageId>(payloadSchema.parse(JSON.parse(payload)).imageId);
  return queue.consume(
    lookTopic,
    {
      // Cameras come first: no more wait at the detector than it works on.
      ...{ concurrency: detector.concurrency, maxAttempts, backoff, timeoutMs },
      givenUp: async ({ payload }) => {
        const failed = { look: 'failed', detections: [], incidentId: null } as const;
        await records.pushedImages.looked(idOf(payload), failed);
        deps.onLooked?.('failed');
      },
    },
    async ({ payload }, signal) => {
      const { cutCameras } = await lookAtImage(deps, idOf(payload), signal);
      for (const cameraId of cutCameras) cut(cameraId);
    },
  );
}
