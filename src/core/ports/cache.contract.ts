// What every cache keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Cache, maxCacheValueBytes } from './cache.ts';

export interface CacheUnderTest {
  readonly cache: Cache;
  /** Lets this much time pass for `cache`. */
  pass(ms: number): Promise<void>;
}

/** Time to live in the suite: long enough for a real server, short enough to wait for. */
const ttlMs = 2_000;
const callers = 50;

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => (value === null ? null : new TextDecoder().decode(value));

/** Runs the suite; `open` gives an empty cache. */
export function cacheContract(name: string, open: (t: TestContext) => Promise<CacheUnderTest>): void {
  test(`${name}: what was set is there until it expires`, async (t) => {
    const { cache, pass } = await open(t);
    assert.equal(await cache.get('presence/1'), null);
    await cache.set('presence/1', bytes('here'), ttlMs);
    assert.equal(text(await cache.get('presence/1')), 'here');
    await cache.set('presence/1', bytes('still here'), ttlMs * 2);
    await pass(ttlMs);
    assert.equal(text(await cache.get('presence/1')), 'still here');
    await pass(ttlMs);
    assert.equal(await cache.get('presence/1'), null);
  });

  test(`${name}: what was deleted is gone, and deleting again succeeds`, async (t) => {
    const { cache } = await open(t);
    await cache.set('a', bytes('1'), ttlMs);
    await cache.delete('a');
    await cache.delete('a');
    assert.equal(await cache.get('a'), null);
  });

  test(`${name}: of many callers exactly one sets what is absent`, async (t) => {
    const { cache, pass } = await open(t);
    const won = await Promise.all(
      Array.from({ length: callers }, (_, i) => cache.setIfAbsent('lease', bytes(String(i)), ttlMs)),
    );
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(text(await cache.get('lease')), String(won.indexOf(true)));
    await pass(ttlMs);
    assert.equal(await cache.setIfAbsent('lease', bytes('next'), ttlMs), true);
  });

  test(`${name}: of many callers exactly one swaps what all of them expect`, async (t) => {
    const { cache } = await open(t);
    assert.equal(await cache.swap('lease', bytes('nobody'), bytes('me'), ttlMs), false);
    assert.equal(await cache.get('lease'), null);
    await cache.set('lease', bytes('old'), ttlMs);
    const won = await Promise.all(
      Array.from({ length: callers }, (_, i) => cache.swap('lease', bytes('old'), bytes(String(i)), ttlMs)),
    );
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(text(await cache.get('lease')), String(won.indexOf(true)));
  });

  test(`${name}: a swap begins the time to live anew, or removes, and only of what is expected`, async (t) => {
    const { cache, pass } = await open(t);
    await cache.set('lease', bytes('mine'), ttlMs);
    await pass(ttlMs / 2);
    assert.equal(await cache.swap('lease', bytes('mine'), bytes('mine'), ttlMs), true);
    await pass(ttlMs / 2);
    assert.equal(text(await cache.get('lease')), 'mine');
    assert.equal(await cache.swap('lease', bytes('theirs'), null, ttlMs), false);
    assert.equal(await cache.swap('lease', bytes(''), null, ttlMs), false);
    assert.equal(text(await cache.get('lease')), 'mine');
    assert.equal(await cache.swap('lease', bytes('mine'), null, ttlMs), true);
    assert.equal(await cache.get('lease'), null);
    await cache.set('lease', bytes('mine'), ttlMs);
    await pass(ttlMs);
    assert.equal(await cache.swap('lease', bytes('mine'), bytes('mine'), ttlMs), false);
  });

  test(`${name}: of many callers exactly one takes a value`, async (t) => {
    const { cache, pass } = await open(t);
    await cache.set('code', bytes('424242'), ttlMs);
    const taken = await Promise.all(Array.from({ length: callers }, () => cache.take('code')));
    assert.deepEqual(taken.filter((value) => value !== null).map(text), ['424242']);
    await cache.set('code', bytes('expired'), ttlMs);
    await pass(ttlMs);
    assert.equal(await cache.take('code'), null);
  });

  test(`${name}: parallel increments count every caller once`, async (t) => {
    const { cache } = await open(t);
    const counts = await Promise.all(Array.from({ length: callers }, () => cache.increment('tries', ttlMs)));
    assert.deepEqual(
      counts.map(({ count }) => count).sort((a, b) => a - b),
      Array.from({ length: callers }, (_, i) => i + 1),
    );
    assert.equal(text(await cache.get('tries')), String(callers));
  });

  test(`${name}: later increments do not extend the time to live of a counter`, async (t) => {
    const { cache, pass } = await open(t);
    const first = await cache.increment('tries', ttlMs);
    assert.ok(first.leftMs > ttlMs / 2 && first.leftMs <= ttlMs);
    await pass(ttlMs / 2);
    const second = await cache.increment('tries', ttlMs);
    assert.equal(second.count, 2);
    assert.ok(second.leftMs > 0 && second.leftMs <= ttlMs / 2);
    await pass(ttlMs / 2);
    assert.equal((await cache.increment('tries', ttlMs)).count, 1);
  });

  test(`${name}: values are bytes, of any value, empty too, and belong to the cache`, async (t) => {
    const { cache } = await open(t);
    const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));
    await cache.set('all', all, ttlMs);
    await cache.set('none', new Uint8Array(0), ttlMs);
    assert.equal(await cache.setIfAbsent('all too', all, ttlMs), true);
    all.fill(7);
    assert.deepEqual([...((await cache.get('all too')) ?? [])].slice(0, 3), [0, 1, 2]);
    assert.deepEqual([...((await cache.get('all')) ?? [])].slice(0, 3), [0, 1, 2]);
    (await cache.get('all'))?.fill(9);
    assert.deepEqual([...((await cache.get('all')) ?? [])].slice(0, 3), [0, 1, 2]);
    assert.equal((await cache.get('none'))?.length, 0);
    assert.equal(await cache.setIfAbsent('none', bytes('x'), ttlMs), false);
  });

  test(`${name}: the largest value is kept, a larger one refused`, async (t) => {
    const { cache } = await open(t);
    await cache.set('thumbnail', new Uint8Array(maxCacheValueBytes), ttlMs);
    assert.equal((await cache.get('thumbnail'))?.length, maxCacheValueBytes);
    const tooLarge = new Uint8Array(maxCacheValueBytes + 1);
    await assert.rejects(cache.set('thumbnail', tooLarge, ttlMs), { code: 'body-too-large' });
    await assert.rejects(cache.setIfAbsent('other', tooLarge, ttlMs), { code: 'body-too-large' });
    await assert.rejects(cache.swap('thumbnail', new Uint8Array(maxCacheValueBytes), tooLarge, ttlMs), {
      code: 'body-too-large',
    });
    assert.equal((await cache.get('thumbnail'))?.length, maxCacheValueBytes);
  });
}
