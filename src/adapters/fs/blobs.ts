// Blobs as files in a folder. One process at a time: see lock.ts.

import { randomUUID } from 'node:crypto';
import { rmdirSync } from 'node:fs';
import { mkdir, open, readdir, rm, stat, statfs, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha256 } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { isBlobKey, requireBlobKey } from '../../core/ports/blob-key.ts';
import type { BlobBody, Blobs } from '../../core/ports/blobs.ts';
import { copyDurably, linkUnlessTaken, makeFolders, syncFile, syncFolder, writeDurably } from './durable.ts';
import { systemCode, translating } from './errors.ts';
import { hashBytes, hashFile } from './hash.ts';
import { listFiles } from './list.ts';

/** Folders whose names are known to be on disk; beyond it they are synced once more. */
const maxKnownFolders = 10_000;

/** What nobody wrote to for so long is left from a process that died: the longest write takes seconds. */
const forgottenMs = 3_600_000;

/** Another process removes a folder at most once for each object that it deletes: so many in a row are no coincidence. */
const maxFolderAttempts = 5;

interface Expected {
  readonly sizeBytes: number;
  readonly sha256: Sha256;
}

/**
 * Blobs in `folder`: `objects/<key>`, and `unborn/` for what is being written, on the same file system. The order
 * of a write is: bytes, fdatasync, link to the final name (never over another), fsync of the folder. So an object
 * is whole or absent, whenever the power goes. A key cannot also be a folder of other keys (`conflict`).
 * Where other processes write at the same time (`isShared`), what they are writing is left alone.
 * Opened `readOnly` the folder is left as it is, and what would change it is refused (`data-read-only`).
 * Errors: `data-read-only`, `data-full`, `data-damaged`.
 */
export async function fsBlobs(options: {
  folder: string;
  readOnly?: boolean;
  isShared?: boolean;
}): Promise<Blobs> {
  const { folder, readOnly = false, isShared = false } = options;
  const root = join(folder, 'objects');
  const unborn = join(folder, 'unborn');
  if (!readOnly) await translating(() => prepareFolders({ folder, root, unborn, isShared }));
  const folders = folderKeeper(root);
  const pathOf = (key: string) => {
    requireBlobKey(key);
    return join(root, key);
  };

  async function put(key: string, body: BlobBody, expected: Expected): Promise<void> {
    const path = pathOf(key);
    const prepared = await prepare(unborn, path, body, expected);
    if (prepared === null) return syncFolder(dirname(path));
    try {
      await folders.within(dirname(path), async () => {
        const stored = await linkUnlessTaken(prepared.path, path);
        if (!stored && !(await isSame(path, expected))) {
          throw new VedetteError('conflict', 'There is another object under this key.');
        }
        await syncFolder(dirname(path));
      });
    } catch (error) {
      if (prepared.ours) await rm(prepared.path, { force: true });
      throw error;
    }
    await rm(prepared.path, { force: true });
    if (!(body instanceof Uint8Array)) await rm(body.takeFile, { force: true });
  }

  async function remove(path: string): Promise<void> {
    await ignoring(['ENOENT', 'ENOTDIR', 'EISDIR'], () => unlink(path));
    // Also where it was gone already: the call that removed it may not have come to this.
    await ignoring(['ENOENT', 'ENOTDIR'], () => syncFolder(dirname(path)));
    folders.prune(dirname(path));
  }

  return {
    put: (key, body, expected) => (readOnly ? refuseChange() : translating(() => put(key, body, expected))),
    get: async (key, range) => (isBlobKey(key) ? readRange(pathOf(key), range) : absent()),
    head: async (key) => {
      const sizeBytes = isBlobKey(key) ? await fileSize(pathOf(key)) : null;
      return sizeBytes === null ? null : { key, sizeBytes };
    },
    delete: (key) => (readOnly ? refuseChange() : translating(() => remove(pathOf(key)))),
    list: (prefix) => listFiles(root, prefix),
    freeBytes: () =>
      translating(async () => {
        const { bavail, bsize } = await statfs(folder);
        return bavail * bsize;
      }),
  };
}

/** Whether blobs were opened in `folder` before: a mount that is missing is an empty folder, or none. */
export async function isBlobFolder(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'objects')).catch(() => null))?.isDirectory() === true;
}

async function prepareFolders({
  folder,
  root,
  unborn,
  isShared,
}: {
  folder: string;
  root: string;
  unborn: string;
  isShared: boolean;
}): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await mkdir(unborn, { recursive: true, mode: 0o700 });
  for (const name of await readdir(unborn)) {
    const path = join(unborn, name);
    if (isShared && !(await isForgotten(path))) continue;
    await rm(path, { recursive: true, force: true });
  }
  // A full disk is no reason not to open: what is there can be read, and deleted to make room.
  await ignoring(['ENOSPC', 'EDQUOT'], () => requireWritable(join(unborn, randomUUID())));
  await syncFolder(folder);
}

/** Whoever wrote it is gone. What vanishes while it is looked at was not. */
async function isForgotten(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > forgottenMs;
}

async function refuseChange(): Promise<never> {
  throw new VedetteError('data-read-only', 'The objects were opened only to be read.');
}

/** Asks the file system itself: modes say too little about read-only mounts and mapped users. */
async function requireWritable(path: string): Promise<void> {
  await writeFile(path, '', { mode: 0o600 });
  await rm(path);
}

/** The body as a file with durable bytes on our file system; null where a retry finds it stored already. */
async function prepare(
  unborn: string,
  path: string,
  body: BlobBody,
  expected: Expected,
): Promise<{ path: string; ours: boolean } | null> {
  const ours = { path: join(unborn, randomUUID()), ours: true };
  if (body instanceof Uint8Array) {
    if (body.length !== expected.sizeBytes || (await hashBytes(body)) !== expected.sha256)
      throw wrongContent();
    await removingOnFailure(ours.path, () => writeDurably(ours.path, body, 0o600));
    return ours;
  }
  const sizeBytes = await fileSize(body.takeFile);
  if (sizeBytes === null) {
    if (await isSame(path, expected)) return null;
    throw new VedetteError('not-found', 'The file to be stored does not exist.');
  }
  if (sizeBytes !== expected.sizeBytes) throw wrongContent();
  if ((await stat(body.takeFile)).dev !== (await stat(unborn)).dev) {
    await removingOnFailure(ours.path, () => copyDurably(body.takeFile, ours.path));
    return ours;
  }
  await syncFile(body.takeFile);
  return { path: body.takeFile, ours: false };
}

/** Makes the folders of objects and removes those that became empty, never one under the feet of a write. */
function folderKeeper(root: string) {
  const known = new Set<string>();
  const empty = new Set<string>();
  let writers = 0;

  async function make(folder: string): Promise<void> {
    if (known.has(folder)) return;
    try {
      await makeFolders(root, folder);
    } catch (cause) {
      if (systemCode(cause) !== 'EEXIST' && systemCode(cause) !== 'ENOTDIR') throw cause;
      throw new VedetteError('conflict', 'An object lies where a folder would have to be.', { cause });
    }
    if (known.size >= maxKnownFolders) known.clear();
    known.add(folder);
  }

  /** Synchronous, so that no write can begin in between; a folder's removal is one short system call. */
  function removeEmpty(): void {
    for (const folder of empty) {
      empty.delete(folder);
      for (let path = folder; path !== root && path.startsWith(root); path = dirname(path)) {
        try {
          rmdirSync(path);
        } catch (error) {
          if (systemCode(error) !== 'ENOENT') break;
        }
        known.delete(path);
      }
    }
  }

  return {
    /**
     * Runs `work` with `folder` made and durable; again where another process removed it meanwhile, as each does with a
     * folder in which it deleted the last object.
     */
    async within<T>(folder: string, work: () => Promise<T>): Promise<T> {
      writers += 1;
      try {
        for (let attempt = 1; ; attempt += 1) {
          try {
            await make(folder);
            return await work();
          } catch (error) {
            if (systemCode(error) !== 'ENOENT') throw error;
            known.clear();
            if (attempt === maxFolderAttempts) throw error;
          }
        }
      } finally {
        writers -= 1;
        if (writers === 0) removeEmpty();
      }
    },
    /** Removes `folder` and those above it where they are empty, as soon as nobody writes. */
    prune(folder: string): void {
      empty.add(folder);
      if (writers === 0) removeEmpty();
    },
  };
}

async function readRange(
  path: string,
  range: { start: number; end?: number } | undefined,
): Promise<Uint8Array> {
  const handle = await translating(() => open(path, 'r')).catch((error: unknown) => {
    const code = systemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR' ? absent(error) : Promise.reject(error);
  });
  try {
    return await translating(async () => {
      const found = await handle.stat();
      if (!found.isFile()) return absent();
      const start = Math.min(range?.start ?? 0, found.size);
      const end = Math.max(start, Math.min(range?.end ?? found.size, found.size));
      const bytes = Buffer.allocUnsafeSlow(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return new Uint8Array(bytes.buffer, 0, filled);
    });
  } finally {
    await handle.close();
  }
}

async function fileSize(path: string): Promise<number | null> {
  const found = await ignoring(['ENOENT', 'ENOTDIR'], () => stat(path));
  return found?.isFile() === true ? found.size : null;
}

async function isSame(path: string, expected: Expected): Promise<boolean> {
  return (await fileSize(path)) === expected.sizeBytes && (await hashFile(path)) === expected.sha256;
}

async function ignoring<T>(codes: readonly string[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (codes.includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}

async function removingOnFailure(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function absent(cause?: unknown): Promise<never> {
  throw new VedetteError('not-found', undefined, { cause });
}

function wrongContent(): VedetteError {
  return new VedetteError(
    'footage-damaged',
    'What was to be stored has another size or hash than announced.',
  );
}
