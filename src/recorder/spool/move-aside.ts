// Files of the spool that nobody can read are moved aside: never deleted, because somebody may know more.

import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingId } from '../../core/brand.ts';
import type { Log } from '../../core/ports/log.ts';

const damagedFolder = 'damaged';

/** Moves both files of a recording to `damaged/` and returns 1, or 0 where there was nothing in them. */
export async function moveAside(log: Log, folder: string, id: RecordingId, why: string): Promise<number> {
  const target = join(folder, damagedFolder);
  await mkdir(target, { recursive: true });
  let moved = 0;
  for (const name of [`${id}.journal`, `${id}.data`]) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    if (found.size === 0) {
      await rm(path);
      continue;
    }
    await rename(path, join(target, name));
    moved += 1;
  }
  if (moved === 0) return 0;
  log.error(`A recording cannot be read: ${why}. It was moved aside`, { recordingId: id, folder: target });
  return 1;
}
