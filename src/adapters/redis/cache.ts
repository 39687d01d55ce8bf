// The cache on Redis: every verb is one command or one script, so each is atomic for all processes.

import { VedetteError } from '../../core/errors.ts';
import { type Cache, maxCacheValueBytes } from '../../core/ports/cache.ts';
import type { RedisConnection } from './connection.ts';

/** Adds 1; the first call begins the time to live. What is no counter is left as it is. */
const incrementScript = `
local value = redis.call('GET', KEYS[1])
if value and not string.match(value, '^%d+$') then return redis.error_reply('NUMBER expected') end
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`;

/** Where the value is ARGV[1]: removes it (ARGV[2] is "0"), or stores ARGV[4] for ARGV[3] ms. */
const swapScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[3]) end
return 1`;

/** A cache of which the connection is its own to close. Keys begin with `prefix`. */
export function redisCache(redis: RedisConnection, prefix: string): Cache {
  const named = (key: string) => `${prefix}${key}`;
  return {
    async get(key) {
      return owned(await redis.get(named(key)));
    },
    async set(key, value, ttlMs) {
      requireSize(value);
      await redis.set(named(key), value.slice(), ttlMs);
    },
    async setIfAbsent(key, value, ttlMs) {
      requireSize(value);
      return redis.setIfAbsent(named(key), value.slice(), ttlMs);
    },
    async swap(key, expected, next, ttlMs) {
      if (next !== null) requireSize(next);
      const values = [expected, next === null ? '0' : '1', milliseconds(ttlMs), next ?? ''];
      return (await redis.run(swapScript, named(key), values)) === 1;
    },
    async take(key) {
      return owned(await redis.take(named(key)));
    },
    async increment(key, ttlMs) {
      return countOf(await redis.run(incrementScript, named(key), [milliseconds(ttlMs)]).catch(notACounter));
    },
    delete: (key) => redis.delete(named(key)),
    close: () => redis.close(),
  };
}

/** Not a view of the connection's own memory. */
function owned(value: Buffer | null): Uint8Array | null {
  return value === null ? null : new Uint8Array(value);
}

function milliseconds(ttlMs: number): string {
  return String(Math.max(1, Math.ceil(ttlMs)));
}

function countOf(answer: unknown) {
  const [count, leftMs] = Array.isArray(answer) ? answer.map(Number) : [];
  if (count === undefined || leftMs === undefined) throw new VedetteError('cache-unavailable');
  return { count, leftMs: Math.max(1, leftMs) };
}

function notACounter(error: unknown): never {
  if (error instanceof Error && error.message.startsWith('NUMBER')) {
    throw new VedetteError('request-invalid', 'Something that is no counter is kept under this key.');
  }
  throw error;
}

function requireSize(value: Uint8Array): void {
  if (value.length <= maxCacheValueBytes) return;
  throw new VedetteError('body-too-large', `A cached value may have at most ${maxCacheValueBytes} bytes.`);
}
