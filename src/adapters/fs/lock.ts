// The lock on a data folder: one Vedette at a time.

import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VedetteError } from '../../core/errors.ts';
import { translated } from './errors.ts';

/** SQLite result codes (sqlite.org/rescode.html). */
const sqliteBusy = 5;
const sqliteReadOnly = 8;
const sqliteCannotOpen = 14;

export interface FolderLock {
  /** Lets another process in. Idempotent. */
  release(): Promise<void>;
}

/** Keeps the databases from being collected as garbage, which would open the lock in silence. */
const held = new Set<DatabaseSync>();

/**
 * Makes `folder` (0700) where it is missing and locks it. The lock is an exclusive transaction on a SQLite file,
 * which is a lock of the operating system: it is gone with the process, however that ends.
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
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return database;
  } catch (cause) {
    database?.close();
    const code = sqliteCode(cause);
    if (code === sqliteBusy) throw new VedetteError('data-in-use', undefined, { cause });
    if (code === sqliteReadOnly || code === sqliteCannotOpen) {
      throw new VedetteError('data-read-only', undefined, { cause });
    }
    throw cause;
  }
}

/** The primary result code: extended codes carry more in their upper bytes. */
function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}
