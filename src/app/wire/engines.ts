// The engines behind the ports, each by the scheme of its address.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dynamoAddress } from '../../adapters/dynamodb/address.ts';
import { dynamoCache } from '../../adapters/dynamodb/cache.ts';
import { openDynamoTable } from '../../adapters/dynamodb/connection.ts';
import { prepareTable, requireTable } from '../../adapters/dynamodb/table.ts';
import { fsBlobs, isBlobFolder } from '../../adapters/fs/blobs.ts';
import { kafkaAddress } from '../../adapters/kafka/address.ts';
import { openKafkaEvents } from '../../adapters/kafka/live.ts';
import { kafkaQueue } from '../../adapters/kafka/queue.ts';
import { redisAddress } from '../../adapters/redis/address.ts';
import { redisCache } from '../../adapters/redis/cache.ts';
import { openRedis } from '../../adapters/redis/connection.ts';
import { openRedisEvents } from '../../adapters/redis/events.ts';
import { tellEviction } from '../../adapters/redis/info.ts';
import { s3Address } from '../../adapters/s3/address.ts';
import { s3Blobs } from '../../adapters/s3/blobs.ts';
import type { Database } from '../../adapters/sql/database.ts';
import { openPostgres } from '../../adapters/sql/postgres/database.ts';
import { breaker } from '../../core/breaker.ts';
import { VedetteError } from '../../core/errors.ts';
import { guardedCache, isCacheAway } from '../../core/guarded.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Cache } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Events } from '../../core/ports/events.ts';
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

interface EventDeps extends EngineDeps {
  readonly local: Events;
  readonly processId: string;
}

export interface Shelf {
  readonly cache: Cache;
  readonly events: Events;
}

/**
 * The cache, and live events over the same service, or over that of the queue where the cache tells nobody anything.
 * Errors: `settings-invalid`, `cache-unavailable`, `cache-refused`, `queue-unavailable`, `queue-refused`.
 */
export function openCache(
  opening: AsyncDisposableStack,
  settings: Settings,
  deps: EventDeps,
): Promise<Shelf> {
  const isDynamo = given(settings, 'VEDETTE_CACHE_URL').reveal().startsWith('dynamodb:');
  return isDynamo ? openDynamo(opening, settings, deps) : openOnRedis(opening, settings, deps);
}

async function openOnRedis(
  opening: AsyncDisposableStack,
  settings: Settings,
  deps: EventDeps,
): Promise<Shelf> {
  const address = redisAddress(given(settings, 'VEDETTE_CACHE_URL'));
  const redis = await openRedis(address, deps.log);
  opening.defer(() => redis.close());
  await tellEviction(redis, address.prefix, deps.log);
  const events = await openRedisEvents({ ...deps, redis, address });
  opening.defer(() => events.close());
  return { cache: redisCache(redis, address.prefix), events };
}

async function openDynamo(
  opening: AsyncDisposableStack,
  settings: Settings,
  deps: EventDeps,
): Promise<Shelf> {
  const address = dynamoAddress(given(settings, 'VEDETTE_CACHE_URL'));
  const table = await openDynamoTable(address);
  opening.defer(() => table.close());
  if (address.create) await prepareTable(table);
  await requireTable(table);
  const { connection, prefix, replicas = null } = kafkaAddress(given(settings, 'VEDETTE_QUEUE_URL'));
  const events = await openKafkaEvents({ ...deps, connection, prefix, replicas });
  opening.defer(() => events.close());
  return { cache: dynamoCache(table, address.prefix, deps.clock), events };
}

/** Marks are done without where they take so long, in ms, and asked for again after a rest. */
const marks = { timeoutMs: 2_000, restMs: 5_000 };

/** Errors: `settings-invalid`, `queue-unavailable`, `queue-refused`. */
export async function openQueue(
  settings: Settings,
  deps: EngineDeps & { readonly cache: Cache },
): Promise<Queue> {
  const { connection, prefix, partitions, replicas } = kafkaAddress(given(settings, 'VEDETTE_QUEUE_URL'));
  // Each message asks several times: no alert is to wait for each of them while the cache hangs.
  const guard = breaker({
    ...{ ...marks, clock: deps.clock, failures: 2, isFailure: isCacheAway },
    away: () => new VedetteError('cache-unavailable'),
  });
  return kafkaQueue({
    ...{ ...deps, connection, prefix, cache: guardedCache(deps.cache, guard) },
    ...(partitions === undefined ? {} : { partitions }),
    ...(replicas === undefined ? {} : { replicas }),
  });
}

interface BlobDeps extends EngineDeps {
  /** Whether a folder is made where there is none: only before anybody was set up. */
  readonly mayMake: boolean;
}

/** Errors: `settings-invalid`, `blobs-unavailable`, `blobs-refused`, those of the folder. */
export async function openBlobStore(
  opening: AsyncDisposableStack,
  settings: Settings,
  deps: BlobDeps,
): Promise<Blobs> {
  const url = given(settings, 'VEDETTE_BLOBS_URL');
  if (!url.reveal().startsWith('s3:')) {
    const folder = pathOf(url, 'VEDETTE_BLOBS_URL');
    if (!deps.mayMake && !(await isBlobFolder(folder))) {
      throw new VedetteError('blobs-unavailable', footageMissing(folder));
    }
    return fsBlobs({ folder, isShared: true });
  }
  const blobs = await s3Blobs({ ...deps, address: s3Address(url) });
  opening.defer(() => blobs.close());
  return blobs;
}

/** What is said of a folder that has no store, though the records know an installation. */
export function footageMissing(folder: string): string {
  const objects = join(folder, 'objects');
  return `${folder} has no footage, and this installation has some: is a disk or a share not mounted? Mount it, or correct VEDETTE_BLOBS_URL. To begin there without the old footage, make ${objects}`;
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

/** What a setting says that has to say something. Errors: `settings-invalid`. */
export function given(settings: Settings, name: keyof typeof engineSettings): Secret {
  const url = settings[name];
  if (url === undefined)
    throw new VedetteError('settings-invalid', `A setting is wrong. ${name} is missing.`);
  return url;
}
