// Suppressions: what was judged false, and alarms no more where it stands.

import { z } from 'zod';
import { objectKinds } from '../../core/detection/detection.ts';
import { id, time } from './common.ts';

export const Suppression = z.object({
  id,
  cameraId: id,
  kind: z.enum(objectKinds),
  /** Where it stands, in fractions of the picture. */
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  createdAt: time,
  /** Who judged it false; null where they are no more here. */
  by: z.string().nullable(),
  incidentId: id,
});
export type Suppression = z.output<typeof Suppression>;
