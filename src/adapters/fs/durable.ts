// The few steps that make a change of a file system survive a power cut.

import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, relative, sep } from 'node:path';
import { systemCode } from './errors.ts';

/** Makes the names in `folder` durable: a new or removed name is on disk only when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders, and its file systems order names by themselves.
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a new file; its bytes are on disk when it resolves. */
export async function writeDurably(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Copies a file to a new one; its bytes are on disk when it resolves. */
export async function copyDurably(from: string, to: string): Promise<void> {
  // Shares the blocks where the file system can (btrfs, XFS).
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await syncFile(to);
}

/** Puts the bytes of an existing file on disk. Costs nothing where its writer did. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives the file `from` the name `to` unless that is taken; true when it did. `from` may stay and must be removed.
 * Where the file system has no links (exFAT, some network shares) it looks and renames, one at a time in this
 * process; that no other process writes there is what the folder's lock is for.
 */
export async function linkUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST') return false;
    if (!withoutLinks.includes(code ?? '')) throw error;
    const renamed = renaming.then(() => renameUnlessTaken(from, to));
    renaming = renamed.catch(() => {});
    return renamed;
  }
}

const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];
let renaming: Promise<unknown> = Promise.resolve();

async function renameUnlessTaken(from: string, to: string): Promise<boolean> {
  const existing = await stat(to).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (existing !== null) return false;
  await rename(from, to);
  return true;
}

/** Makes `folder`, which lies in `root`, and every folder above it, and makes their names durable. */
export async function makeFolders(root: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const depth = relative(root, folder).split(sep).filter(Boolean).length;
  let parent = folder;
  for (let level = 0; level < depth; level += 1) {
    parent = dirname(parent);
    await syncFolder(parent);
  }
}
