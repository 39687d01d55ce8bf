// The mark that an orderly stop leaves in the spool, so that the next start knows it from a crash.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GapCause } from '../../core/footage/recording.ts';
import { diskError, isMissing, syncFolder } from './disk.ts';

const stoppedMark = 'stopped';

/**
 * Makes the spool and says why footage is missing since it was used last. Errors: `data-read-only`, `data-full`,
 * `data-damaged`.
 */
export async function openSpool(folder: string): Promise<GapCause> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(join(folder, stoppedMark));
    await syncFolder(folder);
    return 'recorder-stopped';
  } catch (error) {
    if (isMissing(error)) return 'recorder-crashed';
    throw diskError(error);
  }
}

/** Notes an orderly stop. Errors: those of the file system. */
export async function markStopped(folder: string): Promise<void> {
  await writeFile(join(folder, stoppedMark), '');
  await syncFolder(folder);
}
