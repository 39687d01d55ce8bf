import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheContract } from '../../core/ports/cache.contract.ts';
import { memoryCache } from './cache.ts';
import { manualClock } from './clock.ts';

cacheContract('memory cache', async () => {
  const clock = manualClock();
  return { cache: memoryCache({ clock }), pass: (ms) => clock.advance(ms) };
});

const one = new Uint8Array([1]);

test('beyond its limit of entries the cache forgets what expired before what lives', async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock, maxEntries: 3 });
  await cache.set('old', one, 60_000);
  await cache.set('short', one, 10);
  await cache.set('new', one, 60_000);
  await clock.advance(10);
  await cache.set('newest', one, 60_000);
  assert.notEqual(await cache.get('old'), null);
  await cache.set('one too many', one, 60_000);
  assert.equal(await cache.get('old'), null);
  for (const key of ['new', 'newest', 'one too many']) assert.notEqual(await cache.get(key), null);
});

test('beyond its limit of bytes the cache forgets what was written longest ago', async () => {
  const cache = memoryCache({ clock: manualClock(), maxBytes: 100 });
  await cache.set('a', new Uint8Array(60), 1_000);
  await cache.set('b', new Uint8Array(60), 1_000);
  assert.equal(await cache.get('a'), null);
  assert.notEqual(await cache.get('b'), null);
  // What is overwritten is not counted twice.
  for (let i = 0; i < 10; i += 1) await cache.set('b', new Uint8Array(60), 1_000);
  await cache.set('c', new Uint8Array(40), 1_000);
  assert.notEqual(await cache.get('b'), null);
});

test('setting the wall clock expires nothing', async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  await cache.set('session', one, 1_000);
  clock.step(86_400_000);
  assert.notEqual(await cache.get('session'), null);
});

test('counting on something that is no counter is refused', async () => {
  const cache = memoryCache({ clock: manualClock() });
  await cache.set('name', new TextEncoder().encode('bakery'), 1_000);
  await assert.rejects(cache.increment('name', 1_000), { code: 'request-invalid' });
});

test('however many counters there are, no value is forgotten for them; nor for pictures', async () => {
  const cache = memoryCache({ clock: manualClock(), maxEntries: 10, maxBytes: 100_000 });
  await cache.set('link', one, 60_000);
  for (let i = 0; i < 100; i += 1) await cache.increment(`tries of ${i}`, 60_000);
  for (let i = 0; i < 20; i += 1) await cache.set(`picture ${i}`, new Uint8Array(50_000), 60_000);
  assert.notEqual(await cache.get('link'), null);
  assert.equal(await cache.get('tries of 0'), null);
  assert.notEqual(await cache.get('tries of 99'), null);
  assert.equal(await cache.get('picture 0'), null);
});

test('a key that held a picture, a word and a counter in turn holds the last', async () => {
  const cache = memoryCache({ clock: manualClock() });
  await cache.set('key', new Uint8Array(50_000), 1_000);
  await cache.set('key', one, 1_000);
  assert.deepEqual(await cache.get('key'), one);
  await cache.delete('key');
  await cache.increment('key', 1_000);
  await cache.set('key', new Uint8Array(50_000), 1_000);
  assert.equal((await cache.take('key'))?.length, 50_000);
  assert.equal(await cache.get('key'), null);
});
