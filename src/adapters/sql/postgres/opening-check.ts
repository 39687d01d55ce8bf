// Is a PostgreSQL fit to keep the records: reached, proven, new enough, with the rights and connections that it takes.

import { randomBytes } from 'node:crypto';
import type { Secret } from '../../../core/secret.ts';
import {
  type OpeningCheck,
  right,
  risky,
  type SettingFinding,
  wrong,
} from '../../../core/setting-finding.ts';
import { schemaVersion } from '../migrations.ts';
import { isLoopback, type PostgresAddress, postgresAddress } from './address.ts';
import { neverOpened, translated } from './errors.ts';
import { answered, defaultLimits, openClient } from './pool.ts';
import { isPooledByTransaction, poolerSentence } from './pooler.ts';

/** The oldest that the suites run on. */
const oldestMajor = 15;
/** Beside the pool: the one that changes tables, and the one that listens. */
const connectionsBesidePool = 2;
/** From this part of the room on, a restart (old and new processes at once) may not find enough. */
const narrow = 0.5;

type Row = Readonly<Record<string, unknown>>;
type Ask = (sql: string, values?: readonly unknown[]) => Promise<Row>;

/** `processes` of this installation share the server. Errors: `settings-invalid`, `records-unavailable`. */
export async function* checkPostgres(url: Secret, { processes }: { processes: number }): OpeningCheck {
  const address = postgresAddress(url);
  const client = await openClient(address, defaultLimits).catch((error: unknown) => {
    throw neverOpened(error);
  });
  const ask: Ask = async (sql, values = []) => {
    try {
      const { rows } = await answered(client.query(sql, [...values]), defaultLimits.statementMs);
      return rows[0] ?? {};
    } catch (error) {
      throw translated(error);
    }
  };
  try {
    yield* looks(ask, address, processes);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether an installation lives there; null where that cannot be asked, of which `checkPostgres` says why. */
export function isPostgresUsed(url: Secret): Promise<boolean | null> {
  return lookedAt(url, async (rows) => {
    const isAny = async (sql: string) => (await rows(sql))[0]?.is_so === true;
    return (
      (await isAny(`select to_regclass('organizations') is not null as is_so`)) &&
      (await isAny('select exists (select from organizations) as is_so'))
    );
  });
}

/** Where the newest recordings lie in the store, at most so many; null where that cannot be asked. */
export function newestBlobKeys(url: Secret, limit: number): Promise<readonly string[] | null> {
  return lookedAt(url, async (rows) => {
    const found = await rows('select blob_key from recordings order by end_at desc limit $1', [limit]);
    return found.map(({ blob_key }) => String(blob_key));
  });
}

type Rows = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

async function lookedAt<T>(url: Secret, look: (rows: Rows) => Promise<T>): Promise<T | null> {
  try {
    const client = await openClient(postgresAddress(url), defaultLimits);
    try {
      return await look(
        async (sql, values = []) =>
          (await answered(client.query(sql, [...values]), defaultLimits.statementMs)).rows,
      );
    } finally {
      await client.end().catch(() => {});
    }
  } catch {
    return null;
  }
}

async function* looks(ask: Ask, address: PostgresAddress, processes: number): OpeningCheck {
  const server = await ask(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
       coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as tls,
       pg_is_in_recovery() as standby, current_setting('statement_timeout') as longest`,
  );
  yield versionOf(server);
  yield tlsOf(server.tls === true, address.host);
  const open = () => openClient(address, defaultLimits);
  if (await isPooledByTransaction(open, defaultLimits)) yield wrong(poolerSentence);
  else if (server.longest !== '10s') {
    yield wrong(
      'A pooler between here and PostgreSQL does not keep what a connection is told (statement_timeout and others). Connect to the server itself.',
    );
  }
  if (server.standby === true) {
    yield wrong('This PostgreSQL is a standby and can only be read. Give the address of the primary.');
    return;
  }
  yield* schemaOf(ask);
  yield await roomOf(ask, address.pool, processes);
}

function versionOf({ version, number }: Row): SettingFinding {
  const major = Math.floor(Number(number) / 10_000);
  return major >= oldestMajor
    ? right(`PostgreSQL ${String(version)} lets us in.`)
    : wrong(`PostgreSQL ${String(version)} is too old. Upgrade it to ${oldestMajor} or newer.`);
}

function tlsOf(isEncrypted: boolean, host: string): SettingFinding {
  if (isEncrypted) return right('The connection is encrypted.');
  if (isLoopback(host)) return right('The connection is not encrypted, and stays on this machine.');
  return risky('The connection is not encrypted: who listens reads everything. Use sslmode=verify-full.');
}

/** Whether the tables are there and ours to change, or can be made. */
async function* schemaOf(ask: Ask): OpeningCheck {
  const { found, owned } = await ask(
    `select to_regclass('schema_version') is not null as found, coalesce((select pg_has_role(relowner, 'USAGE')
       from pg_class where oid = to_regclass('recordings')), true) as owned`,
  );
  if (owned === false) {
    yield wrong(
      'The tables belong to another user, and a day of recordings could not be added. Use the user that made them, or make this one a member of it.',
    );
    return;
  }
  const problem = await makesPartitions(ask);
  if (problem !== null) {
    yield wrong(
      `This user may not make tables and partitions (${problem}). Run: GRANT CREATE ON SCHEMA public TO the user.`,
    );
    return;
  }
  if (found !== true) {
    yield right('The database is empty, and this user may make its tables and partitions.');
    return;
  }
  const { version } = await ask('select version from schema_version');
  yield Number(version) > schemaVersion
    ? wrong(
        `The tables are of a newer Vedette (version ${Number(version)}, this one knows ${schemaVersion}). Install that or a newer one.`,
      )
    : right(
        Number(version) === schemaVersion
          ? 'The tables are there, up to date, and this user may add partitions.'
          : `The tables are there and are brought from version ${Number(version)} to ${schemaVersion} at the next start.`,
      );
}

/** Makes what a day of recordings takes, and takes it back. Why it could not, in the server's words, or null. */
async function makesPartitions(ask: Ask): Promise<string | null> {
  const name = `vedette_check_${randomBytes(6).toString('hex')}`;
  await ask('begin');
  try {
    await ask(`create table ${name} (at bigint not null) partition by range (at)`);
    await ask(`create table ${name}_day (at bigint not null)`);
    await ask(`alter table ${name} attach partition ${name}_day for values from (0) to (1)`);
    return null;
  } catch (error) {
    const { cause } = error instanceof Error ? error : {};
    return cause instanceof Error ? cause.message : String(error);
  } finally {
    await ask('rollback');
  }
}

/** `max_connections`, and what is allowed of it to this user and database, against what the processes may open. */
async function roomOf(ask: Ask, pool: number, processes: number): Promise<SettingFinding> {
  const { room } = await ask(
    `select least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       nullif((select rolconnlimit from pg_roles where rolname = current_user), -1),
       nullif((select datconnlimit from pg_database where datname = current_database()), -1)) as room`,
  );
  const each = pool + connectionsBesidePool;
  const sum = `${processes} ${processes === 1 ? 'process opens' : 'processes open'} up to ${processes * each} of ${Number(room)} connections (max_connections and limits of the user and database; pool=${pool} in the address)`;
  if (processes * each > Number(room)) {
    return wrong(`${sum}. Raise max_connections, or set a smaller pool=… in the address.`);
  }
  if (processes * each > Number(room) * narrow) {
    return risky(`${sum}. While all restart, twice as many are open: raise max_connections.`);
  }
  return right(`${sum}.`);
}
