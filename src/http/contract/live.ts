// Live updates: the events of GET /api/v1/events (text/event-stream). The SSE event name is `type`.

import { z } from 'zod';
import { CameraStatus } from './cameras.ts';
import { id } from './common.ts';

export const LiveUpdate = z.discriminatedUnion('type', [
  z.object({ type: z.literal('camera-status'), cameraId: id, status: CameraStatus }),
  z.object({ type: z.literal('camera-changed'), cameraId: id, siteId: id }),
  z.object({ type: z.literal('site-changed'), siteId: id }),
  z.object({ type: z.literal('timeline-grew'), cameraId: id }),
  z.object({ type: z.literal('incident-changed'), incidentId: id, siteId: id }),
]);
export type LiveUpdate = z.infer<typeof LiveUpdate>;
