// The engines of a small cluster on loopback, and processes of the program on them.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Kafka, startKafka } from './kafka.ts';
import { kafkaIsMissing } from './kafka-jars.ts';
import { type Postgres, postgresIsMissing, startPostgres } from './postgres.ts';
import { type RedisServer, redisIsMissing, startRedis } from './redis.ts';
import { startVedette, temporaryFolder, type Vedette } from './vedette.ts';

/** Why tests with it are skipped; false where they are not. */
export const clusterIsMissing: string | false = postgresIsMissing || redisIsMissing || kafkaIsMissing;

export interface Cluster extends AsyncDisposable {
  readonly postgres: Postgres;
  readonly redis: RedisServer;
  readonly kafka: Kafka;
  /** What every process of the installation is told. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts a process with these roles, and a data folder of its own. */
  start(roles: string, environment?: Record<string, string>): Promise<Vedette>;
}

export interface ClusterOptions {
  /** Where footage lies; a folder that every process sees without it. */
  readonly blobs?: string;
  /** Nothing that only tests need lies between the program and its engines; `kafka.network` is not to be cut. */
  readonly isMeasured?: boolean;
}

/** Starts PostgreSQL, Redis and Kafka; keys are a file that every process sees. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { isMeasured = false } = options;
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder());
  const [postgres, redis, kafka] = await Promise.all([
    startPostgres(),
    startRedis(),
    startKafka({ isMeasured }),
  ]);
  for (const server of [postgres, redis, kafka]) opening.use(server);
  const { url: records } = await postgres.createDatabase();
  const environment = {
    VEDETTE_RECORDS_URL: records,
    VEDETTE_CACHE_URL: redis.url,
    VEDETTE_QUEUE_URL: `kafka://${kafka.brokers(isMeasured ? 'plain' : 'cut').join(',')}/vedette?partitions=4`,
    VEDETTE_BLOBS_URL: options.blobs ?? pathToFileURL(join(folder.path, 'blobs')).href,
    VEDETTE_KEYS_URL: pathToFileURL(join(folder.path, 'keys.json')).href,
  };
  let processes = 0;
  const running = opening.move();
  return {
    ...{ postgres, redis, kafka, environment },
    async start(roles, more = {}) {
      const data = join(folder.path, `process-${++processes}`);
      await mkdir(data);
      return running.use(await startVedette(data, { ...environment, ...more }, roles));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
