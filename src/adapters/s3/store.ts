// The connection to a bucket: a bounded number of sockets, patience, and failures in our words.

import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { backoffMs } from '../../core/backoff.ts';
import { VedetteError } from '../../core/errors.ts';
import type { S3Address, S3Encryption } from './address.ts';
import { blobsFailure, isPassing, type Operation } from './failure.ts';

export interface S3Patience {
  /** A request on whose connection nothing moves for so long is given up. */
  readonly idleMs: number;
  /** A request that fails is made again so often at most, … */
  readonly attempts: number;
  /** … and not after so long. */
  readonly totalMs: number;
}

const defaultPatience: S3Patience = { idleMs: 10_000, attempts: 6, totalMs: 20_000 };
const connectTimeoutMs = 3_000;
const retryBackoff = { firstMs: 100, maxMs: 3_000 };
/** Beyond it requests wait for each other: more would not be faster, and open files are few. */
const maxSockets = 48;
/** A region where the address and the environment name none and the store is not Amazon's: most take any. */
const regionOfOthers = 'us-east-1';

type Sdk = typeof import('@aws-sdk/client-s3');

export interface S3Store {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly encryption: S3Encryption | null;
  /**
   * Does `work`, again while that may help. Errors: `blobs-unavailable` (no answer), `blobs-refused`, `data-full`,
   * `footage-damaged`; ours and those of local files as they are.
   */
  run<T>(operation: Operation, work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Nothing is asked of the store yet. Errors: `blobs-refused`, where the SDK is not installed. */
export async function openStore(address: S3Address, patience = defaultPatience): Promise<S3Store> {
  const sdk = await import('@aws-sdk/client-s3').catch((cause: unknown) => {
    const detail = 'S3 needs the package @aws-sdk/client-s3: npm install it.';
    throw new VedetteError('blobs-refused', detail, { cause });
  });
  const client = new sdk.S3Client(configOf(address, patience));
  const { bucket, prefix, encryption } = address;
  return {
    ...{ sdk, client, bucket, prefix, encryption },
    run: (operation, work) => persistently(patience, operation, work),
    close: () => client.destroy(),
  };
}

function configOf(
  { region, endpoint, isPathStyle, ca, credentials }: S3Address,
  patience: S3Patience,
): S3ClientConfig {
  const named = region ?? (endpoint === null ? null : regionOfOthers);
  const agent = { keepAlive: true, maxSockets };
  return {
    ...(named === null ? {} : { region: named }),
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === null
      ? {}
      : {
          credentials: async () => ({
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey.reveal(),
          }),
        }),
    forcePathStyle: isPathStyle,
    // We try again ourselves: only we can begin a file anew.
    maxAttempts: 1,
    // We say the SHA-256 ourselves, where there is one: streamed checksums are more than many stores understand.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    // What fails is told by us, once.
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      socketTimeout: patience.idleMs,
      httpAgent: new Agent(agent),
      httpsAgent: new TlsAgent({ ...agent, ...(ca === null ? {} : { ca }) }),
    },
  };
}

async function persistently<T>(
  patience: S3Patience,
  operation: Operation,
  work: () => Promise<T>,
): Promise<T> {
  const startedAtMs = performance.now();
  for (let failures = 1; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      const waitMs = backoffMs(retryBackoff, failures, Math.random);
      const isOver = performance.now() - startedAtMs + waitMs > patience.totalMs;
      if (isOver || failures >= patience.attempts || !isPassing(error)) throw blobsFailure(error, operation);
      await setTimeout(waitMs);
    }
  }
}
