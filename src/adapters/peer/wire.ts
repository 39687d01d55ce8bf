// What the processes of one installation tell each other of open footage, and where each part is asked for.

import { z } from 'zod';
import { type Brand, branded, type CameraId, type EpochMs, type RecordingId } from '../../core/brand.ts';
import { gapCauses } from '../../core/footage/recording.ts';
import type { OpenRecording } from '../../core/ports/open-footage.ts';

export const peerPaths = {
  camera: (id: string) => `/open-footage/cameras/${id}`,
  grown: (id: string) => `/open-footage/cameras/${id}/grown`,
  recording: (id: string) => `/open-footage/recordings/${id}`,
  fragment: (id: string, index: number | string) => `/open-footage/recordings/${id}/${index}`,
} as const;

/** How often a camera's footage has grown, with every list of it: who asks for more says what it has. */
export const growthHeader = 'vedette-growth';

/** Under these keys the cache has the URL of the process that tells of a camera's or a recording's open footage. */
export const cameraPlaceKey = (id: CameraId) => `open-footage/camera/${id}`;
export const recordingPlaceKey = (id: RecordingId) => `open-footage/recording/${id}`;

const id = <B extends Brand<string, string>>() =>
  z.string().transform((text): B => branded<Brand<string, string>>(text) as B);
const at = z.number().transform((ms) => branded<EpochMs>(ms));
const bytes = z.base64().transform((text) => Uint8Array.fromBase64(text));

const openRecording = z.object({
  id: id<OpenRecording['id']>(),
  cameraId: id<CameraId>(),
  startAt: at,
  init: z.object({
    sha256: id<OpenRecording['init']['sha256']>(),
    bytes,
    codec: z.string(),
    width: z.number(),
    height: z.number(),
    timescale: z.number(),
  }),
  wrappedKey: z.object({ epoch: z.number(), ciphertext: z.string() }),
  gaps: z.array(
    z.object({
      id: id<NonNullable<OpenRecording['gaps']>[number]['id']>(),
      organizationId: id<NonNullable<OpenRecording['gaps']>[number]['organizationId']>(),
      siteId: id<NonNullable<OpenRecording['gaps']>[number]['siteId']>(),
      cameraId: id<CameraId>(),
      startAt: at,
      endAt: at,
      cause: z.enum(gapCauses),
    }),
  ),
  fragments: z.array(
    z.object({
      sizeBytes: z.number(),
      durationTicks: z.number(),
      frameCount: z.number(),
      sha256: id<OpenRecording['fragments'][number]['sha256']>(),
    }),
  ),
});

const openRecordings = z.array(openRecording).max(16);

export function writtenRecordings(recordings: readonly OpenRecording[]): string {
  return JSON.stringify(
    recordings.map(({ gaps = [], init, ...rest }) => ({
      ...rest,
      gaps,
      init: { ...init, bytes: init.bytes.toBase64() },
    })),
  );
}

/** Errors: those of JSON and zod; who answered is not of our version. */
export function readRecordings(text: string): readonly OpenRecording[] {
  return openRecordings.parse(JSON.parse(text));
}
