// Guessing is limited: per account, and more widely per address; a refusal says one time, everywhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse, password } from '../../test/houses/http.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { attempts } from './limits.ts';

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
  assert.equal((await statuses(guesses)).filter((status) => status === 401).length, attempts.perAccount);
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
