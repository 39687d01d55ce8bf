// Making the data folder, and saying in words a person can act on why it cannot be used.

import { constants } from 'node:fs';
import { access, mkdir, readlink, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { VedetteError } from '../../core/errors.ts';
import { systemCode } from './errors.ts';

/**
 * Makes `folder` (0700) and those above it where they are missing. Errors: `data-read-only`, `data-full`; they name
 * the path that is at fault.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw folderError(folder, error);
  }
}

/** What `cause` says of `folder`: the data folder, or one that would have to be made for it. */
export function folderError(folder: string, cause: unknown): unknown {
  if (cause instanceof VedetteError) return cause;
  const code = systemCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const detail = `The disk is full: the data folder ${folder} cannot be made. Make room on it.`;
    return new VedetteError('data-full', detail, { cause });
  }
  return new VedetteError('data-read-only', sentenceOf(code, folder), { cause });
}

function sentenceOf(code: string | null, folder: string): string {
  const other = 'or set VEDETTE_DATA to another folder.';
  switch (code) {
    case 'EROFS':
      return `The data folder ${folder} is on a medium that can only be read. Make it writable, ${other}`;
    case 'EACCES':
    case 'EPERM':
      return `The data folder ${folder} cannot be written by this user. Change its owner or mode, ${other}`;
    case 'ENOTDIR':
      return `There is a file where the data folder ${folder} or a folder above it should be. Move it away, ${other}`;
    default:
      return `No data folder can be at ${folder} (${code ?? 'unknown fault'}). Set VEDETTE_DATA to another folder.`;
  }
}

/**
 * One folder after the other: the recursive mkdir of Node tries for ever, deaf to signals, where a file system makes
 * no folders at all and answers ENOENT (/proc).
 */
async function makeFolder(folder: string): Promise<void> {
  const code = await tryMakeFolder(folder);
  if (code === 'EEXIST') return requireFolder(folder);
  if (code !== 'ENOENT') return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  if ((await tryMakeFolder(folder)) !== 'ENOENT') return;
  throw new VedetteError(
    'data-read-only',
    `No folder can be made at ${folder}. Set VEDETTE_DATA to a folder on a disk.`,
  );
}

/** Null when it was made. */
async function tryMakeFolder(folder: string): Promise<'EEXIST' | 'ENOENT' | null> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return null;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' || code === 'ENOENT') return code;
    // A root of its own (a drive, a mount) answers otherwise than with "exists".
    if ((await stat(folder).catch(() => null))?.isDirectory() === true) return 'EEXIST';
    throw folderError(folder, error);
  }
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw folderError(path, error);
  });
  if (found?.isDirectory() === true) return;
  if (found !== null) {
    throw new VedetteError(
      'data-read-only',
      `${path} is a file, and the data folder or a folder above it should be there. Move it away, or set VEDETTE_DATA to another folder.`,
    );
  }
  const target = await readlink(path).catch(() => 'nothing');
  throw new VedetteError(
    'data-read-only',
    `${path} is a link to ${target}, which does not exist: is a disk not mounted? Make the folder there, or set VEDETTE_DATA to another folder.`,
  );
}
