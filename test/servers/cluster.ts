// The engines of a small cluster on loopback, and processes of the program on them.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type DynamoServer, dynamoIsMissing, startDynamo } from './dynamodb.ts';
import { type Kafka, startKafka } from './kafka.ts';
import { kafkaIsMissing } from './kafka-jars.ts';
import { type Postgres, postgresIsMissing, startPostgres } from './postgres.ts';
import { type RedisServer, redisIsMissing, startRedis } from './redis.ts';
import { together } from './together.ts';
import { startVedette, temporaryFolder, type Vedette } from './vedette.ts';

/** Why tests with it are skipped; false where they are not. */
export const clusterIsMissing: string | false = postgresIsMissing || redisIsMissing || kafkaIsMissing;

/** The same where small state lies in DynamoDB, and live events go over Kafka. */
export const dynamoClusterIsMissing: string | false = postgresIsMissing || dynamoIsMissing || kafkaIsMissing;

export interface Processes extends AsyncDisposable {
  readonly postgres: Postgres;
  readonly kafka: Kafka;
  /** What every process of the installation is told. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts a process with these roles, and a data folder of its own. */
  start(roles: string, environment?: Record<string, string>): Promise<Vedette>;
}

export interface Cluster extends Processes {
  readonly redis: RedisServer;
}

export interface DynamoCluster extends Processes {
  readonly dynamo: DynamoServer;
}

export interface ClusterOptions {
  /** Where footage lies; a folder that every process sees without it. */
  readonly blobs?: string;
  /** Nothing that only tests need lies between the program and its engines; `kafka.network` is not to be cut. */
  readonly isMeasured?: boolean;
}

/** Starts PostgreSQL, Redis and Kafka; keys are a file that every process sees. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  await using opening = new AsyncDisposableStack();
  const [redis, ...servers] = await together(opening, [startRedis(), ...startServers(options)]);
  return { ...(await processesOn(opening.move(), servers, { ...options, cache: redis.url })), redis };
}

/** The same with DynamoDB in the place of Redis. */
export async function startDynamoCluster(options: ClusterOptions = {}): Promise<DynamoCluster> {
  await using opening = new AsyncDisposableStack();
  const [dynamo, ...servers] = await together(opening, [startDynamo(), ...startServers(options)]);
  const cache = dynamo.address('vedette', '&create=true');
  return { ...(await processesOn(opening.move(), servers, { ...options, cache })), dynamo };
}

const startServers = ({ isMeasured = false }: ClusterOptions) =>
  [startPostgres(), startKafka({ isMeasured })] as const;

async function processesOn(
  servers: AsyncDisposableStack,
  [postgres, kafka]: readonly [Postgres, Kafka],
  options: ClusterOptions & { readonly cache: string },
): Promise<Processes> {
  await using opening = servers;
  const folder = opening.use(await temporaryFolder());
  const { isMeasured = false } = options;
  const { url: records } = await postgres.createDatabase();
  const environment = {
    VEDETTE_RECORDS_URL: records,
    VEDETTE_CACHE_URL: options.cache,
    VEDETTE_QUEUE_URL: `kafka://${kafka.brokers(isMeasured ? 'plain' : 'cut').join(',')}/vedette?partitions=4`,
    VEDETTE_BLOBS_URL: options.blobs ?? pathToFileURL(join(folder.path, 'blobs')).href,
    VEDETTE_KEYS_URL: pathToFileURL(join(folder.path, 'keys.json')).href,
  };
  let processes = 0;
  const running = opening.move();
  return {
    ...{ postgres, kafka, environment },
    async start(roles, more = {}) {
      const data = join(folder.path, `process-${++processes}`);
      await mkdir(data);
      return running.use(await startVedette(data, { ...environment, ...more }, roles));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
