// Zones of a camera: areas and lines on its picture, and what they are for. They change together.

import { z } from 'zod';
import { objectKinds } from '../../core/detection/detection.ts';
import {
  armedArmings,
  lineDirections,
  maxDwellSeconds,
  maxMinHeight,
  maxPoints,
  maxZones,
  zoneKinds,
} from '../../core/detection/zone.ts';
import { id, name, time } from './common.ts';
import { allowed } from './faults.ts';

// The page says what is wrong while somebody draws, in the words of the server.
export type { Point } from '../../core/detection/polygon.ts';
export { contains, distance } from '../../core/detection/polygon.ts';
export { shapeFault, zoneFaults } from '../../core/detection/zone.ts';
export {
  armedArmings,
  lineDirections,
  maxDwellSeconds,
  maxMinHeight,
  maxPoints,
  maxZones,
  objectKinds,
  zoneKinds,
};

const fraction = z
  .number()
  .min(0)
  .max(1)
  .register(allowed, { allowed: 'a fraction of the picture, from 0 to 1' });

export const Zone = z.object({
  /** Made by who draws it, so that it stays the same while it is changed. */
  id,
  name,
  kind: z.enum(zoneKinds),
  /** Corners of an area, or the two ends of a line, in fractions of the picture from its upper left. */
  points: z
    .array(z.object({ x: fraction, y: fraction }))
    .max(maxPoints)
    .register(allowed, { allowed: `a list of at most ${maxPoints} points` }),
  /** What it is about. Nothing for a mask, which is about everything. */
  objectKinds: z.array(z.enum(objectKinds)).max(objectKinds.length),
  /** When it alarms. Nothing where it never does (ignore, mask). */
  armings: z.array(z.enum(armedArmings)).max(armedArmings.length),
  /** Least height of what counts, in fractions of the picture. */
  minHeight: z.number().min(0).max(maxMinHeight).default(0),
  /** How long somebody must stay in it. */
  dwellSeconds: z.int().min(0).max(maxDwellSeconds).default(0),
  /** Of a line: seen by who stands at its first point and looks at the second. */
  direction: z.enum(lineDirections).default('either'),
});
export type Zone = z.output<typeof Zone>;

export const CameraZones = z.object({
  /** Send it back with a change: a change of what somebody else changed meanwhile is refused. */
  version: z.int().min(0),
  changedAt: time.nullable(),
  zones: z.array(Zone),
});
export type CameraZones = z.output<typeof CameraZones>;

export const ZonesInput = z.object({
  version: z.int().min(0),
  zones: z
    .array(Zone)
    .max(maxZones)
    .register(allowed, { allowed: `a list of at most ${maxZones} zones` }),
});
export type ZonesInput = z.input<typeof ZonesInput>;
