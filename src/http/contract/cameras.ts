// Cameras, their sources, their status and their time line.

import { z } from 'zod';
import { id, isPlainText, name, SpanQuery, time } from './common.ts';
import { allowed } from './faults.ts';

const rtspUrl = z
  .string()
  .trim()
  .max(2048)
  .refine((value) => /^rtsps?:\/\//i.test(value) && URL.canParse(value))
  .register(allowed, { allowed: 'like rtsp://host:554/path, with at most 2048 characters' });

const credential = z
  .string()
  .max(256)
  .refine(isPlainText)
  .register(allowed, { allowed: 'at most 256 characters, without line breaks or hidden marks' })
  .nullable()
  .default(null);

/** What a person says of a source. A password is write-only: it never comes back. */
export const CameraSourceInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('demo') }),
  /** Pushed images; see POST /api/v1/images. */
  z.object({ kind: z.literal('pushed') }),
  z.object({
    kind: z.literal('file'),
    /** A path on the machine that runs the recorder. */
    path: z
      .string()
      .trim()
      .min(1)
      .max(4096)
      .refine(isPlainText)
      .register(allowed, { allowed: 'the path of a video file, with at most 4096 characters' }),
    loop: z.boolean().default(true),
  }),
  z.object({
    kind: z.literal('rtsp'),
    url: rtspUrl,
    substreamUrl: rtspUrl.nullable().default(null),
    username: credential,
    password: credential,
  }),
]);
export type CameraSourceInput = z.input<typeof CameraSourceInput>;

export const CameraSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('demo') }),
  /** Pushed images; see POST /api/v1/images. */
  z.object({ kind: z.literal('pushed') }),
  z.object({ kind: z.literal('file'), path: z.string(), loop: z.boolean() }),
  z.object({
    kind: z.literal('rtsp'),
    url: z.string(),
    substreamUrl: z.string().nullable(),
    username: z.string().nullable(),
    hasPassword: z.boolean(),
  }),
]);

export const CameraStatus = z.object({
  state: z.enum(['starting', 'recording', 'receiving', 'offline', 'ended', 'disabled']),
  since: time,
  problem: z.object({ code: z.string(), detail: z.string(), nextTryAt: time.nullable() }).nullable(),
  /** Worth knowing although the camera records, for example that the clock of its recorder was set. */
  notice: z.object({ code: z.string(), detail: z.string(), since: time }).nullable(),
  picture: z.object({ width: z.int(), height: z.int(), codec: z.string() }).nullable(),
  framesPerSecond: z.number(),
  bitsPerSecond: z.number(),
  lastFragmentAt: time.nullable(),
  detection: z.enum(['running', 'waiting', 'unavailable']),
});
export type CameraStatus = z.infer<typeof CameraStatus>;

export const Camera = z.object({
  id,
  siteId: id,
  name: z.string(),
  source: CameraSource,
  enabled: z.boolean(),
  createdAt: time,
  status: CameraStatus,
});
export type Camera = z.infer<typeof Camera>;

export const CameraInput = z.object({ siteId: id, name, source: CameraSourceInput });
export type CameraInput = z.input<typeof CameraInput>;

export const CameraChange = z.object({
  name: name.optional(),
  enabled: z.boolean().optional(),
  source: CameraSourceInput.optional(),
});
export type CameraChange = z.input<typeof CameraChange>;

const span = { startAt: time, endAt: time };
/** Of the picture, from its left and its top. */
const fraction = z.number().min(0).max(1);

/** Where what was seen stood at a time: the foot of its box. */
export const PathPoint = z.object({ at: time, x: fraction, y: fraction });
export type PathPoint = z.infer<typeof PathPoint>;

/** With `paths=true` the tracks say where what was seen went. */
export const TimeLineQuery = SpanQuery.extend({ paths: z.enum(['true', 'false']).optional() });

/** What a time line draws: footage joined where it touches, gaps with cause, tracks, incidents. */
export const TimeLine = z.object({
  cameraId: id,
  from: time,
  to: time,
  /** First moment of footage that still exists, or null. */
  earliestAt: time.nullable(),
  footage: z.array(z.object({ ...span, retentionClass: z.enum(['idle', 'activity', 'incident']) })),
  gaps: z.array(z.object({ ...span, cause: z.string(), explanation: z.string() })),
  tracks: z.array(
    z.object({
      ...span,
      id,
      kind: z.enum(['person', 'vehicle', 'animal']),
      bestScore: z.number(),
      /** A path for each object, oldest point first; empty unless it was asked for, and where nobody noted it. */
      paths: z.array(z.array(PathPoint)),
    }),
  ),
  incidents: z.array(z.object({ id, startAt: time, endAt: time.nullable(), state: z.string() })),
  /** What was pushed, by the time it was taken. */
  images: z.array(z.object({ id, at: time })),
});
export type TimeLine = z.infer<typeof TimeLine>;
