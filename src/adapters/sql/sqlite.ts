// SQLite: node:sqlite made to look like the driver Kysely knows, with its errors in our words.

import { basename } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
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
 * `write`: to change it. `read`: to look at it; beside it SQLite still makes files of its own. `read-unchanging`: on
 * a medium that nobody can write; what a write-ahead log beside it holds is not seen.
 */
export type SqliteAccess = 'write' | 'read' | 'read-unchanging';

const readSettings = ['temp_store = memory', `cache_size = -${cacheKib}`];
const writeSettings = [
  'journal_mode = wal',
  'synchronous = full',
  'foreign_keys = on',
  `journal_size_limit = ${journalLimitBytes}`,
];

/**
 * Opens a file for Kysely's `SqliteDialect`. Every commit is synced to the disk (`synchronous=FULL`): a row
 * that was committed survives a power cut, for about 0.1 ms a commit on an SSD more than without.
 */
export function openSqlite(path: string, access: SqliteAccess = 'write'): SqliteDatabase {
  const translate = translator(basename(path));
  const database = translate(() => openFile(path, access));
  try {
    translate(() => {
      const settings = access === 'write' ? [...writeSettings, ...readSettings] : readSettings;
      for (const setting of settings) database.exec(`pragma ${setting}`);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  return { close: () => database.close(), prepare: statementCache(database, translate) };
}

function openFile(path: string, access: SqliteAccess): DatabaseSync {
  if (access !== 'read-unchanging') {
    return new DatabaseSync(path, { timeout: busyTimeoutMs, readOnly: access === 'read' });
  }
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true });
}

/** The newest `maxStatements` statements stay compiled, the least recently used goes first. */
function statementCache(database: DatabaseSync, translate: Translate): (sql: string) => SqliteStatement {
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
    const statement = wrapped(
      translate(() => database.prepare(sql)),
      translate,
    );
    statements.set(sql, statement);
    const oldest = statements.keys().next();
    if (statements.size > maxStatements && !oldest.done) statements.delete(oldest.value);
    return statement;
  };
}

function wrapped(statement: StatementSync, translate: Translate): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translate(() => statement.all(...inputs(parameters))),
    run: (parameters) => translate(() => statement.run(...inputs(parameters))),
    iterate: (parameters) => translate(() => statement.iterate(...inputs(parameters))),
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

type Translate = <T>(work: () => T) => T;

/** Runs work; what SQLite throws about `file` becomes a `VedetteError` where a person can do something about it. */
function translator(file: string): Translate {
  return (work) => {
    try {
      return work();
    } catch (error) {
      const code = sqliteCode(error);
      if (code !== null) throw new VedetteError(code, sentenceOf(code, file, error), { cause: error });
      throw error;
    }
  };
}

function sentenceOf(code: ErrorCode, file: string, error: unknown): string | undefined {
  if (code !== 'data-damaged') return undefined;
  const what = error instanceof Error ? error.message : String(error);
  return `The database ${file} is damaged (${what}). Stop Vedette and run vedette check: it says what is still whole and what to do.`;
}

function sqliteCode(error: unknown): ErrorCode | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  if (conflicts.has(error.errcode)) return 'conflict';
  return codes[error.errcode & 0xff] ?? null;
}
