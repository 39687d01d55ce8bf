// Open footage: what the recorder has written and not yet sealed, for whoever plays it.

import type { CameraId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { OpenFootage, OpenRecording } from '../../core/ports/open-footage.ts';
import type { SpoolRecording } from '../spool/recording.ts';
import { type FootageWriter, findReadable } from './footage-writer.ts';

export interface OpenFootageKeeper extends OpenFootage {
  /** Wakes who waits for this camera's footage to grow. */
  grow(cameraId: CameraId): void;
}

/** What the cameras' writers have open. */
export function keepOpenFootage(
  cameras: ReadonlyMap<CameraId, { readonly writer: Pick<FootageWriter, 'open' | 'readable'> }>,
): OpenFootageKeeper {
  const waiting = new Map<CameraId, Set<() => void>>();

  return {
    of: async (cameraId) =>
      (cameras.get(cameraId)?.writer.open ?? [])
        .filter(({ fragments }) => fragments.length > 0)
        .map(described),
    async find(id) {
      for (const { writer } of cameras.values()) {
        const found = findReadable(writer, id);
        if (found !== null) return described(found);
      }
      return null;
    },
    async read(id, index) {
      for (const { writer } of cameras.values()) {
        const found = findReadable(writer, id);
        if (found !== null) return found.read(index);
      }
      throw new VedetteError('not-found');
    },
    grown(cameraId, signal) {
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const waiters = waiting.get(cameraId) ?? new Set();
        waiting.set(cameraId, waiters);
        const wake = () => {
          waiters.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiters.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
    grow(cameraId) {
      for (const wake of [...(waiting.get(cameraId) ?? [])]) wake();
    },
  };
}

function described({ header, fragments }: SpoolRecording): OpenRecording {
  const { id, cameraId, startAt, init, wrappedKey, gaps } = header;
  return { id, cameraId, startAt, init, wrappedKey, gaps, fragments: [...fragments] };
}
