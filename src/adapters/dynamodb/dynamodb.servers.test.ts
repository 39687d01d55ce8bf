// The cache on DynamoDB, against a server that judges conditions as it does.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { type DynamoServer, dynamoIsMissing, startDynamo } from '../../../test/servers/dynamodb.ts';
import { type Cache, maxCacheValueBytes } from '../../core/ports/cache.ts';
import { cacheContract } from '../../core/ports/cache.contract.ts';
import { secret } from '../../core/secret.ts';
import { right } from '../../core/setting-finding.ts';
import { manualClock } from '../memory/clock.ts';
import { dynamoAddress } from './address.ts';
import { dynamoCache } from './cache.ts';
import { openDynamoTable, type Patience } from './connection.ts';
import { checkDynamo } from './opening-check.ts';
import { prepareTable, requireTable } from './table.ts';

const skip = dynamoIsMissing;
let server: DynamoServer;
let tables = 0;

before(async () => {
  if (skip === false) server = await startDynamo();
});
after(() => (skip === false ? server[Symbol.asyncDispose]() : undefined));

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => (value === null ? null : new TextDecoder().decode(value));
const large = (fill: number) => new Uint8Array(maxCacheValueBytes).fill(fill);

/** One request at a time takes a while for fifty callers. */
const patient: Patience = { attemptMs: 20_000, totalMs: 40_000 };

async function openTable(t: TestContext, name: string, patience?: Patience) {
  const table = await openDynamoTable(dynamoAddress(secret(server.address(name))), patience);
  t.after(() => table.close());
  return table;
}

async function open(t: TestContext, patience?: Patience) {
  const clock = manualClock();
  const table = await openTable(t, `cache-${++tables}`, patience);
  await prepareTable(table);
  await requireTable(table);
  return {
    table,
    clock,
    cache: dynamoCache(table, 'vedette:', clock),
    pass: (ms: number) => clock.advance(ms),
  };
}

if (skip === false) cacheContract('DynamoDB', (t) => open(t, patient));

test('of many callers exactly one sets what has expired and was not deleted, and nobody swaps or takes it', {
  skip,
}, async (t) => {
  const { cache, pass, table } = await open(t, patient);
  await cache.set('lease', bytes('old'), 1_000);
  await pass(1_000);
  assert.ok(await table.get('vedette:lease'), 'DynamoDB has not deleted it yet');
  const swaps = Array.from({ length: 20 }, () => cache.swap('lease', bytes('old'), bytes('mine'), 1_000));
  assert.deepEqual(new Set(await Promise.all(swaps)), new Set([false]));
  const won = await Promise.all(
    Array.from({ length: 50 }, (_, i) => cache.setIfAbsent('lease', bytes(String(i)), 1_000)),
  );
  assert.equal(won.filter(Boolean).length, 1);
});

test('of many callers that count on what has expired, each is counted once', { skip }, async (t) => {
  const { cache, pass } = await open(t, patient);
  await cache.increment('tries', 1_000);
  await pass(1_000);
  const counts = await Promise.all(Array.from({ length: 20 }, () => cache.increment('tries', 1_000)));
  assert.deepEqual(
    counts.map(({ count }) => count).sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test('a value that is a number is counted on, and swapped when it is a counter', { skip }, async (t) => {
  const { cache } = await open(t);
  await cache.set('tries', bytes('41'), 60_000);
  assert.equal((await cache.increment('tries', 1_000)).count, 42);
  assert.equal(await cache.swap('tries', bytes('42'), bytes('none'), 1_000), true);
  await assert.rejects(cache.increment('tries', 1_000), { code: 'request-invalid' });
  assert.equal(text(await cache.get('tries')), 'none');
});

test('a value of two halves is read whole or not at all while others write, take and delete it', {
  skip,
}, async (t) => {
  const { cache, table } = await open(t, patient);
  await cache.set('picture', large(1), 60_000);
  const writers = Array.from({ length: 6 }, (_, i) => cache.set('picture', large(i + 2), 60_000));
  const readers = Array.from({ length: 12 }, () => cache.get('picture'));
  await Promise.all(writers);
  for (const value of await Promise.all(readers)) {
    assert.equal(value?.length, maxCacheValueBytes);
    assert.ok(value.every((byte) => byte === value[0]));
  }
  const held = await cache.get('picture');
  assert.ok(held);
  const other = new Uint8Array(held).fill(0, -1);
  assert.equal(await cache.swap('picture', other, bytes('small'), 60_000), false);
  assert.equal(await cache.swap('picture', held, large(99), 60_000), true);
  const tailId = (await table.get('vedette:picture'))?.tailId?.S;
  const taken = await Promise.all(Array.from({ length: 10 }, () => cache.take('picture')));
  assert.equal(taken.filter((value) => value !== null).length, 1);
  assert.equal(await table.get(`tail of vedette:${tailId}`), null, 'nothing stays behind');
});

test('a value whose second half is gone is absent', { skip }, async (t) => {
  const { cache, table } = await open(t);
  await cache.set('picture', large(1), 60_000);
  const tailId = (await table.get('vedette:picture'))?.tailId?.S;
  await table.delete(`tail of vedette:${tailId}`);
  assert.equal(await cache.get('picture'), null);
});

test('installations with prefixes of their own share a table and see nothing of each other', {
  skip,
}, async (t) => {
  const { cache, table, clock } = await open(t);
  const theirs = dynamoCache(table, 'shop:', clock);
  await cache.set('a', bytes('1'), 60_000);
  assert.equal(await theirs.get('a'), null);
  assert.equal(await theirs.setIfAbsent('a', bytes('2'), 60_000), true);
  assert.equal(text(await cache.get('a')), '1');
});

test('what is throttled is asked again, and given up in time', { skip }, async (t) => {
  const { cache } = await open(t);
  server.throttle(3);
  await cache.set('a', bytes('1'), 60_000);
  assert.equal(text(await cache.get('a')), '1');
  server.throttle(1_000);
  await assert.rejects(cache.get('a'), { code: 'cache-unavailable' });
  server.throttle(0);
  assert.equal(text(await cache.get('a')), '1');
});

test('a write whose answer was lost is known as ours when it is made again', { skip }, async (t) => {
  const { cache } = await open(t);
  const lost = async (work: () => Promise<boolean>) => {
    server.loseAnswer();
    return work();
  };
  assert.equal(await lost(() => cache.setIfAbsent('lease', bytes('mine'), 60_000)), true);
  assert.equal(await lost(() => cache.swap('lease', bytes('mine'), bytes('still'), 60_000)), true);
  assert.equal(text(await cache.get('lease')), 'still');
});

test('a server that hangs is given up in time, and forgotten when it goes on', { skip }, async (t) => {
  const { cache } = await open(t);
  server.hang();
  t.after(() => server.resume());
  await assert.rejects(cache.get('a'), { code: 'cache-unavailable' });
  server.resume();
  assert.equal(await until(() => cache.get('a')), null);
});

test('a table that is missing, or is not as the cache needs it, is refused with what is to be done', {
  skip,
}, async (t) => {
  const missing = await openTable(t, 'missing');
  await assert.rejects(requireTable(missing), { code: 'cache-refused', message: /create=true/ });
  const cache: Cache = dynamoCache(missing, 'vedette:', manualClock());
  await assert.rejects(cache.get('a'), { code: 'cache-refused' });
  const other = await openTable(t, 'other-key');
  await other.create('id');
  await assert.rejects(requireTable(other), { code: 'cache-refused', message: /partition key cacheKey/ });
  const growing = await openTable(t, 'growing');
  await growing.create('cacheKey');
  await assert.rejects(requireTable(growing), { code: 'cache-refused', message: /time to live/ });
  await Promise.all([prepareTable(growing), prepareTable(growing)]);
  await requireTable(growing);
});

test('a check names the one right that is missing, and is right where none is', { skip }, async (t) => {
  const table = await openTable(t, 'checked');
  await prepareTable(table);
  const found = async () => {
    const deps = { clock: manualClock(), tryCache };
    return (await Array.fromAsync(checkDynamo(secret(server.address('checked')), deps))).at(-1)?.sentence;
  };
  assert.equal(await found(), 'All was done.');
  t.after(() => server.forbid(null));
  for (const operation of [
    'DescribeTable',
    'DescribeTimeToLive',
    'PutItem',
    'GetItem',
    'UpdateItem',
    'DeleteItem',
  ]) {
    server.forbid(operation);
    await assert.rejects(found(), {
      code: 'cache-refused',
      message: `DynamoDB does not allow dynamodb:${operation} on the table to this process. Allow it in the policy of its role.`,
    });
  }
});

async function* tryCache(cache: Cache) {
  await cache.set('check', bytes('1'), 1_000);
  await cache.get('check');
  await cache.increment('check-count', 1_000);
  await cache.delete('check');
  yield right('All was done.');
}

test('a server that is not there ends the start with a sentence', { skip }, async (t) => {
  const address = dynamoAddress(
    secret('dynamodb://a:b@cache?region=eu-central-1&endpoint=http://127.0.0.1:1'),
  );
  const table = await openDynamoTable(address);
  t.after(() => table.close());
  await assert.rejects(requireTable(table), { code: 'cache-unavailable', message: /Nothing answers where/ });
});

async function until<T>(work: () => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(20_000);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (deadline.aborted) throw error;
    }
  }
}
