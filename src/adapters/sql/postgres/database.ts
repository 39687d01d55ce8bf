// The database on a PostgreSQL server, shared by all processes of an installation.

import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Clock } from '../../../core/ports/clock.ts';
import type { Log } from '../../../core/ports/log.ts';
import { repeat } from '../../../core/repeat.ts';
import type { Secret } from '../../../core/secret.ts';
import type { Database } from '../database.ts';
import { migrate, schemaVersion } from '../migrations.ts';
import type { Schema } from '../schema.ts';
import { postgresAddress } from './address.ts';
import { outboxBell } from './bell.ts';
import { partitionsByDay } from './days.ts';
import { type Attempt, postgresDriver } from './driver.ts';
import { failureKind, isWithoutPartition, translated } from './errors.ts';
import { postgresFaults } from './faults.ts';
import { keeper, locks, untilOurs } from './keeper.ts';
import { persistence } from './persist.ts';
import { refuseTransactionPooler } from './pooler.ts';
import { defaultLimits, openClient, openPool, type PostgresLimits } from './pool.ts';
import { runTransaction } from './transactions.ts';

/** Partitions are made and dropped this often; rows of connections that are long gone are forgotten. */
const sweepEveryMs = 3_600_000;
/** Far above the age of any connection. */
const forgetCommitsAfterHours = 24;

export interface PostgresOptions {
  /** postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=… */
  readonly url: Secret;
  readonly log: Log;
  readonly clock: Clock;
  readonly limits?: Partial<PostgresLimits>;
  /** 0 ≤ n < 1; what spreads retries. */
  readonly random?: () => number;
}

/**
 * Opens the database and brings it up to date; of several processes that start at once, one does. Errors:
 * `settings-invalid`, `records-unavailable`, `data-newer`.
 */
export async function openPostgres({
  url,
  log,
  clock,
  limits: given = {},
  random = Math.random,
}: PostgresOptions): Promise<Database> {
  const limits = { ...defaultLimits, ...given };
  const address = postgresAddress(url);
  const scope = new AsyncLocalStorage<Attempt>();
  const pool = openPool(address, limits, log);
  const open = () => openClient(address, limits);
  const patient = persistence(clock, random, limits.patienceMs);
  const kysely = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => postgresDriver({ pool, scope, persistence: patient }),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const tables = keeper({ open, isLost: (error) => failureKind(error) === 'gone', limits });
  const days = partitionsByDay(tables, log);
  const bell = outboxBell({ pool, open, clock, log, random });

  const exclusively = async <T>(work: () => Promise<T>): Promise<T> =>
    tables.run(async (client) => {
      await untilOurs(client, locks.migration, clock);
      try {
        return await work();
      } finally {
        await client.query('select pg_advisory_unlock($1, $2)', locks.migration);
      }
    });

  async function close(): Promise<void> {
    patient.stop();
    await sweeping?.stop();
    await Promise.all([bell.close(), tables.close()]);
    await kysely.destroy();
  }

  async function sweep(): Promise<void> {
    await days.sweep(clock.now());
    const before = `${forgetCommitsAfterHours} hours`;
    await tables.run((client) =>
      client.query('delete from commits where committed_at < now() - $1::interval', [before]),
    );
  }

  let sweeping: ReturnType<typeof repeat> | null = null;
  try {
    await patient.untilThere(() => refuseTransactionPooler(open, limits));
    // Server and program may be started together.
    const found = await patient.untilThere(() => exclusively(() => migrate(kysely, 'postgres')));
    if (found < schemaVersion) {
      log.info('The database was brought up to date', { from: found, to: schemaVersion });
    }
    await sweep();
  } catch (error) {
    await close();
    throw translated(error);
  }
  sweeping = repeat(
    { clock, log },
    { everyMs: sweepEveryMs, first: 'later', failed: 'The days of the recordings were not kept in order.' },
    sweep,
  );
  return {
    engine: 'postgres',
    kysely,
    transaction: (work) =>
      runTransaction({ kysely, pool, scope, persistence: patient, log }, work, (error) => {
        if (isWithoutPartition(error)) days.forget();
      }),
    prepareDay: (startAt) => inWords(days.ensure(startAt)),
    exclusively: (work) => inWords(exclusively(work)),
    bell,
    async isUnused() {
      return (await kysely.selectFrom('organizations').select('id').limit(1).execute()).length === 0;
    },
    faults: () => postgresFaults(kysely),
    close,
  };
}

async function inWords<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translated(error);
  }
}
