// SQLite: node:sqlite made to look like the driver Kysely knows, with its errors in our words.

import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { type ErrorCode, VedetteError } from '../../core/errors.ts';

/** Compiled statements kept: all of ours and of the identity provider are fewer; lists of ids vary the text. */
const maxStatements = 400;
/** How long a statement waits for another process (`check` beside `serve`) to finish its own. */
const busyTimeoutMs = 5_000;
/** Page cache: the upper levels of every index at a million recordings. */
const cacheKib = 16 * 1024;
/** The write-ahead log is cut back to this after a burst. */
const journalLimitBytes = 64 * 1024 * 1024;

/** Primary result codes (sqlite.org/rescode.html) that a person can do something about. */
const codes: Readonly<Record<number, ErrorCode>> = {
  5: 'data-in-use', // SQLITE_BUSY
  8: 'data-read-only', // SQLITE_READONLY
  10: 'data-damaged', // SQLITE_IOERR
  11: 'data-damaged', // SQLITE_CORRUPT
  13: 'data-full', // SQLITE_FULL
  14: 'data-damaged', // SQLITE_CANTOPEN
  26: 'data-damaged', // SQLITE_NOTADB
};
/** Extended codes of broken uniqueness (PRIMARYKEY, UNIQUE) and references (FOREIGNKEY). */
const conflicts: ReadonlySet<number> = new Set([1555, 2067, 787]);

/**
 * Opens a file for Kysely's `SqliteDialect`. Every commit is synced to the disk (`synchronous=FULL`): a row
 * that was committed survives a power cut, for about 0.1 ms a commit on an SSD more than without.
 */
export function openSqlite(path: string): SqliteDatabase {
  const database = translated(() => new DatabaseSync(path, { timeout: busyTimeoutMs }));
  try {
    translated(() => {
      for (const setting of [
        'journal_mode = wal',
        'synchronous = full',
        'foreign_keys = on',
        'temp_store = memory',
        `cache_size = -${cacheKib}`,
        `journal_size_limit = ${journalLimitBytes}`,
      ]) {
        database.exec(`pragma ${setting}`);
      }
    });
  } catch (error) {
    database.close();
    throw error;
  }
  return { close: () => database.close(), prepare: statementCache(database) };
}

/** The newest `maxStatements` statements stay compiled, the least recently used goes first. */
function statementCache(database: DatabaseSync): (sql: string) => SqliteStatement {
  const statements = new Map<string, SqliteStatement>();
  return (sql) => {
    // A full disk has SQLite roll back by itself; rolling back again would hide that error behind its own.
    if (sql === 'rollback' && !database.isTransaction) return nothing;
    const known = statements.get(sql);
    if (known !== undefined) {
      statements.delete(sql);
      statements.set(sql, known);
      return known;
    }
    const statement = wrapped(translated(() => database.prepare(sql)));
    statements.set(sql, statement);
    const oldest = statements.keys().next();
    if (statements.size > maxStatements && !oldest.done) statements.delete(oldest.value);
    return statement;
  };
}

function wrapped(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translated(() => statement.all(...inputs(parameters))),
    run: (parameters) => translated(() => statement.run(...inputs(parameters))),
    iterate: (parameters) => translated(() => statement.iterate(...inputs(parameters))),
  };
}

const nothing: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

function inputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === undefined || value === null) return null;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
    if (value instanceof Uint8Array) return value;
    throw new TypeError(`A ${typeof value} cannot be stored in a column.`);
  });
}

/** Runs `work`; what SQLite throws becomes a `VedetteError` where a person can do something about it. */
export function translated<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== null) throw new VedetteError(code, undefined, { cause: error });
    throw error;
  }
}

function sqliteCode(error: unknown): ErrorCode | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  if (conflicts.has(error.errcode)) return 'conflict';
  return codes[error.errcode & 0xff] ?? null;
}
