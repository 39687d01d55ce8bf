// A PostgreSQL for a whole suite: every test gets a database of its own, copied from one that is up to date.

import { after, before, type TestContext } from 'node:test';
import { memoryKeys } from '../../src/adapters/memory/keys.ts';
import type { Database } from '../../src/adapters/sql/database.ts';
import { openPostgres } from '../../src/adapters/sql/postgres/database.ts';
import type { PostgresLimits } from '../../src/adapters/sql/postgres/pool.ts';
import { sqlRecords } from '../../src/adapters/sql/records.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Log } from '../../src/core/ports/log.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { Records } from '../../src/core/ports/records.ts';
import { secret } from '../../src/core/secret.ts';
import {
  type Postgres,
  type PostgresOptions,
  postgresIsMissing,
  startPostgres,
} from '../servers/postgres.ts';

export interface OpenOptions {
  readonly limits?: Partial<PostgresLimits>;
  readonly log?: Log;
}

export interface PostgresHouse {
  readonly server: Postgres;
  /** A fresh database, up to date. Returns its address. */
  fresh(): Promise<string>;
  /** Opens the database at an address as one more process would, until the end of the test. */
  open(t: TestContext, url: string, options?: OpenOptions): Promise<Hub>;
}

export interface Hub {
  readonly database: Database;
  readonly records: Records;
}

/** What all processes of an installation have in common. */
const keys = memoryKeys();

/** Starts the server before the tests of a file and stops it after them. Call it once, before any test. */
export function postgresHouse(options: PostgresOptions = {}): () => PostgresHouse {
  let server: Postgres | null = null;
  let template: string | null = null;
  before(async () => {
    if (postgresIsMissing !== false) return;
    server = await startPostgres(options);
  });
  after(async () => server?.[Symbol.asyncDispose]());
  return () => {
    const running = server;
    if (running === null) throw new Error('PostgreSQL was not started.');
    return {
      server: running,
      async fresh() {
        template ??= await makeTemplate(running);
        return (await running.createDatabase(template)).url;
      },
      async open(t, url, opening = {}) {
        const database = await openDatabaseAt(url, opening);
        t.after(() => database.close());
        return { database, records: sqlRecords({ database, keys, clock: systemClock() }) };
      },
    };
  };
}

export function openDatabaseAt(url: string, { limits = {}, log = silentLog }: OpenOptions = {}) {
  return openPostgres({ url: secret(url), log, clock: systemClock(), limits });
}

async function makeTemplate(server: Postgres): Promise<string> {
  const { name, url } = await server.createDatabase();
  const database = await openDatabaseAt(url);
  await database.close();
  return name;
}
