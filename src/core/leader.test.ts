import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { leader } from './leader.ts';
import type { Cache } from './ports/cache.ts';
import { silentLog } from './ports/log.ts';

const ttlMs = 3_000;

function scene() {
  const clock = manualClock(1_800_000_000_000);
  const cache = memoryCache({ clock });
  const leading = new Set<string>();
  const begin = (holder: string, shared: Cache = cache) =>
    leader({ cache: shared, clock, log: silentLog }, { name: 'relay', holder, ttlMs }, () => {
      assert.equal(leading.size, 0, 'two lead');
      leading.add(holder);
      return { stop: async () => void leading.delete(holder) };
    });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) await clock.advance(250);
  };
  return { clock, cache, leading, begin, pass };
}

test('of several processes one leads; where it stops another follows', async () => {
  const { leading, begin, pass } = scene();
  const processes = [begin('a'), begin('b'), begin('c')];
  await pass(2_000);
  assert.equal(leading.size, 1);
  const [first] = leading;
  await processes[['a', 'b', 'c'].indexOf(first ?? '')]?.stop();
  assert.equal(leading.size, 0);
  await pass(2_000);
  assert.equal(leading.size, 1);
  assert.ok(!leading.has(first ?? ''));
  await Promise.all(processes.map((each) => each.stop()));
  assert.equal(leading.size, 0);
});

test('who loses the cache stops leading before another begins', async () => {
  const { cache, leading, begin, pass } = scene();
  let isCut = false;
  const cut: Cache = {
    ...cache,
    get: async (key) => (isCut ? Promise.reject(new Error('cut off')) : cache.get(key)),
    swap: async (...given) => (isCut ? Promise.reject(new Error('cut off')) : cache.swap(...given)),
  };
  const alone = begin('alone', cut);
  await pass(2_000);
  assert.deepEqual([...leading], ['alone']);
  const other = begin('other');
  isCut = true;
  await pass(ttlMs + 3_000);
  assert.deepEqual([...leading], ['other']);
  isCut = false;
  await pass(2_000);
  assert.deepEqual([...leading], ['other']);
  await Promise.all([alone.stop(), other.stop()]);
});
