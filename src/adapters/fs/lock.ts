// The lock on a data folder: one Vedette at a time.

import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VedetteError } from '../../core/errors.ts';
import { folderError, makeDataFolder } from './data-folder.ts';

/** SQLite result codes (sqlite.org/rescode.html). */
const sqliteBusy = 5;
const sqliteReadOnly = 8;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteCannotOpen = 14;
const sqliteNotADatabase = 26;

export interface FolderLock {
  /** Lets another process in. Idempotent. */
  release(): Promise<void>;
}

/** Keeps the databases from being collected as garbage, which would open the lock in silence. */
const held = new Set<DatabaseSync>();

/**
 * Makes `folder` (0700) where it is missing and locks it. The lock is SQLite's exclusive lock on a file, kept
 * until the file is closed, which is a lock of the operating system: it is gone with the process, however that ends.
 * Errors: `data-in-use`, `data-read-only`, `data-full`.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await makeDataFolder(folder);
  const database = lockFile(folder);
  held.add(database);
  return {
    async release() {
      if (!held.delete(database)) return;
      database.close();
    },
  };
}

/** Whether a process holds the lock, found out without writing anything: for a folder that cannot be written. */
export function isFolderLocked(folder: string): boolean {
  const path = join(folder, 'lock.sqlite');
  if (!existsSync(path)) return false;
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 0, readOnly: true });
    database.exec('select 1 from sqlite_schema');
    return false;
  } catch (error) {
    return sqliteCode(error) === sqliteBusy;
  } finally {
    database?.close();
  }
}

function lockFile(folder: string): DatabaseSync {
  const path = join(folder, 'lock.sqlite');
  try {
    return openLocked(path);
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== sqliteCorrupt && code !== sqliteNotADatabase) throw inOurWords(folder, error);
  }
  try {
    // Nobody held a lock on it, or it would have been busy. Emptied, not removed: whoever locks it now keeps that.
    truncateSync(path);
    return openLocked(path);
  } catch (error) {
    throw inOurWords(folder, error);
  }
}

function inOurWords(folder: string, cause: unknown): unknown {
  switch (sqliteCode(cause)) {
    case sqliteBusy:
      return new VedetteError(
        'data-in-use',
        `Another Vedette runs on the data folder ${folder}. Stop it first.`,
        { cause },
      );
    case sqliteFull:
      return new VedetteError(
        'data-full',
        `The disk of the data folder ${folder} is full. Make room on it.`,
        {
          cause,
        },
      );
    case sqliteReadOnly:
    case sqliteCannotOpen:
      return new VedetteError(
        'data-read-only',
        `Nothing can be written to the data folder ${folder}. Check its permissions, or set VEDETTE_DATA to another folder.`,
        { cause },
      );
    default:
      return folderError(folder, cause);
  }
}

function openLocked(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Without a journal: its file would need room, and a full disk must not keep anybody out.
    database.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    // SQLite writes the first page of an empty file at every lock, which needs room: so that is done once for all.
    if (statSync(path).size === 0) database.exec('PRAGMA user_version = 1; COMMIT');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The primary result code: extended codes carry more in their upper bytes. */
function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}
