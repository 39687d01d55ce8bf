// The database: what both engines give, and SQLite's: one file behind Kysely, opened, migrated and guarded against
// waiting for itself.

import { AsyncLocalStorage } from 'node:async_hooks';
import { access, constants, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Driver, Kysely, SqliteDialect, type Transaction } from 'kysely';
import { VedetteError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import { type DatabaseFaults, databaseFaults } from './faults.ts';
import { migrate, requireSchema, schemaVersion } from './migrations.ts';
import type { Schema } from './schema.ts';
import { openSqlite, type SqliteAccess } from './sqlite.ts';

/** Where the tables are kept. */
export type Engine = 'sqlite' | 'postgres';

/** Says that the outbox grew. */
export interface OutboxBell {
  /** After the commit. */
  ring(): void;
  /** Calls `listener` whenever it may have grown, whoever's transaction added to it. Returns how to stop. */
  subscribe(listener: () => void): () => void;
}

export interface Database {
  readonly engine: Engine;
  /** Shared with the identity provider, which keeps tables of its own in it. */
  readonly kysely: Kysely<Schema>;
  /**
   * All of `work` or nothing, as if one at a time. Inside, only the given transaction may be used: anything else
   * would not be part of it, or wait for it for ever, so it is refused. `work` may be run again where it did not
   * succeed because of others, so it changes nothing but the database.
   */
  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Called before a recording that begins then is inserted; null where nothing has to be prepared. */
  readonly prepareDay: ((startAt: number) => Promise<void>) | null;
  /** Runs `work` while no other process runs any: to bring tables up to date. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  readonly bell: OutboxBell;
  /** Nobody was set up in it: a database that was just made, or as good as new. */
  isUnused(): Promise<boolean>;
  /** What of it is damaged. Reads all of it. */
  faults(): Promise<DatabaseFaults>;
  close(): Promise<void>;
}

/**
 * Opens (or makes) the database at `path`; ":memory:" is one that is gone when closed. Opened only to be read, it is
 * neither made nor brought up to date.
 * Errors: `data-newer`, `data-damaged`, `data-read-only`, `data-full`, `data-in-use`.
 */
export async function openDatabase(options: {
  path: string;
  log: Log;
  access?: SqliteAccess;
}): Promise<Database> {
  const { path, log, access = 'write' } = options;
  if (path !== ':memory:' && access === 'write') await prepareFile(path);
  const inTransaction = new AsyncLocalStorage<{ active: boolean }>();
  const sqlite = openSqlite(path, access);
  const kysely = new Kysely<Schema>({ dialect: guardedDialect(sqlite, inTransaction) });
  try {
    if (access !== 'write') await requireSchema(kysely);
    else {
      const found = await migrate(kysely, 'sqlite');
      if (found < schemaVersion)
        log.info('The database was brought up to date', { from: found, to: schemaVersion });
    }
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return {
    engine: 'sqlite',
    kysely,
    async transaction(work) {
      const scope = { active: true };
      try {
        return await kysely.transaction().execute((tx) => inTransaction.run(scope, () => work(tx)));
      } finally {
        scope.active = false;
      }
    },
    prepareDay: null,
    exclusively: (work) => work(),
    bell: bellOfProcess(),
    async isUnused() {
      return (await kysely.selectFrom('organizations').select('id').limit(1).execute()).length === 0;
    },
    faults: () => databaseFaults(kysely),
    close: () => kysely.destroy(),
  };
}

/** There is no other process to be called. */
function bellOfProcess(): OutboxBell {
  const listeners = new Set<() => void>();
  return {
    ring() {
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** Makes the folder and the file, for the owner's eyes only, so that permissions fail here in plain words. */
async function prepareFile(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
    await (await open(path, 'a', 0o600)).close();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const detail = `The database ${path} cannot be written. Check the permissions of its folder.`;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new VedetteError('data-read-only', detail, { cause: error });
    }
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new VedetteError('data-full', undefined, { cause: error });
    throw new VedetteError('data-damaged', `The database ${path} cannot be opened.`, { cause: error });
  }
}

/** SQLite has one connection: asking for it from inside a transaction, which holds it, would never end. */
function guardedDialect(
  database: ReturnType<typeof openSqlite>,
  inTransaction: AsyncLocalStorage<{ active: boolean }>,
): SqliteDialect {
  const dialect = new SqliteDialect({ database });
  const createDriver = dialect.createDriver.bind(dialect);
  dialect.createDriver = (): Driver => {
    const driver = createDriver();
    const acquire = driver.acquireConnection.bind(driver);
    driver.acquireConnection = async () => {
      if (inTransaction.getStore()?.active === true) {
        throw new Error('Inside a transaction only what the transaction hands out may be used.');
      }
      return acquire();
    };
    return driver;
  };
  return dialect;
}
