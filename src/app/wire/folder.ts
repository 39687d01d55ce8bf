// What lies in a data folder before anything is opened: which files it has, and whether they belong together.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fsBlobs } from '../../adapters/fs/blobs.ts';
import { VedetteError } from '../../core/errors.ts';
import { spooledBlobKeys } from '../../recorder/spool/inspect.ts';

/** Names in the data folder. */
export const folderNames = {
  database: 'vedette.sqlite',
  keys: 'keys.json',
  blobs: 'blobs',
  spool: 'spool',
} as const;

/** Whether there is a database; an empty file is none: SQLite would make a new one of it. */
export async function hasDatabase(folder: string): Promise<boolean> {
  return (await sizeOf(join(folder, folderNames.database))) > 0;
}

/** Whether there is a key file. */
export async function hasKeys(folder: string): Promise<boolean> {
  return (await sizeOf(join(folder, folderNames.keys))) >= 0;
}

/** Whether footage or images lie in the folder, stored or still in the spool. */
export async function hasFootage(folder: string): Promise<boolean> {
  const blobs = await fsBlobs({ folder: join(folder, folderNames.blobs), readOnly: true });
  for await (const _object of blobs.list('')) return true;
  // A spool that cannot be read is the recorder's to tell.
  return (await spooledBlobKeys(join(folder, folderNames.spool)).catch(() => [])).length > 0;
}

/** A database is gone that others in the folder need: what was set up looks like a fresh installation. */
export function databaseMissing(folder: string): VedetteError {
  return new VedetteError(
    'data-damaged',
    `${join(folder, folderNames.database)} is missing or empty, though footage or keys of Vedette lie beside it. ${remedy}`,
  );
}

/** A database in which nobody is set up lies beside the footage of somebody. */
export function databaseOfOthers(folder: string): VedetteError {
  return new VedetteError(
    'data-damaged',
    `${join(folder, folderNames.database)} is empty, though footage of Vedette lies beside it: it is not the one that knows this footage. ${remedy}`,
  );
}

/** A database that SQLite cannot read. */
export function databaseDamaged(folder: string, cause: VedetteError): VedetteError {
  const why = cause.cause instanceof Error ? cause.cause.message : cause.detail;
  return new VedetteError(
    'data-damaged',
    `The database ${join(folder, folderNames.database)} is damaged (${why.replace(/\.$/, '')}). ${remedy} docs/guide/check.md says how rows can be rescued without a backup.`,
    { cause },
  );
}

/** What is left to do without a database. */
const remedy =
  'Restore it from a backup, and leave the footage (blobs) and the keys (keys.json) beside it where they are: they are of use only together with it. To start anew, set VEDETTE_DATA to another folder, or move this one away whole.';

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found === null ? -1 : found.size;
}
