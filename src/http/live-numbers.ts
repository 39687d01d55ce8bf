// The numbers of live playlists: decided once for each recording, in the cache, so that every process states the same.

import { z } from 'zod';
import { branded, type CameraId, type RecordingId } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import type { PlayableFragment } from '../core/footage/footage.ts';
import {
  type NumberedFragment,
  type Numbering,
  numberedWindow,
  numberRecordings,
} from '../core/footage/live-window.ts';
import type { Cache } from '../core/ports/cache.ts';

/** After an hour without a viewer numbers begin anew by the time, which is further on. */
const keptMs = 3_600_000;
/** Cameras whose numbers a process remembers; the one watched longest ago is forgotten first. */
const maxNumberedCameras = 1000;
/** How often numbers are decided again that another process decided in the same moment. */
const maxTurns = 20;

const storedNumbering = z.array(
  z.object({
    recordingId: z.string().transform((id) => branded<RecordingId>(id)),
    seenAt: z.number(),
    mediaSequence: z.number(),
    discontinuitySequence: z.number(),
  }),
);

export interface LiveNumbers {
  /** The window with its numbers. Errors: `cache-unavailable`, `cache-refused`. */
  number(cameraId: CameraId, fragments: readonly PlayableFragment[]): Promise<readonly NumberedFragment[]>;
}

/** The cache is asked once a recording: what it said of one never changes. */
export function liveNumbers(cache: Cache): LiveNumbers {
  const remembered = new Map<CameraId, Numbering>();

  async function decide(cameraId: CameraId, fragments: readonly PlayableFragment[]): Promise<Numbering> {
    const key = `live-numbers/${cameraId}`;
    for (let turn = 0; turn < maxTurns; turn += 1) {
      const bytes = await cache.get(key);
      const known = bytes === null ? [] : storedNumbering.parse(JSON.parse(new TextDecoder().decode(bytes)));
      const numbering = numberRecordings(known, fragments);
      if (numbering === known) return known;
      const next = new TextEncoder().encode(JSON.stringify(numbering));
      const isOurs =
        bytes === null
          ? await cache.setIfAbsent(key, next, keptMs)
          : await cache.swap(key, bytes, next, keptMs);
      if (isOurs) return numbering;
    }
    throw new VedetteError('cache-unavailable');
  }

  function remember(cameraId: CameraId, numbering: Numbering): void {
    remembered.delete(cameraId);
    remembered.set(cameraId, numbering);
    const [oldest] = remembered.keys();
    if (remembered.size > maxNumberedCameras && oldest !== undefined) remembered.delete(oldest);
  }

  return {
    async number(cameraId, fragments) {
      const known = remembered.get(cameraId) ?? [];
      const isDecided = numberRecordings(known, fragments) === known;
      const numbering = isDecided ? known : await decide(cameraId, fragments);
      remember(cameraId, numbering);
      return numberedWindow(numbering, fragments);
    },
  };
}
