// Is a Redis fit to be the cache: reached, new enough, forgetting nothing, with the rights for what we ask of it.

import { keepsWhatItIsTold } from '../../core/cache-probe.ts';
import { VedetteError } from '../../core/errors.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Secret } from '../../core/secret.ts';
import { type OpeningCheck, right, risky, type SettingFinding, wrong } from '../../core/setting-finding.ts';
import { type RedisAddress, redisAddress } from './address.ts';
import { redisCache } from './cache.ts';
import { openRedis, openSubscriber, type RedisConnection } from './connection.ts';
import { evictionOf, infoOf, type RedisInfo } from './info.ts';

/** The first with GETDEL, which takes a value once. */
const oldest = [6, 2] as const;
const heardWithinMs = 3_000;

/** Errors: `settings-invalid`, `cache-unavailable`, `cache-refused`. */
export async function* checkRedis(url: Secret): OpeningCheck {
  const address = redisAddress(url);
  const redis = await openRedis(address, silentLog);
  try {
    yield* serverOf(redis, address);
    yield* openDoor(address);
    yield* commandsOf(redis, address);
    yield await eventsOf(redis, address);
  } finally {
    await redis.close();
  }
}

/** What the server says of itself; some do not say it to everybody. */
async function* serverOf(redis: RedisConnection, { prefix, tls, url }: RedisAddress): OpeningCheck {
  const info = await infoOf(redis, prefix);
  if (info === null) {
    yield right('Redis lets us in.');
    yield risky(
      'Its version and maxmemory-policy cannot be seen. Allow this user INFO, or see yourself that the policy is noeviction.',
    );
    return;
  }
  const version = info.get('redis_version') ?? 'of an unknown version';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  yield isOld
    ? wrong(`Redis ${version} is too old. Upgrade it to ${oldest.join('.')} or newer.`)
    : right(`Redis ${version} lets us in.`);
  const isHere = /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname);
  if (tls === null && !isHere) {
    yield risky('The connection is not encrypted: who listens reads everything. Begin it with rediss://');
  }
  yield policyOf(info);
  if (info.get('role') === 'slave') {
    yield wrong('This Redis is a replica and can only be read. Give the address of the primary.');
  }
}

/** A password that nobody is asked for protects nothing: Redis takes any for a user who needs none. */
async function* openDoor(address: RedisAddress): OpeningCheck {
  const url = new URL(address.url);
  if (url.password === '') return;
  url.username = url.password = '';
  if (await letsIn({ ...address, url: url.href })) {
    yield risky(
      'Redis never asked for the password in its address: it takes anybody who reaches it. Set requirepass there, or turn its user default off.',
    );
  }
}

async function letsIn(address: RedisAddress): Promise<boolean> {
  try {
    const redis = await openRedis(address, silentLog);
    await redis.get(`${address.prefix}check`).finally(() => redis.close());
    return true;
  } catch {
    return false;
  }
}

function policyOf(info: RedisInfo): SettingFinding {
  const harm = evictionOf(info);
  return harm === null ? right('Its maxmemory-policy is noeviction: nothing is forgotten.') : wrong(harm);
}

/** Every verb of the cache, on a key that nobody else has. */
async function* commandsOf(redis: RedisConnection, { prefix }: RedisAddress): OpeningCheck {
  yield (await keepsWhatItIsTold(redisCache(redis, prefix)))
    ? right(`This user may use keys that begin with ${prefix}, and scripts.`)
    : wrong('Redis does not keep what it was told. Give it to Vedette alone, without a proxy between.');
}

async function eventsOf(redis: RedisConnection, address: RedisAddress): Promise<SettingFinding> {
  const heard = Promise.withResolvers<true>();
  // It may be too late while the message is still on its way out, when nobody waits here yet.
  heard.promise.catch(() => {});
  const said = crypto.randomUUID();
  const channel = `${address.prefix}check`;
  const subscriber = await openSubscriber(address, silentLog, channel, (message) => {
    if (message === said) heard.resolve(true);
  });
  const late = setTimeout(() => heard.reject(new VedetteError('cache-unavailable')), heardWithinMs);
  try {
    await redis.publish(channel, said);
    await heard.promise;
    return right('What one process publishes, others hear.');
  } finally {
    clearTimeout(late);
    await subscriber.close();
  }
}
