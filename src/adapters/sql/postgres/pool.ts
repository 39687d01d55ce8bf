// Connections to PostgreSQL: how many, how long they may wait, what every one of them is told first.

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Log } from '../../../core/ports/log.ts';
import type { PostgresAddress } from './address.ts';
import { NoAnswer } from './errors.ts';
import { unhurried } from './words.ts';

export interface PostgresLimits {
  /** To be let in, or to get a connection that another gives back. */
  readonly connectMs: number;
  /** A statement ends after this: what a person waits for, and far above what any of ours takes. */
  readonly statementMs: number;
  /** What waits longer for a row that another holds had better begin anew. */
  readonly lockMs: number;
  /** A transaction that does nothing for so long belongs to a process that hangs: its locks are needed. */
  readonly idleInTransactionMs: number;
  /** A server that does not even end a statement that takes too long hangs, or the network does. */
  readonly graceMs: number;
  /** How long a call waits for a server that is gone to come back: a restart or a failover takes less. */
  readonly patienceMs: number;
}

export const defaultLimits: PostgresLimits = {
  connectMs: 5_000,
  statementMs: 10_000,
  lockMs: 5_000,
  idleInTransactionMs: 15_000,
  graceMs: 2_000,
  patienceMs: 30_000,
};

/** A connection that nobody used for so long is given back to the server. */
const idleMs = 60_000;
/** None is older, so that after a failover or a change of addresses all of them are where they should be. */
const maxAgeSeconds = 30 * 60;
/** From here on the system asks whether the other side is still there. */
const keepAliveMs = 10_000;

export type Client = pg.Client;

export interface PoolClient {
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult<Record<string, unknown>>>;
  /** A name for this connection that no other ever had. */
  readonly id: string;
  /** Transactions that wrote something so far. */
  commits: number;
  /** Gives it back; a broken one is closed. */
  release(isBroken: boolean): void;
}

export interface Pool {
  connect(): Promise<PoolClient>;
  /** Whether the process of the server with this number serves one of our connections. */
  isOurs(processId: number): boolean;
  end(): Promise<void>;
}

/** Opens no connection before one is asked for. */
export function openPool(address: PostgresAddress, limits: PostgresLimits, log: Log): Pool {
  const pool = new pg.Pool({
    ...clientConfig(address, limits),
    max: address.pool,
    idleTimeoutMillis: idleMs,
    maxLifetimeSeconds: maxAgeSeconds,
    // Waited for by the pool, though its types do not say so.
    onConnect: (client) => prepare(client, limits),
  });
  const known = new WeakMap<pg.PoolClient, { readonly id: string; commits: number }>();
  const processIds = new Set<number>();
  pool.on('connect', (client) => {
    // Without a listener, a connection that ends while it is in use would end the process.
    client.on('error', (error) => log.debug('A connection to the database ended', { error }));
    const processId = processIdOf(client);
    processIds.add(processId);
    client.once('end', () => processIds.delete(processId));
  });
  pool.on('error', (error) => log.debug('An idle connection to the database ended', { error }));
  return {
    async connect() {
      const client = await pool.connect();
      const about = known.get(client) ?? { id: randomUUID(), commits: 0 };
      known.set(client, about);
      return wrapped(client, about, limits);
    },
    isOurs: (processId) => processIds.has(processId),
    end: () => pool.end(),
  };
}

/** A connection beside the pool, for what takes long or is kept. It is told the same first. */
export async function openClient(address: PostgresAddress, limits: PostgresLimits): Promise<Client> {
  const client = new pg.Client(clientConfig(address, limits));
  client.on('error', () => {});
  try {
    await client.connect();
    await prepare(client, limits);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}

function processIdOf(client: object): number {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : 0;
}

/** Waits for an answer, but not for ever: a server that hangs ends no statement by itself. */
export async function answered<T>(answer: Promise<T>, ms: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NoAnswer(ms)), ms);
  // Whichever comes second is heard by nobody.
  answer.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function wrapped(
  client: pg.PoolClient,
  about: { readonly id: string; commits: number },
  limits: PostgresLimits,
): PoolClient {
  const longestMs = limits.statementMs + limits.graceMs;
  let isUnhurried = false;
  return {
    id: about.id,
    get commits() {
      return about.commits;
    },
    set commits(count) {
      about.commits = count;
    },
    query(text, values = []) {
      // Until the connection is given back, which is when the transaction is over.
      isUnhurried ||= text === unhurried;
      const answer = client.query(text, [...values]);
      return isUnhurried ? answer : answered(answer, longestMs);
    },
    release: (isBroken) => client.release(isBroken),
  };
}

function clientConfig(address: PostgresAddress, limits: PostgresLimits): pg.ClientConfig {
  const { host, port, user, password, database, ssl, applicationName } = address;
  return {
    ...{ host, port, user, database, ssl, application_name: applicationName },
    ...(password === undefined ? {} : { password }),
    connectionTimeoutMillis: limits.connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    types: { getTypeParser },
  };
}

/**
 * What holds for a session. Every statement is serializable, those outside of transactions too: a rule that two
 * transactions keep would not hold against one that is not. Tables are never walked through where an index serves,
 * however small they are: that would have every writer of the table collide. Costs of that are huge by design, which
 * must not make the server compile queries (jit).
 */
async function prepare(client: pg.ClientBase, limits: PostgresLimits): Promise<void> {
  const settings = {
    default_transaction_isolation: 'serializable',
    statement_timeout: limits.statementMs,
    lock_timeout: limits.lockMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionMs,
    client_min_messages: 'warning',
    timezone: 'UTC',
    enable_seqscan: 'off',
    jit: 'off',
  };
  const statements = Object.entries(settings).map(([name, value]) => `set ${name} = '${value}'`);
  await answered(client.query(statements.join(';')), limits.connectMs);
}

const [bytea, int8] = [17, 20];

/** Numbers and bytes as the rest of the room knows them: whole numbers are safe ones, bytes are plain. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (format !== 'binary' && oid === int8) return wholeNumber;
  if (format !== 'binary' && oid === bytea) return plainBytes;
  return pg.types.getTypeParser(oid, format ?? 'text');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${text} is too large for a number.`);
}

function plainBytes(text: string): Uint8Array {
  return Uint8Array.fromHex(text.slice(2));
}
