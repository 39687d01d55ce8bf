// The driver that Kysely works through: takes a connection when the first statement comes, and tries again what may be.

import type { AsyncLocalStorage } from 'node:async_hooks';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult, TransactionSettings } from 'kysely';
import { CommitUnanswered, failureKind, translated, unknownOutcome, wasRefused } from './errors.ts';
import type { Persistence } from './persist.ts';
import type { Pool, PoolClient } from './pool.ts';

/** What is known of the transaction that the calling code runs in. */
export interface Attempt {
  /** Its work runs: whatever else this code asks of the database is refused. */
  active: boolean;
  /** What the first statement of it that failed failed with: work may have caught it. */
  failure: unknown;
}

export interface DriverOptions {
  readonly pool: Pool;
  readonly scope: AsyncLocalStorage<Attempt>;
  readonly persistence: Persistence;
}

/** A call beside the transaction would not be part of it, and is not undone with it. */
export function refuseInside(scope: AsyncLocalStorage<Attempt>): void {
  if (scope.getStore()?.active !== true) return;
  throw new Error('Inside a transaction only what the transaction hands out may be used.');
}

interface Held extends DatabaseConnection {
  begin(settings: TransactionSettings): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  release(): void;
}

/** Leaves a number in the row of the connection, by which a commit whose answer was lost is recognized. */
const markCommit = `insert into commits (connection_id, number, committed_at) values ($1, $2, now())
  on conflict (connection_id) do update set number = excluded.number, committed_at = excluded.committed_at`;

export function postgresDriver(options: DriverOptions): Driver {
  const connections = new WeakMap<DatabaseConnection, Held>();
  const held = (connection: DatabaseConnection): Held => {
    const found = connections.get(connection);
    if (found === undefined) throw new Error('This connection is not of this driver.');
    return found;
  };
  return {
    async init() {},
    async acquireConnection() {
      refuseInside(options.scope);
      const connection = heldConnection(options);
      connections.set(connection, connection);
      return connection;
    },
    beginTransaction: (connection, settings) => held(connection).begin(settings),
    commitTransaction: (connection) => held(connection).commit(),
    rollbackTransaction: (connection) => held(connection).rollback(),
    async releaseConnection(connection) {
      held(connection).release();
    },
    destroy: () => options.pool.end(),
  };
}

/** A connection of the pool while Kysely holds this one: outside of a transaction another one each statement. */
function heldConnection({ pool, scope, persistence }: DriverOptions): Held {
  let inside: Transaction | null = null;
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      if (inside === null) return (await single(pool, persistence, query)) as QueryResult<R>;
      const { sql, parameters } = query;
      if (!isRead(query)) inside.hasWritten = true;
      return (await inside.run(sql, parameters)) as QueryResult<R>;
    },
    async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
      yield* [];
      throw new Error('Rows are read in pages, not in streams.');
    },
    async begin({ isolationLevel, accessMode }) {
      const mode = [
        isolationLevel === undefined ? '' : `isolation level ${isolationLevel}`,
        accessMode ?? '',
      ];
      // Nothing was done yet: whatever goes wrong, another connection may do better.
      inside = await persistence.untilThere(async () => {
        const transaction = openTransaction(await pool.connect(), scope.getStore());
        try {
          await transaction.run(`begin ${mode.join(' ')}`, []);
          return transaction;
        } catch (error) {
          transaction.end();
          throw error;
        }
      });
    },
    async commit() {
      await inside?.commit();
    },
    async rollback() {
      await inside?.rollback();
    },
    release() {
      inside?.end();
      inside = null;
    },
  };
}

interface Transaction {
  hasWritten: boolean;
  run(sql: string, parameters: readonly unknown[]): Promise<QueryResult<unknown>>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  end(): void;
}

function openTransaction(client: PoolClient, attempt: Attempt | undefined): Transaction {
  let failure: unknown = null;
  let isBroken = false;
  async function send(sql: string, parameters: readonly unknown[]) {
    try {
      return await client.query(sql, parameters);
    } catch (error) {
      if (failureKind(error) === 'gone') isBroken = true;
      failure ??= error;
      if (attempt !== undefined) attempt.failure ??= error;
      throw error;
    }
  }
  return {
    hasWritten: false,
    async run(sql, parameters) {
      try {
        return resultOf(await send(sql, parameters));
      } catch (error) {
        throw translated(error);
      }
    },
    async commit() {
      // The server would roll back, and say so only in passing.
      if (failure !== null) throw failure;
      if (!this.hasWritten) return void (await send('commit', []));
      const mark = { connectionId: client.id, number: client.commits + 1 };
      await send(markCommit, [mark.connectionId, mark.number]);
      client.commits = mark.number;
      try {
        await send('commit', []);
      } catch (error) {
        throw isBroken ? new CommitUnanswered(mark, error) : error;
      }
    },
    async rollback() {
      if (isBroken) return;
      await client.query('rollback').catch(() => {
        isBroken = true;
      });
    },
    end: () => client.release(isBroken),
  };
}

/**
 * A statement that is its own transaction. What the server undid because of others is tried again; so is what never
 * reached it. Where the answer was lost, only what reads is.
 */
function single(pool: Pool, persistence: Persistence, query: CompiledQuery): Promise<QueryResult<unknown>> {
  return persistence.untilDone(
    async () => {
      const client = await pool.connect();
      let isBroken = false;
      try {
        return resultOf(await client.query(query.sql, query.parameters));
      } catch (error) {
        isBroken = failureKind(error) === 'gone';
        throw isBroken && !isRead(query) && !wasRefused(error) ? unknownOutcome(error) : error;
      } finally {
        client.release(isBroken);
      }
    },
    (error) => ['again', 'gone'].includes(failureKind(error)),
  );
}

function isRead({ query, sql }: CompiledQuery): boolean {
  return query.kind === 'SelectQueryNode' || (query.kind === 'RawNode' && /^\s*select\b/i.test(sql));
}

const changing: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

function resultOf(result: Awaited<ReturnType<PoolClient['query']>>): QueryResult<unknown> {
  const { command, rowCount, rows } = result;
  return changing.has(command) ? { rows, numAffectedRows: BigInt(rowCount ?? 0) } : { rows };
}
