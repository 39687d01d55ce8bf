// Freeing what the library holds: all of it, whatever one part says.

import type { Log } from '../../core/ports/log.ts';

/** Frees each part. Never throws: one that fails is logged, and keeps none of the others in memory. */
export function freeAll(log: Log, parts: readonly (() => void)[]): void {
  for (const free of parts) {
    try {
      free();
    } catch (error) {
      log.warn('Memory of the video library could not be freed', { error });
    }
  }
}
