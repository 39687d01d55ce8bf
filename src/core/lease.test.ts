import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { lease } from './lease.ts';
import type { Cache } from './ports/cache.ts';

const ttlMs = 3_000;
const roundMs = 1_000;

function scene(count = 2) {
  const clock = manualClock(1_800_000_000_000);
  const cache = memoryCache({ clock });
  const leases = Array.from({ length: count }, (_, index) =>
    lease({ cache, clock }, { name: 'relay', holder: `process ${index}`, ttlMs }),
  );
  const rounds = async () => {
    const held: boolean[] = [];
    for (const each of leases) held.push(await each.round());
    await clock.advance(roundMs);
    return held;
  };
  return { clock, cache, leases, rounds };
}

test('what is free goes to exactly one, and stays with whoever renews it', async () => {
  const { rounds } = scene(3);
  await rounds();
  const first = await rounds();
  assert.equal(first.filter(Boolean).length, 1);
  for (let round = 0; round < 10; round++) assert.deepEqual(await rounds(), first);
});

test('whoever dies is followed within its life and two rounds', async () => {
  const { clock, leases } = scene();
  const [dying, next] = leases;
  assert.ok(dying !== undefined && next !== undefined);
  await dying.round();
  assert.equal(await dying.round(), true);
  let waitedMs = 0;
  while (!(await next.round())) {
    await clock.advance(roundMs);
    waitedMs += roundMs;
    assert.ok(waitedMs <= ttlMs + 2 * roundMs, 'nobody follows');
  }
  assert.equal(dying.isHeld, false);
  assert.ok(waitedMs >= ttlMs, 'taken while it was held');
});

test('a cache that forgets everything does not make two holders', async () => {
  const { cache, leases, rounds } = scene(4);
  await rounds();
  const before = await rounds();
  for (let flush = 0; flush < 5; flush++) {
    await cache.delete('lease/relay');
    const [challenger] = leases.filter((_, index) => !before[index]);
    await challenger?.round();
    assert.deepEqual(await rounds(), before);
  }
});

test('a holder of the same name goes on after a restart, without a pause', async () => {
  const { clock, cache, rounds } = scene(1);
  await rounds();
  assert.deepEqual(await rounds(), [true]);
  const again = lease({ cache, clock }, { name: 'relay', holder: 'process 0', ttlMs });
  assert.equal(await again.round(), true);
});

test('what is released is another’s in its second round, and not taken back in the meantime', async () => {
  const { leases } = scene();
  const [leaving, next] = leases;
  assert.ok(leaving !== undefined && next !== undefined);
  await leaving.round();
  assert.equal(await leaving.round(), true);
  await leaving.release();
  assert.equal(leaving.isHeld, false);
  assert.equal(await next.round(), false);
  assert.equal(await next.round(), true);
  assert.equal(await leaving.round(), false);
});

test('while the cache does not answer, a lease is held until its life is over, and no longer', async () => {
  const { clock, cache } = scene();
  let isDown = false;
  const failing: Cache = {
    ...cache,
    swap: async (...given) => {
      if (isDown) throw new Error('The cache does not answer.');
      return cache.swap(...given);
    },
  };
  const held = lease({ cache: failing, clock }, { name: 'relay', holder: 'me', ttlMs });
  await held.round();
  assert.equal(await held.round(), true);
  isDown = true;
  await clock.advance(ttlMs - 1);
  await assert.rejects(held.round());
  assert.equal(held.isHeld, true);
  await clock.advance(1);
  assert.equal(held.isHeld, false);
});
