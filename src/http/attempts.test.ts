// Guessing is limited: per account, and more widely per address; a refusal says one time, everywhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openHouse, password } from '../../test/houses/http.ts';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { silentLog } from '../core/ports/log.ts';
import { countAccountAttempt, countJoinAttempt } from './attempts.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { attempts } from './limits.ts';
import { lookAtLink, makeLink } from './links.ts';

type House = Awaited<ReturnType<typeof openHouse>>;

function signIn(
  house: House,
  email: string,
  peerAddress = '192.0.2.1',
  attempt = 'wrong',
): Promise<Response> {
  return house.call('POST', paths.session, { json: { email, password: attempt }, peerAddress });
}

async function statuses(calls: readonly Promise<Response>[]): Promise<readonly number[]> {
  return (await Promise.all(calls)).map(({ status }) => status);
}

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

test('one person who types and types locks one account, not the office behind the same address', async () => {
  const house = await openHouse();
  await house.setUp();
  const typed = await statuses(times(attempts.perAddress * 3, () => signIn(house, 'bob@example.org')));
  assert.equal(typed.filter((status) => status === 401).length, attempts.perAccount);
  assert.equal((await signIn(house, 'ada@example.org', '192.0.2.1', password)).status, 200);
});

test('trying a list of stolen passwords over many accounts is limited by the address', async () => {
  const house = await openHouse();
  await house.setUp();
  const seen: number[] = [];
  // No more at once than wait for their turn at hashing.
  for (let first = 0; first < attempts.perAddress + 20; first += 40) {
    seen.push(...(await statuses(times(40, (i) => signIn(house, `person${first + i}@example.org`)))));
  }
  assert.equal(seen.filter((status) => status === 401).length, attempts.perAddress);
  assert.equal((await signIn(house, 'ada@example.org', '192.0.2.1', password)).status, 429);
  assert.equal((await signIn(house, 'ada@example.org', '192.0.2.2', password)).status, 200);
});

test('parallel guesses at one account from many addresses are counted each', async () => {
  const house = await openHouse();
  await house.setUp();
  const guesses = times(60, (index) => signIn(house, 'ADA@example.org', `192.0.2.${index}`));
  const looked = (await statuses(guesses)).filter((status) => status === 401);
  assert.equal(looked.length, attempts.perAccountAnywhere);
});

test('a refusal names one time: the sentence, the header, and when it is over', async () => {
  const house = await openHouse();
  await house.setUp();
  for (const _ of times(attempts.perAccount, () => 0)) await signIn(house, 'ada@example.org');
  await house.deps.clock.advance(attempts.windowMs - 61_500);
  const refused = await signIn(house, 'ada@example.org', '192.0.2.1', password);
  const { title, detail } = Problem.parse(await refused.json());
  assert.equal(refused.headers.get('retry-after'), '62');
  assert.equal(detail, 'Too many attempts. Wait 2 minutes and try again.');
  assert.doesNotMatch(title, /\d|minute/);
  await house.deps.clock.advance(11_500);
  const later = await signIn(house, 'ada@example.org', '192.0.2.1', password);
  assert.equal(later.headers.get('retry-after'), '50');
  assert.match(Problem.parse(await later.json()).detail, /Wait 50 seconds/);
  await house.deps.clock.advance(50_000);
  assert.equal((await signIn(house, 'ada@example.org', '192.0.2.1', password)).status, 200);
});

test('who goes on at one account is slowed down, and its owner elsewhere is not', async () => {
  const house = await openHouse();
  await house.setUp();
  const [hour] = attempts.perAccountAndNetwork;
  let tried = 0;
  for (let window = 0; window < 6; window += 1) {
    const guesses = times(attempts.perAccount, () => signIn(house, 'ada@example.org'));
    tried += (await statuses(guesses)).filter((status) => status === 401).length;
    await house.deps.clock.advance(attempts.windowMs);
  }
  assert.equal(tried, hour.limit);
  const stopped = await signIn(house, 'ada@example.org', '192.0.2.1', password);
  assert.equal(Number(stopped.headers.get('retry-after')), (hour.windowMs - 6 * attempts.windowMs) / 1000);
  assert.equal((await signIn(house, 'ada@example.org', '198.51.100.7', password)).status, 200);
  assert.equal((await signIn(house, 'ada@example.org', '192.0.2.1', password)).status, 429);
  await house.deps.clock.advance(hour.windowMs);
  assert.equal((await signIn(house, 'ada@example.org', '192.0.2.1', password)).status, 200);
});

test('nobody locks a house by failing at its door: while it is attacked, its owner gets in elsewhere', async () => {
  const house = await openHouse();
  await house.setUp();
  const owner: number[] = [];
  for (let window = 0; window < 40; window += 1) {
    await statuses(times(12, () => signIn(house, 'ada@example.org', '203.0.113.9')));
    owner.push((await signIn(house, 'ada@example.org', `198.51.100.${window}`, password)).status);
    await house.deps.clock.advance(attempts.windowMs);
  }
  assert.deepEqual(owner, Array<number>(40).fill(200));
});

test('an attack from a thousand networks does not lock out where the account signed in before', async () => {
  const house = await openHouse();
  await house.setUp();
  const home = () => signIn(house, 'ada@example.org', '198.51.100.7', password);
  assert.equal((await home()).status, 200);
  for (let window = 0; window < 3; window += 1) {
    await house.deps.clock.advance(7 * 86_400_000);
    for (let first = 0; first < 60; first += 20) {
      const attack = times(20, (i) => signIn(house, 'ada@example.org', `203.0.113.${first + i}`));
      await statuses(attack);
    }
    const abroad = await signIn(house, 'ada@example.org', '192.0.2.250', password);
    assert.equal(abroad.status, 429, 'too many guesses to let a stranger try');
    assert.equal((await home()).status, 200);
    await statuses(times(40, (i) => signIn(house, 'ada@example.org', `203.0.113.${i}`)));
    assert.equal((await home()).status, 200);
  }
});

test('who has no attempts left leaves nothing behind, whatever accounts they name', async () => {
  const house = await openHouse();
  await house.setUp();
  const { clock, log } = house.deps;
  const keys = new Set<string>();
  const counting = memoryCache({ clock });
  const cache: typeof counting = {
    ...counting,
    increment: (key, ttlMs) => {
      keys.add(key);
      return counting.increment(key, ttlMs);
    },
  };
  let refused = 0;
  for (let i = 0; i < 2_000; i += 1) {
    const attempt = { account: `x${i}@example.org`, peerAddress: '203.0.113.9' };
    await countAccountAttempt({ cache, log }, 'sign-in', attempt).catch(() => {
      refused += 1;
    });
  }
  assert.equal(refused, 2_000 - attempts.perAddress);
  // Each one let through: three windows, and one for everywhere; and the address.
  assert.equal(keys.size, attempts.perAddress * 4 + 1);
});

test('a link outlives whatever strangers make the server count', async () => {
  const clock = manualClock();
  const cache = memoryCache({ clock, maxEntries: 100 });
  const link = await makeLink({ cache, clock }, 'password-reset', 'ada', { a: 1 });
  for (let i = 0; i < 1_000; i += 1) {
    const attempt = { account: `x${i}`, peerAddress: `2001:db8:${i.toString(16)}::1` };
    await countAccountAttempt({ cache, log: silentLog }, 'sign-in', attempt);
  }
  await lookAtLink({ cache, clock }, 'password-reset', link.reveal(), z.object({ a: z.number() }));
});

test('joining is limited by the token and by the address', async () => {
  const deps = { cache: memoryCache({ clock: manualClock() }), log: silentLog };
  const join = (token: string, peerAddress = '203.0.113.9') =>
    countJoinAttempt(deps, { token, peerAddress }).then(
      () => 'in',
      () => 'refused',
    );
  const same = await Promise.all(times(20, () => join('token')));
  assert.equal(same.filter((outcome) => outcome === 'in').length, attempts.perAccount);
  const others = await Promise.all(times(attempts.perAddress * 2, (i) => join(`token ${i}`)));
  assert.equal(
    others.filter((outcome) => outcome === 'in').length,
    attempts.perAddress - attempts.perAccount,
  );
  assert.equal(await join('token', '198.51.100.7'), 'in');
});
