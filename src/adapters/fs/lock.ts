// The lock on a data folder: one Vedette at a time.

import { constants, statSync, truncateSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VedetteError } from '../../core/errors.ts';
import { translated } from './errors.ts';

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
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw translated(error);
  }
  const database = lockFile(join(folder, 'lock.sqlite'));
  held.add(database);
  return {
    async release() {
      if (!held.delete(database)) return;
      database.close();
    },
  };
}

function lockFile(path: string): DatabaseSync {
  try {
    return openLocked(path);
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== sqliteCorrupt && code !== sqliteNotADatabase) throw inOurWords(error);
  }
  try {
    // Nobody held a lock on it, or it would have been busy. Emptied, not removed: whoever locks it now keeps that.
    truncateSync(path);
    return openLocked(path);
  } catch (error) {
    throw inOurWords(error);
  }
}

function inOurWords(cause: unknown): unknown {
  switch (sqliteCode(cause)) {
    case sqliteBusy:
      return new VedetteError('data-in-use', undefined, { cause });
    case sqliteFull:
      return new VedetteError('data-full', undefined, { cause });
    case sqliteReadOnly:
    case sqliteCannotOpen:
      return new VedetteError('data-read-only', undefined, { cause });
    default:
      return translated(cause);
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
