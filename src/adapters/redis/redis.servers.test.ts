import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type RedisServer, redisIsMissing, startRedis } from '../../../test/servers/redis.ts';
import { readSettings } from '../../app/settings.ts';
import { openCache as openShelf } from '../../app/wire/engines.ts';
import { branded, type OrganizationId, type SiteId } from '../../core/brand.ts';
import { cacheContract } from '../../core/ports/cache.contract.ts';
import { eventsContract } from '../../core/ports/events.contract.ts';
import type { LiveEvent } from '../../core/ports/events.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { inprocessEvents } from '../inprocess/events.ts';
import { systemClock } from '../system/clock.ts';
import { redisAddress } from './address.ts';
import { redisCache } from './cache.ts';
import { openRedis } from './connection.ts';
import { openRedisEvents } from './events.ts';

const skip = redisIsMissing;
let server: RedisServer;
let prefixes = 0;

before(async () => {
  if (skip === false) server = await startRedis();
});
after(() => (skip === false ? server[Symbol.asyncDispose]() : undefined));

const fresh = () => redisAddress(secret(`${server.url}?prefix=test_${++prefixes}`));

async function openCache(t: TestContext, address = fresh()) {
  const redis = await openRedis(address, silentLog);
  t.after(() => redis.close());
  return redisCache(redis, address.prefix);
}

if (skip === false) {
  cacheContract('Redis', async (t) => ({ cache: await openCache(t), pass: (ms) => pause(ms + 20) }));

  eventsContract('events over Redis', async (t) => {
    const events = await openEvents(t, fresh(), 'this process');
    return { events, settle: async () => {} };
  });
}

async function openEvents(t: TestContext, address: ReturnType<typeof fresh>, processId: string) {
  const redis = await openRedis(address, silentLog);
  const local = inprocessEvents({ log: silentLog });
  const events = await openRedisEvents({ redis, address, local, processId, log: silentLog });
  t.after(async () => {
    await events.close();
    await redis.close();
  });
  return events;
}

const siteChanged = (site: string): LiveEvent => ({
  organizationId: branded<OrganizationId>('organization'),
  type: 'site-changed',
  siteId: branded<SiteId>(site),
});

/** Resolves with the first `count` sites that `events` tell of. */
function sitesOf(events: Awaited<ReturnType<typeof openEvents>>, count: number): Promise<string[]> {
  const heard: string[] = [];
  return new Promise((resolve) => {
    events.subscribe((event) => {
      if (event.type === 'site-changed') heard.push(event.siteId);
      if (heard.length === count) resolve(heard);
    });
  });
}

test('two processes see one cache, and each value by exactly one of them once', { skip }, async (t) => {
  const address = fresh();
  const [a, b] = [await openCache(t, address), await openCache(t, address)];
  const both = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? a : b));
  await a.set('code', new TextEncoder().encode('once'), 60_000);
  assert.equal(await b.get('code').then((value) => new TextDecoder().decode(value ?? undefined)), 'once');
  const taken = await Promise.all(both.map((cache) => cache.take('code')));
  assert.equal(taken.filter((value) => value !== null).length, 1);
  const counts = await Promise.all(both.map((cache) => cache.increment('tries', 60_000)));
  assert.equal(new Set(counts.map(({ count }) => count)).size, both.length);
});

test('installations with prefixes of their own share a server and see nothing of each other', {
  skip,
}, async (t) => {
  const [mine, theirs] = [await openCache(t), await openCache(t)];
  await mine.set('a', new Uint8Array([1]), 60_000);
  assert.equal(await theirs.get('a'), null);
  assert.equal(await theirs.setIfAbsent('a', new Uint8Array([2]), 60_000), true);
  assert.deepEqual([...((await mine.get('a')) ?? [])], [1]);
});

test('counting on something that is no counter is refused', { skip }, async (t) => {
  const cache = await openCache(t);
  await cache.set('word', new TextEncoder().encode('word'), 60_000);
  await assert.rejects(cache.increment('word', 60_000), { code: 'request-invalid' });
});

test('events reach the listeners of other processes, in order, and their own once', { skip }, async (t) => {
  const address = fresh();
  const [here, there] = [await openEvents(t, address, 'here'), await openEvents(t, address, 'there')];
  const [heardHere, heardThere] = [sitesOf(here, 4), sitesOf(there, 4)];
  for (const site of ['a', 'b', 'c']) here.publish(siteChanged(site));
  await sitesOf(there, 3);
  there.publish(siteChanged('d'));
  assert.deepEqual(await heardThere, ['a', 'b', 'c', 'd']);
  assert.deepEqual(await heardHere, ['a', 'b', 'c', 'd']);
});

test('a server that is killed is a clear error at once, and forgotten when it is back', {
  skip,
}, async (t) => {
  await using killed = await startRedis();
  const address = redisAddress(secret(killed.url));
  const cache = await openCache(t, address);
  const events = await openEvents(t, address, 'here');
  const others = await openEvents(t, address, 'there');
  await cache.set('a', new Uint8Array([1]), 60_000);
  await killed.kill();
  await until(async () => (await outcome(cache.get('a'))) === 'cache-unavailable');
  events.publish(siteChanged('unheard'));
  await killed.start();
  await until(async () => (await outcome(cache.get('a'))) === 'answered');
  assert.equal(await cache.get('a'), null);
  const heard = sitesOf(others, 1);
  await until(async () => {
    events.publish(siteChanged('again'));
    return Promise.race([heard.then(() => true), pause(50, false)]);
  });
  assert.deepEqual(await heard, ['again']);
});

test('a server that hangs is given up in time', { skip }, async (t) => {
  await using hanging = await startRedis();
  const cache = await openCache(t, redisAddress(secret(hanging.url)));
  hanging.hang();
  await assert.rejects(cache.get('a'), { code: 'cache-unavailable' });
  await hanging.start();
  await until(async () => (await outcome(cache.get('a'))) === 'answered');
});

test('wrong passwords and servers that are not there end the start with a sentence', { skip }, async () => {
  await using guarded = await startRedis({ password: 'right' });
  const open = (url: string) => openRedis(redisAddress(secret(url)), silentLog);
  await assert.rejects(open(guarded.url.replace('right', 'wrong')), { code: 'cache-refused' });
  await assert.rejects(open(guarded.url.replace('default:right@', '')), { code: 'cache-refused' });
  await (await open(guarded.url)).close();
  await assert.rejects(open('redis://127.0.0.1:1'), { code: 'cache-unavailable' });
});

test('a server that forgets when memory runs short is told of at the start, in one sentence', {
  skip,
}, async () => {
  await using forgetful = await startRedis({ arguments: ['--maxmemory-policy', 'allkeys-lru'] });
  const lines: string[] = [];
  const log = { ...silentLog, warn: (line: string) => void lines.push(line) };
  for (const url of [server.url, forgetful.url]) {
    await using opening = new AsyncDisposableStack();
    const settings = readSettings({ VEDETTE_CACHE_URL: url });
    const local = inprocessEvents({ log });
    const shelf = await openShelf(opening, settings, { log, clock: systemClock(), local, processId: 'here' });
    await shelf.cache.set('a', new Uint8Array(1), 1_000);
  }
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? '', /allkeys-lru.*Set it to noeviction\.$/);
});

test('who may not listen leaves no connection behind', { skip }, async (t) => {
  await using strict = await startRedis({
    arguments: '--user deaf on nopass ~* +@all resetchannels'.split(' '),
  });
  const address = redisAddress(secret(strict.url.replace('redis://', 'redis://deaf:any@')));
  const redis = await openRedis(address, silentLog);
  t.after(() => redis.close());
  const clients = async () =>
    /connected_clients:(\d+)/.exec(
      String(await redis.run("return redis.call('INFO', 'clients')", 'k', [])),
    )?.[1];
  const local = inprocessEvents({ log: silentLog });
  const opening = openRedisEvents({ redis, address, local, processId: 'here', log: silentLog });
  await assert.rejects(opening, { code: 'cache-refused' });
  await until(async () => (await clients()) === '1');
});

test('a full server is a refusal, not a failure to answer', { skip }, async (t) => {
  await using full = await startRedis({
    arguments: ['--maxmemory', '2mb', '--maxmemory-policy', 'noeviction'],
  });
  const cache = await openCache(t, redisAddress(secret(full.url)));
  const fill = async () => {
    for (let index = 0; index < 20; index++)
      await cache.set(`fill ${index}`, new Uint8Array(200_000), 60_000);
  };
  await assert.rejects(fill(), { code: 'cache-refused' });
});

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while (!(await isSo())) {
    deadline.throwIfAborted();
    await pause(20);
  }
}
