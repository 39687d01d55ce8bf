// Links in letters: once, for an hour, void with those of their account, and never good again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { linkLifeMs } from './limits.ts';
import { lookAtLink, makeLink, useLink, voidLinks } from './links.ts';

const Payload = z.object({ to: z.string() });
const invalid = { code: 'link-invalid' };

function open() {
  const clock = manualClock();
  const kept = memoryCache({ clock });
  const keys = new Set<string>();
  // Which keys there are, so that a test can have them forgotten.
  const cache: typeof kept = {
    ...kept,
    setIfAbsent: (key, value, ttlMs) => {
      keys.add(key);
      return kept.setIfAbsent(key, value, ttlMs);
    },
  };
  const deps = { cache, clock };
  return {
    ...deps,
    keys,
    make: async (account = 'ada') =>
      (await makeLink(deps, 'password-reset', account, { to: account })).reveal(),
    look: (token: string) => lookAtLink(deps, 'password-reset', token, Payload),
    use: (token: string, work: () => Promise<void> = async () => {}) =>
      useLink(deps, 'password-reset', token, Payload, work),
  };
}

test('a link works once, and again where its work failed', async () => {
  const { make, look, use } = open();
  const token = await make();
  assert.deepEqual(await look(token), { to: 'ada' });
  await assert.rejects(
    use(token, () => Promise.reject(new Error('busy'))),
    /busy/,
  );
  const used = await Promise.allSettled([use(token), use(token), use(token)]);
  assert.equal(used.filter(({ status }) => status === 'fulfilled').length, 1);
  await assert.rejects(look(token), invalid);
});

test('a link lives for its hour, whenever it was made, and no longer', async () => {
  const { clock, make, look } = open();
  for (let i = 0; i < 12; i += 1) {
    const token = await make();
    await clock.advance(linkLifeMs - 1);
    await look(token);
    await clock.advance(1);
    await assert.rejects(look(token), invalid);
    await clock.advance(17 * 60_000);
  }
});

test('links of an account are made void together, others stay, and a later one is good', async () => {
  const { cache, clock, make, look } = open();
  const [first, other] = [await make(), await make('eve')];
  await clock.advance(linkLifeMs / 2);
  const second = await make();
  await voidLinks(cache, 'ada');
  const third = await make();
  await assert.rejects(look(first), invalid);
  await assert.rejects(look(second), invalid);
  assert.deepEqual([await look(third), await look(other)], [{ to: 'ada' }, { to: 'eve' }]);
});

test('what the cache forgets makes a link void, and never one good that was void', async () => {
  const { cache, keys, make, look } = open();
  const token = await make();
  await voidLinks(cache, 'ada');
  await assert.rejects(look(token), invalid);
  for (const key of keys) await cache.delete(key);
  await assert.rejects(look(token), invalid);
  const next = await make();
  await assert.rejects(look(token), invalid);
  for (const key of keys) await cache.delete(key);
  await assert.rejects(look(next), invalid);
});
