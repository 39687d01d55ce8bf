// A house to test the identity provider in: a real database in memory, a clock that a test moves.

import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import {
  defaultAbsoluteTimeoutMs,
  defaultIdleTimeoutMs,
  type IdentityOptions,
} from '../../src/adapters/better-auth/configuration.ts';
import { openIdentity } from '../../src/adapters/better-auth/identity.ts';
import { memoryCache } from '../../src/adapters/memory/cache.ts';
import { type ManualClock, manualClock } from '../../src/adapters/memory/clock.ts';
import { type Database, openDatabase } from '../../src/adapters/sql/database.ts';
import type { Schema } from '../../src/adapters/sql/schema.ts';
import type { ProviderUnderTest } from '../../src/core/ports/identity.contract.ts';
import { type Log, silentLog } from '../../src/core/ports/log.ts';
import { secret } from '../../src/core/secret.ts';

export interface IdentityHouse extends ProviderUnderTest {
  readonly database: Database;
  readonly clock: ManualClock;
  readonly options: IdentityOptions<Schema>;
}

/** Opens the provider, without accounts. */
export async function identityHouse(
  t: TestContext,
  {
    database: given,
    isShared = false,
    ...change
  }: { baseUrl?: string; log?: Log; database?: Database; isShared?: boolean } = {},
): Promise<IdentityHouse> {
  const database = given ?? (await openDatabase({ path: ':memory:', log: silentLog }));
  if (given === undefined) t.after(() => database.close());
  const clock = manualClock();
  const options = {
    database: database.kysely,
    engine: database.engine,
    exclusively: database.exclusively,
    baseUrl: 'http://localhost:8080',
    secret: secret('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'),
    log: silentLog,
    clock,
    ...(isShared ? { sharedCache: memoryCache({ clock }) } : {}),
    ...change,
  };
  return {
    ...(await openIdentity(options)),
    database,
    clock,
    options,
    nowMs: () => clock.now(),
    pass: (ms) => clock.advance(ms),
    another: () => openIdentity(options),
    idleTimeoutMs: defaultIdleTimeoutMs,
    absoluteTimeoutMs: defaultAbsoluteTimeoutMs,
  };
}

/** All that the provider stores, as text. */
export async function dumpOf({ kysely }: Database): Promise<string> {
  const tables = await sql<{
    name: string;
  }>`select name from sqlite_schema where type = 'table' and name like 'identity_%'`.execute(kysely);
  const rows = tables.rows.map(({ name }) => sql`select * from ${sql.table(name)}`.execute(kysely));
  return JSON.stringify(await Promise.all(rows));
}
