// Reading and replacing the key file so that it is always whole, and only its owner's.

import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VedetteError } from '../../core/errors.ts';

/** Largest key file: a thousand epochs take 60 kB. */
const maxFileBytes = 1024 * 1024;

/**
 * The file's text, or null where there is none. Errors: `key-unavailable` (unreadable; readable by others, unless
 * `anybody` may, because modes say nothing on the medium of a backup).
 */
export async function readKeyFile(path: string, { anybody = false } = {}): Promise<string | null> {
  try {
    const handle = await open(path, 'r');
    try {
      const { mode, size } = await handle.stat();
      if (!anybody) requirePrivate(mode, path);
      requireSmall(size);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    if (cause instanceof VedetteError) throw cause;
    throw new VedetteError(
      'key-unavailable',
      `The key file ${path} cannot be read. Check its owner and mode.`,
      {
        cause,
      },
    );
  }
}

/** Writes the first key file; false where one exists by now. Errors: `data-read-only`, `data-full`. */
export async function createKeyFile(path: string, text: string): Promise<boolean> {
  return replacing(path, text, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      // ENOENT: whoever was first has tidied up behind the others already.
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
      throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  });
}

/**
 * Replaces the key file, then overwrites the bytes of the old one. That is best effort: journals, copy-on-write
 * file systems, flash translation layers and backups may keep a copy. Only a passphrase, or keys that never
 * lie in a file, make a destroyed epoch unreadable for whoever holds the medium.
 */
export async function replaceKeyFile(path: string, text: string): Promise<void> {
  const old = await open(path, 'r+').catch(() => null);
  try {
    await replacing(path, text, (temporary) => rename(temporary, path));
    if (old !== null) await erase(old);
  } finally {
    await old?.close();
  }
}

/** Removes what a crash in the middle of a change left: it may hold keys that were destroyed since. */
export async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path));
  const leftovers = names.filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith('.new'));
  for (const name of leftovers) await rm(join(dirname(path), name), { force: true });
}

async function replacing<T>(
  path: string,
  text: string,
  place: (temporary: string) => Promise<T>,
): Promise<T> {
  const folder = dirname(path);
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const placed = await place(temporary);
    await syncFolder(folder);
    return placed;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw translated(error);
  }
}

async function erase(handle: FileHandle): Promise<void> {
  const { size, nlink } = await handle.stat();
  // Still linked means it is not the old one: a file system that replaces in place, or a link somebody made.
  if (nlink > 0) return;
  await handle.write(Buffer.alloc(size), 0, size, 0);
  await handle.sync();
}

function requirePrivate(mode: number, path: string): void {
  // Windows has no such modes; its access lists are inherited from the data folder.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new VedetteError(
      'key-unavailable',
      `Other people of this machine may read the key file. Run: chmod 600 ${path}`,
    );
  }
}

function requireSmall(size: number): void {
  if (size > maxFileBytes) {
    throw new VedetteError('key-unavailable', 'The key file is damaged. Restore it from a backup.');
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function translated(error: unknown): unknown {
  const code = codeOf(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new VedetteError('data-full', undefined, { cause: error });
  if (['EROFS', 'EACCES', 'EPERM'].includes(code)) {
    return new VedetteError(
      'data-read-only',
      'The key file cannot be written. Check the permissions of its folder.',
      {
        cause: error,
      },
    );
  }
  return error;
}
