// The connection to Redis, its few commands, and its failures in our words.

import { setTimeout as passed } from 'node:timers/promises';
import { createClient, createCluster, RESP_TYPES } from 'redis';
import { complaint } from '../../core/complaint.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RedisAddress } from './address.ts';

/** A server in the same cluster answers within a millisecond: one that takes so long is as good as gone. */
const answerTimeoutMs = 3_000;
const connectTimeoutMs = 5_000;
/** Between attempts to connect anew: quick, for everybody waits, and not all at the same moment. */
const retryMs = { first: 50, most: 2_000 };
/** A connection that died without a word is found by this. */
const pingMs = 5_000;
/** One for all connections of this process: that Redis is away is said once, and not by each. */
/** It keeps no process running that has nothing else to do. */
const machineTime = {
  monotonicMs: () => performance.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    passed(ms, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) }),
};
/** Commands that wait for answers; beyond it the server is too slow for us, and saying so is better than waiting. */
const maxWaiting = 20_000;

/** What the adapters ask of Redis: the same of one server and of a cluster, for each command names one key. */
export interface RedisConnection {
  get(key: string): Promise<Buffer | null>;
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
  setIfAbsent(key: string, value: Uint8Array, ttlMs: number): Promise<boolean>;
  take(key: string): Promise<Buffer | null>;
  delete(key: string): Promise<void>;
  /** Runs a script on the server, in one step. */
  run(script: string, key: string, values: readonly (string | Uint8Array)[]): Promise<unknown>;
  publish(channel: string, message: string): Promise<void>;
  close(): Promise<void>;
}

export interface Subscriber {
  close(): Promise<void>;
}

/**
 * Connects, and again whenever the connection is lost; meanwhile every command fails at once. Errors, of every command
 * too: `cache-unavailable` (no answer), `cache-refused` (password, rights, a full server).
 */
export async function openRedis(address: RedisAddress, log: Log): Promise<RedisConnection> {
  const client = await connected(address, log);
  const commands = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    get: (key) => answered(commands.get(key)),
    set: async (key, value, ttlMs) =>
      void (await answered(commands.set(key, bufferOf(value), expiring(ttlMs)))),
    setIfAbsent: async (key, value, ttlMs) =>
      (await answered(commands.set(key, bufferOf(value), { ...expiring(ttlMs), condition: 'NX' }))) !== null,
    take: (key) => answered(commands.getDel(key)),
    delete: async (key) => void (await answered(commands.del(key))),
    run: (script, key, values) =>
      answered(
        commands.eval(script, {
          keys: [key],
          arguments: values.map((value) => (typeof value === 'string' ? value : bufferOf(value))),
        }),
      ),
    publish: async (channel, message) => void (await answered(client.publish(channel, message))),
    close: async () => client.destroy(),
  };
}

/**
 * Listens to one channel on a connection of its own, again whenever that was lost. Errors: `cache-unavailable`,
 * `cache-refused`.
 */
export async function openSubscriber(
  address: RedisAddress,
  log: Log,
  channel: string,
  heard: (message: string) => void,
): Promise<Subscriber> {
  const client = await connected(address, log);
  try {
    await answered(client.subscribe(channel, heard));
  } catch (error) {
    // Or it would go on connecting, for nobody.
    client.destroy();
    throw error;
  }
  return { close: async () => client.destroy() };
}

async function connected(address: RedisAddress, log: Log) {
  const client = address.isCluster
    ? createCluster({ rootNodes: [{ url: address.url }], defaults: optionsOf(address) })
    : createClient({ url: address.url, ...optionsOf(address) });
  const refused = Promise.withResolvers<never>();
  refused.promise.catch(() => {});
  const away = complaint(
    { clock: machineTime, log },
    { says: 'Redis does not answer', level: 'warn', isOfAway: () => true },
  );
  let last: unknown = null;
  client.on('error', (error: unknown) => {
    last = error;
    if (isRefusal(error)) refused.reject(error);
    // Said once for each time it goes, not for each attempt to come back.
    away.failed(translated(error));
  });
  client.on('ready', () => away.well());
  try {
    await answered<unknown>(Promise.race([client.connect(), refused.promise]), connectTimeoutMs);
  } catch (error) {
    client.destroy();
    away.giveUp();
    throw error instanceof VedetteError && error.code === 'cache-unavailable'
      ? unreached(last, address)
      : error;
  }
  return client;
}

/** By the code of a socket's error, why there is no connection. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address. Check that it runs, and the host and port',
  ENOTFOUND: 'there is no such host. Check the name',
  EAI_AGAIN: 'its host cannot be looked up now. Check the DNS of this machine',
  ECONNRESET:
    'the connection is ended at once. Check that this is the port of Redis, and whether it speaks TLS there (rediss://) or not (redis://)',
};

/** What is known of why the first connection did not come about. */
function unreached(last: unknown, { tls }: RedisAddress): VedetteError {
  const code = last instanceof Error && 'code' in last ? String(last.code) : '';
  const isCertificate = /CERT|SIGNATURE/.test(code);
  const isOtherTls = code.startsWith('ERR_SSL') || (code === '' && last === null && tls !== null);
  const reason = isCertificate
    ? `it does not prove who it is (certificate: ${last instanceof Error ? last.message : code}). Check the host, and ca in the address`
    : isOtherTls
      ? 'what is there does not speak TLS. Check the port, or begin the address with redis:// where nobody can listen'
      : (reasons[code] ?? (last === null ? null : reasons.ECONNRESET));
  const sentence = reason === null ? undefined : `The cache does not answer: ${reason}.`;
  return new VedetteError('cache-unavailable', sentence, { cause: last });
}

function optionsOf({ tls }: RedisAddress) {
  return {
    socket: {
      ...(tls === null ? {} : { tls: true as const, ...tls }),
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (retries: number) =>
        Math.min(retryMs.most, retryMs.first * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2),
    },
    pingInterval: pingMs,
    commandsQueueMaxLength: maxWaiting,
    // What waits for a connection would be done late, when nobody waits for it any more.
    disableOfflineQueue: true,
  };
}

function expiring(ttlMs: number) {
  return { expiration: { type: 'PX' as const, value: Math.max(1, Math.ceil(ttlMs)) } };
}

function bufferOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

async function answered<T>(answer: Promise<T>, withinMs = answerTimeoutMs): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(unavailable()), withinMs);
  try {
    return await Promise.race([answer, late.promise]);
  } catch (error) {
    throw translated(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Answers that begin so are about us, and not about what was asked: no retry helps. */
const refusals = [
  'NOAUTH',
  'WRONGPASS',
  'NOPERM',
  'OOM',
  'MISCONF',
  'READONLY',
  'ERR AUTH',
  'ERR invalid password',
];

/** The answer of one that is asked for its nodes. */
const isAlone = /cluster support disabled/;

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return isAlone.test(error.message) || refusals.some((word) => error.message.startsWith(word));
}

function translated(error: unknown): unknown {
  if (error instanceof VedetteError || !(error instanceof Error)) return error;
  if (isAlone.test(error.message)) {
    const sentence = 'This Redis is no cluster. Leave cluster=true out of its address.';
    return new VedetteError('cache-refused', sentence, { cause: error });
  }
  if (isRefusal(error)) {
    return new VedetteError('cache-refused', `Redis refuses this: ${error.message}`, { cause: error });
  }
  // A script's own error, which its caller reads.
  if (error.message.startsWith('NUMBER')) return error;
  return unavailable(error);
}

function unavailable(cause?: unknown): VedetteError {
  return new VedetteError('cache-unavailable', undefined, { cause });
}
