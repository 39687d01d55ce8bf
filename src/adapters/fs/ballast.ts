// Ballast as a file that does nothing but take room.

import { randomFillSync } from 'node:crypto';
import { open, rm, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ballast } from '../../core/ports/ballast.ts';
import { syncFolder } from './durable.ts';

/** Far more than the records write to destroy a few recordings (about 100 kB). */
const defaultSizeBytes = 16 * 1024 * 1024;

const chunkBytes = 1024 * 1024;

/**
 * Ballast in the file `ballast` of a folder, on the file system whose room it keeps. On a disk that is full already
 * it is thrown off, so that the rest of the data folder can be opened.
 */
export async function openBallast(options: { folder: string; sizeBytes?: number }): Promise<Ballast> {
  const { folder, sizeBytes = defaultSizeBytes } = options;
  const path = join(folder, 'ballast');

  async function freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  }

  async function fill(): Promise<void> {
    const handle = await open(path, 'w', 0o600);
    try {
      for (let written = 0; written < sizeBytes; written += chunkBytes) {
        // Random, because some file systems store what is all zeros, or the same again, in no room at all.
        await handle.writeFile(randomFillSync(new Uint8Array(Math.min(chunkBytes, sizeBytes - written))));
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  const ballast: Ballast = {
    async release() {
      // Not looked for first: of two who release it at the same time, one gives the room.
      const gone = await unlink(path).then(
        () => true,
        () => false,
      );
      if (gone) await syncFolder(folder);
      return gone;
    },
    async restore() {
      const had = await stat(path).catch(() => null);
      if (had?.size === sizeBytes || (await freeBytes()) < 2 * sizeBytes) return;
      // Where others took the room meanwhile, what was written of it is given back.
      await fill().catch(() => rm(path, { force: true }).catch(() => {}));
    },
  };
  // Those who open after us need room, too: the next call to `restore` takes it back.
  if ((await freeBytes()) < sizeBytes) await ballast.release();
  else await ballast.restore();
  return ballast;
}
