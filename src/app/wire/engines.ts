// The engines behind the ports, each by the scheme of its address.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fsBlobs } from '../../adapters/fs/blobs.ts';
import { kafkaAddress } from '../../adapters/kafka/address.ts';
import { kafkaQueue } from '../../adapters/kafka/queue.ts';
import { keyFile } from '../../adapters/keyfile/keys.ts';
import { redisAddress } from '../../adapters/redis/address.ts';
import { redisCache } from '../../adapters/redis/cache.ts';
import { openRedis } from '../../adapters/redis/connection.ts';
import { openRedisEvents } from '../../adapters/redis/events.ts';
import { s3Address } from '../../adapters/s3/address.ts';
import { s3Blobs } from '../../adapters/s3/blobs.ts';
import type { Database } from '../../adapters/sql/database.ts';
import { openPostgres } from '../../adapters/sql/postgres/database.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Queue } from '../../core/ports/queue.ts';
import type { Secret } from '../../core/secret.ts';
import type { Settings } from '../settings.ts';
import type { engineSettings } from '../settings-engines.ts';

interface EngineDeps {
  readonly log: Log;
  readonly clock: Clock;
}

/** Errors: `settings-invalid`, `records-unavailable`, `data-newer`. */
export function openRecords(settings: Settings, deps: EngineDeps): Promise<Database> {
  return openPostgres({ ...deps, url: given(settings, 'VEDETTE_RECORDS_URL') });
}

/** The cache, and live events over the same service. Errors: `settings-invalid`, `cache-unavailable`, `cache-refused`. */
export async function openCache(
  opening: AsyncDisposableStack,
  settings: Settings,
  deps: EngineDeps & { readonly local: Events; readonly processId: string },
): Promise<{ readonly cache: Cache; readonly events: Events }> {
  const address = redisAddress(given(settings, 'VEDETTE_CACHE_URL'));
  const redis = await openRedis(address, deps.log);
  opening.defer(() => redis.close());
  const events = await openRedisEvents({ ...deps, redis, address });
  opening.defer(() => events.close());
  return { cache: redisCache(redis, address.prefix), events };
}

/** Errors: `settings-invalid`, `queue-unavailable`, `queue-refused`. */
export async function openQueue(
  settings: Settings,
  deps: EngineDeps & { readonly cache: Cache },
): Promise<Queue> {
  const { connection, prefix, partitions, replicas } = kafkaAddress(given(settings, 'VEDETTE_QUEUE_URL'));
  return kafkaQueue({
    ...{ ...deps, connection, prefix },
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicas === undefined ? {} : { replicas }),
  });
}

/** Errors: those of the key file; `key-unavailable`, where it is missing and something was written with it. */
export async function openKeys(settings: Settings, database: Pick<Database, 'isUnused'>): Promise<Keys> {
  const path = pathOf(given(settings, 'VEDETTE_KEYS_URL'), 'VEDETTE_KEYS_URL');
  // A new one would look well and lose all there is: nothing recorded so far could be read again.
  if (!existsSync(path) && !(await database.isUnused())) {
    throw new VedetteError(
      'key-unavailable',
      `${path} is missing, and without it the footage of this installation cannot be read. Put it where every process sees it.`,
    );
  }
  const passphrase = settings.VEDETTE_KEY_PASSPHRASE;
  return keyFile({ path, ...(passphrase === undefined ? {} : { passphrase }) });
}

/** Errors: `settings-invalid`, `blobs-unavailable`, `blobs-refused`, those of the folder. */
export async function openBlobStore(
  opening: AsyncDisposableStack,
  settings: Settings,
  deps: EngineDeps,
): Promise<Blobs> {
  const url = given(settings, 'VEDETTE_BLOBS_URL');
  if (!url.reveal().startsWith('s3:')) {
    return fsBlobs({ folder: pathOf(url, 'VEDETTE_BLOBS_URL'), isShared: true });
  }
  const blobs = await s3Blobs({ ...deps, address: s3Address(url) });
  opening.defer(() => blobs.close());
  return blobs;
}

/** The file or folder that a file: address names. Errors: `settings-invalid`. */
export function pathOf(url: Secret, name: string): string {
  try {
    return fileURLToPath(url.reveal());
  } catch (cause) {
    const sentence = `${name} names no folder or file of this machine. It looks like file:///var/lib/vedette`;
    throw new VedetteError('settings-invalid', `A setting is wrong. ${sentence}.`, {
      cause,
      fields: { [name]: sentence },
    });
  }
}

function given(settings: Settings, name: keyof typeof engineSettings): Secret {
  const url = settings[name];
  if (url === undefined)
    throw new VedetteError('settings-invalid', `A setting is wrong. ${name} is missing.`);
  return url;
}
