// What a Redis says of itself, and what of it does harm.

import { VedetteError } from '../../core/errors.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RedisConnection } from './connection.ts';

/** The lines of INFO, by their names. */
export type RedisInfo = ReadonlyMap<string, string>;

/** Null where this user may not ask. */
export async function infoOf(redis: RedisConnection, prefix: string): Promise<RedisInfo | null> {
  try {
    const answer = await redis.run("return redis.call('INFO')", `${prefix}check`, []);
    const lines = String(answer).split(/\r?\n/);
    return new Map(
      lines.flatMap((line) => {
        const [, name = '', value = ''] = /^([a-z_0-9]+):(.*)$/.exec(line) ?? [];
        return name === '' ? [] : [[name, value] as const];
      }),
    );
  } catch (error) {
    // A script that may not ask says so in its own words; a server that is gone will say so again.
    if (error instanceof VedetteError && error.code === 'cache-unavailable' && error.cause === undefined)
      throw error;
    return null;
  }
}

/** What a server does that forgets before its time, and what to do; null for one that does not. */
export function evictionOf(info: RedisInfo): string | null {
  const policy = info.get('maxmemory_policy') ?? 'unknown';
  if (policy === 'noeviction') return null;
  return `The maxmemory-policy of Redis is ${policy}: when memory runs short it forgets leases, limits of attempts and what was told already. Set it to noeviction.`;
}

/**
 * Says what does harm, once; the start goes on: what would be forgotten one day is no reason to have nothing today. Where it
 * cannot be asked, nothing is said.
 */
export async function tellEviction(redis: RedisConnection, prefix: string, log: Log): Promise<void> {
  const info = await infoOf(redis, prefix).catch(() => null);
  const harm = info === null ? null : evictionOf(info);
  if (harm !== null) log.warn(harm);
}
