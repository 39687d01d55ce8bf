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
