// Pushed images: what integrators send, and what is shown of it.

import { z } from 'zod';
import { previewSizes } from '../../core/image/preview-sizes.ts';
import { id, isPlainText, maxNameLength, SpanQuery, time } from './common.ts';
import { allowed } from './faults.ts';

/** The integrator's own name for a camera. */
const cameraName = z
  .string()
  .trim()
  .normalize()
  .min(1)
  .max(maxNameLength)
  .refine(isPlainText)
  .register(allowed, {
    allowed: `1 to ${maxNameLength} characters, without line breaks or hidden marks`,
  });

/** In the query, or as fields of a form beside the file `image`. */
export const PushQuery = z.object({
  /** The site; may be left out where cameraId says it. */
  siteId: id.optional(),
  /** A camera of Vedette. */
  cameraId: id.optional(),
  /** Or what the integrator calls it: the first image makes the camera. */
  camera: cameraName.optional(),
  /** When it was taken, in milliseconds since the epoch; now where it is left out. */
  takenAt: z.coerce.number().pipe(time).optional(),
  /** Removes what says where, when and with what it was taken, and keeps every pixel as it is. */
  strip: z.enum(['true', 'false']).optional(),
});

const imageState = z.enum(['received', 'stored', 'quarantined', 'destroyed']);

export const PushedReceipt = z.object({
  id,
  state: imageState,
  /** Where to ask what became of it. */
  statusUrl: z.string(),
});

const detection = z.object({
  kind: z.enum(['person', 'vehicle', 'animal']),
  score: z.number(),
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
});

export const ImageStatus = z.object({
  id,
  state: imageState,
  /** Null where its sender named none that it may use. */
  siteId: id.nullable(),
  /** Null until it was taken in, and where no camera was found for it. */
  cameraId: id.nullable(),
  receivedAt: time,
  takenAt: time.nullable(),
  destroyedAt: time.nullable(),
  /** Why it was put aside. */
  reason: z.object({ code: z.string(), detail: z.string() }).nullable(),
  /** Whether a detector looked at it; null where there is nothing to look at. */
  look: z.enum(['waiting', 'done', 'failed']).nullable(),
});
export type ImageStatus = z.infer<typeof ImageStatus>;

export const CameraImage = z.object({
  id,
  takenAt: time,
  receivedAt: time,
  width: z.int(),
  height: z.int(),
  mediaType: z.string(),
  isStripped: z.boolean(),
  look: z.enum(['waiting', 'done', 'failed']),
  detections: z.array(detection),
  incidentId: id.nullable(),
});
export type CameraImage = z.infer<typeof CameraImage>;

/** Of a camera in a span, oldest first; `isWhole` is false where there are more than one answer has. */
export const CameraImages = z.object({ images: z.array(CameraImage), isWhole: z.boolean() });
export type CameraImages = z.infer<typeof CameraImages>;
export const CameraImagesQuery = SpanQuery;

/** Null where none is stored. */
export const NewestImage = z.object({ image: CameraImage.nullable() });
export type NewestImage = z.infer<typeof NewestImage>;

/** At most so many pixels wide: `strip` 320, `tile` 640, `screen` 1600. `again` is read by nobody. */
export const PreviewQuery = z.object({
  size: z.enum(previewSizes),
  again: z.string().max(20).optional(),
});

export const QuarantinedImage = z.object({
  id,
  siteId: id.nullable(),
  cameraId: id.nullable(),
  way: z.enum(['http', 'kafka']),
  receivedAt: time,
  takenAt: time,
  mediaType: z.string(),
  sizeBytes: z.int(),
  reason: z.object({ code: z.string(), detail: z.string() }),
});
export type QuarantinedImage = z.infer<typeof QuarantinedImage>;

/** With `strip` what is wrong around the picture is cut off, such as data behind its end. */
export const QuarantineRetry = z.object({ strip: z.boolean().default(false) });
