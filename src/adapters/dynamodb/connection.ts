// One table of DynamoDB, the few calls made of it, and patience with it. The SDK is optional, and loaded when needed.

import { setTimeout } from 'node:timers/promises';
import type { AttributeValue, TableDescription, TimeToLiveStatus } from '@aws-sdk/client-dynamodb';
import { backoffMs } from '../../core/backoff.ts';
import type { DynamoAddress } from './address.ts';
import { cacheFailure, isTransient } from './failure.ts';

/**
 * DynamoDB answers within some ms: an attempt that takes so long is as good as lost. All attempts together take as long as
 * a Redis is waited for: who waits for a cache would rather be told.
 */
const defaultPatience = { attemptMs: 1_000, totalMs: 3_000 };
const connectMs = 1_000;
/** Between attempts: a partition that is too hot recovers within a second or not at all. */
const backoff = { firstMs: 25, maxMs: 800 };
/** Requests at the same time; the rest waits for a connection. */
const maxSockets = 500;

export type Item = Readonly<Record<string, AttributeValue>>;

export interface Condition {
  readonly expression: string;
  readonly values: Item;
}

/** A write with a condition: done, or left alone because of what was found. */
export type Written =
  | { readonly isDone: true; readonly before: Item | null; readonly after: Item | null }
  | { readonly isDone: false; readonly found: Item | null };

/**
 * Errors of every call: `cache-unavailable` (no answer, or too much at once, for 3 s), `cache-refused` (rights, the table).
 * A call whose answer was lost is made again: it may be done twice.
 */
export interface DynamoTable {
  /** What was written last, by whoever (a strongly consistent read). */
  get(key: string): Promise<Item | null>;
  put(item: Item, condition?: Condition): Promise<Written>;
  update(key: string, change: string, condition: Condition): Promise<Written>;
  delete(key: string, condition?: Condition): Promise<Written>;
  /** Null where there is none. */
  describe(): Promise<TableDescription | null>;
  timeToLive(): Promise<{ readonly status: TimeToLiveStatus | null; readonly attribute: string | null }>;
  /** Paid by request, with this key. Where somebody else is making it, too. */
  create(key: string): Promise<void>;
  expireBy(attribute: string): Promise<void>;
  close(): Promise<void>;
}

export const keyName = 'cacheKey';

export interface Patience {
  readonly attemptMs: number;
  readonly totalMs: number;
}

type Sdk = typeof import('@aws-sdk/client-dynamodb');

/** Opens a client; nothing is asked yet. Errors: `cache-refused` (the SDK is missing). */
export async function openDynamoTable(
  address: DynamoAddress,
  patience: Patience = defaultPatience,
): Promise<DynamoTable> {
  const sdk = await loaded();
  const client = new sdk.DynamoDBClient(optionsOf(address));
  const TableName = address.table;
  const keyed = (key: string) => ({ TableName, Key: { [keyName]: { S: key } } });
  const ask = <T>(work: (signal: AbortSignal) => Promise<T>) => persistently(patience, work);
  const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;
  return {
    async get(key) {
      const command = new sdk.GetItemCommand({ ...keyed(key), ConsistentRead: true });
      return (await ask((abortSignal) => client.send(command, { abortSignal }))).Item ?? null;
    },
    put(item, condition) {
      const asked = { TableName, Item: item, ReturnValues: 'ALL_OLD' as const };
      const command = new sdk.PutItemCommand({ ...asked, ...conditional(condition) });
      return written(sdk, async () =>
        beforeOf(await ask((abortSignal) => client.send(command, { abortSignal }))),
      );
    },
    update(key, change, condition) {
      const asked = { ...keyed(key), UpdateExpression: change, ReturnValues: 'ALL_NEW' as const };
      const command = new sdk.UpdateItemCommand({ ...asked, ...conditional(condition) });
      return written(sdk, async () => {
        const answer = await ask((abortSignal) => client.send(command, { abortSignal }));
        return { isDone: true, before: null, after: answer.Attributes ?? null };
      });
    },
    delete(key, condition) {
      const asked = { ...keyed(key), ReturnValues: 'ALL_OLD' as const };
      const command = new sdk.DeleteItemCommand({ ...asked, ...conditional(condition) });
      return written(sdk, async () =>
        beforeOf(await ask((abortSignal) => client.send(command, { abortSignal }))),
      );
    },
    async describe() {
      const command = new sdk.DescribeTableCommand({ TableName });
      try {
        return (await ask((abortSignal) => client.send(command, { abortSignal }))).Table ?? null;
      } catch (error) {
        if (error instanceof Error && isNamed(error.cause, 'ResourceNotFoundException')) return null;
        throw error;
      }
    },
    async timeToLive() {
      const command = new sdk.DescribeTimeToLiveCommand({ TableName });
      const { TimeToLiveDescription: found } = await ask((abortSignal) =>
        client.send(command, { abortSignal }),
      );
      return { status: found?.TimeToLiveStatus ?? null, attribute: found?.AttributeName ?? null };
    },
    async create(key) {
      const command = new sdk.CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
      });
      await ask((abortSignal) => client.send(command, { abortSignal })).catch((error: unknown) => {
        if (error instanceof Error && isNamed(error.cause, 'ResourceInUseException')) return;
        throw error;
      });
    },
    async expireBy(attribute) {
      const TimeToLiveSpecification = { AttributeName: attribute, Enabled: true };
      const command = new sdk.UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification });
      await ask((abortSignal) => client.send(command, { abortSignal }));
    },
    close: async () => client.destroy(),
  };
}

async function loaded(): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-dynamodb');
  } catch (cause) {
    const error = new Error('The SDK is not installed.', { cause });
    error.name = 'SdkMissing';
    throw cacheFailure(error);
  }
}

function optionsOf({ region, endpoint, credentials }: DynamoAddress) {
  const agent = { keepAlive: true, maxSockets };
  return {
    ...(region === null ? {} : { region }),
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === null
      ? {}
      : {
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey.reveal(),
          },
        }),
    // We try again ourselves, and know for how long.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: connectMs, httpAgent: agent, httpsAgent: agent },
  };
}

function conditional(condition: Condition | undefined) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.expression,
    ExpressionAttributeValues: condition.values,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

function beforeOf({ Attributes }: { Attributes?: Item | undefined }): Written {
  return { isDone: true, before: Attributes ?? null, after: null };
}

async function written(
  { ConditionalCheckFailedException }: Sdk,
  work: () => Promise<Written>,
): Promise<Written> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null;
    if (cause instanceof ConditionalCheckFailedException) return { isDone: false, found: cause.Item ?? null };
    throw error;
  }
}

/** `work`, again with a back-off while DynamoDB has too much to do or does not answer; in the machine's time. */
async function persistently<T>(
  { attemptMs, totalMs }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = AbortSignal.timeout(totalMs);
  /** What DynamoDB or the network said last: that we gave up says less. */
  let told: unknown = null;
  for (let failures = 1; ; failures += 1) {
    try {
      return await work(AbortSignal.any([over, AbortSignal.timeout(attemptMs)]));
    } catch (error) {
      if (!(error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name))) told = error;
      if (over.aborted || !isTransient(error)) throw cacheFailure(told ?? error);
      const waitMs = backoffMs(backoff, failures, Math.random);
      await setTimeout(waitMs, undefined, { signal: over }).catch(() => {});
    }
  }
}
