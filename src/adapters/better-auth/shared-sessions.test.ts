// Sessions in the cache that all processes share: the whole suites, and what only this place promises.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { identityHouse } from '../../../test/houses/identity.ts';
import { softAuthenticator } from '../../../test/servers/authenticator.ts';
import { branded, type OrganizationId, type ProviderId } from '../../core/brand.ts';
import type { Cache } from '../../core/ports/cache.ts';
import { accountsContract } from '../../core/ports/accounts.contract.ts';
import { ada, browser, identityContract, password, signedIn } from '../../core/ports/identity.contract.ts';
import { passkeysContract } from '../../core/ports/passkeys.contract.ts';
import { secondFactorContract } from '../../core/ports/second-factor.contract.ts';
import { memoryCache } from '../memory/cache.ts';
import { manualClock } from '../memory/clock.ts';
import { openIdentity } from './identity.ts';
import { maxSessionsOfAccount } from './sessions.ts';

const open = (t: TestContext) => identityHouse(t, { isShared: true });
const name = 'better-auth with sessions in the cache';

identityContract(name, open);
accountsContract(name, open);
secondFactorContract(name, open);
passkeysContract(name, async (t) => ({
  ...(await open(t)),
  newAuthenticator: () => softAuthenticator('http://localhost:8080'),
}));

const source = {
  providerId: branded<ProviderId>('provider'),
  organizationId: branded<OrganizationId>('organization'),
};

test('an end counts at once in every process: of one session, of all, by a provider, by disabling', async (t) => {
  const house = await open(t);
  const user = await house.accounts.create(ada);
  const elsewhere = await house.another();
  const isKnown = async (headers: Headers) => (await elsewhere.identity.session(headers)) !== null;
  const begin = async () => (await signedIn(house)).headers;
  const [one, other] = [await signedIn(house), await begin()];
  assert.deepEqual([await isKnown(one.headers), await isKnown(other)], [true, true]);
  await house.sessions.end(user.id, one.sessionId);
  assert.deepEqual([await isKnown(one.headers), await isKnown(other)], [false, true]);
  await house.sessions.endAll(user.id);
  assert.equal(await isKnown(other), false);
  const input = { userId: user.id, ...source, subject: 'ada', providerSessionId: 's1' };
  const provided = browser(await house.identity.signInFromProvider(input, browser()));
  assert.equal(await isKnown(provided), true);
  await house.sessions.endOfProvider({ ...source, subject: null, providerSessionId: 's1' });
  assert.equal(await isKnown(provided), false);
  const last = await begin();
  assert.equal(await isKnown(last), true);
  await house.accounts.setDisabled(user.id, true);
  assert.equal(await isKnown(last), false);
});

test('of parallel sign-ins in two processes none is lost from the list, and all end together', async (t) => {
  const house = await open(t);
  const user = await house.accounts.create({ ...ada, password: null });
  const elsewhere = await house.another();
  const begun = await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const input = { userId: user.id, ...source, subject: 'ada', providerSessionId: `s${i}` };
      return (i % 2 === 0 ? house : elsewhere).identity.signInFromProvider(input, browser());
    }),
  );
  assert.equal((await house.sessions.list(user.id)).length, 40);
  await house.sessions.endAll(user.id);
  for (const headers of begun) assert.equal(await elsewhere.identity.session(browser(headers)), null);
  assert.deepEqual(await house.sessions.list(user.id), []);
});

test('a session that is ended while it is changed does not come back', async (t) => {
  const house = await open(t);
  const user = await house.accounts.create(ada);
  const elsewhere = await house.another();
  for (let round = 0; round < 20; round += 1) {
    const { headers, sessionId } = await signedIn(house);
    await Promise.all([
      house.sessions.endAll(user.id),
      elsewhere.identity.choose(sessionId, source.organizationId).catch(() => {}),
      elsewhere.identity.proven(sessionId).catch(() => {}),
    ]);
    assert.equal(await house.identity.session(headers), null);
    assert.deepEqual(await house.sessions.list(user.id), []);
  }
});

test('a cache that was emptied asks everybody to sign in again, and nothing else is lost', async (t) => {
  const clock = manualClock();
  let caches = memoryCache({ clock });
  const house = await identityHouse(t);
  const emptied: Cache = new Proxy(caches, { get: (_, verb) => Reflect.get(caches, verb) });
  const shared = await openIdentity({ ...house.options, sharedCache: emptied });
  const user = await shared.accounts.create(ada);
  const { headers } = await signedIn(shared);
  caches = memoryCache({ clock });
  assert.equal(await shared.identity.session(headers), null);
  assert.deepEqual(await shared.sessions.list(user.id), []);
  assert.ok(await shared.identity.session((await signedIn(shared)).headers));
  assert.equal((await shared.sessions.list(user.id)).length, 1);
});

test('what opens a session lies neither in the cache nor in the records', async (t) => {
  const house = await identityHouse(t);
  const cache = memoryCache({ clock: house.clock });
  const kept: string[] = [];
  const seen: Cache = {
    ...cache,
    set(key, value, ttlMs) {
      kept.push(key, new TextDecoder().decode(value));
      return cache.set(key, value, ttlMs);
    },
  };
  const shared = await openIdentity({ ...house.options, sharedCache: seen });
  await shared.accounts.create(ada);
  const { headers } = await signedIn(shared);
  const cookie = decodeURIComponent(headers.get('cookie')?.split('=').slice(1).join('=') ?? '');
  const [token = ''] = cookie.split('.');
  assert.ok(kept.length > 0 && token.length > 20 && !kept.join('\n').includes(token));
  const { rows } = await sql`select * from identity_session`.execute(house.database.kysely);
  assert.deepEqual(rows, []);
});

test('an account has a hundred sessions at most; the oldest ends', async (t) => {
  const house = await open(t);
  const user = await house.accounts.create({ ...ada, password: null });
  const begin = async () => {
    await house.clock.advance(10);
    const input = { userId: user.id, ...source, subject: 'ada', providerSessionId: null };
    return browser(await house.identity.signInFromProvider(input, browser()));
  };
  const oldest = await begin();
  for (let i = 0; i < maxSessionsOfAccount; i += 1) await begin();
  assert.equal(await house.identity.session(oldest), null);
  assert.equal((await house.sessions.list(user.id)).length, maxSessionsOfAccount);
});

test('what ended by time leaves the list of its person when the next one begins', async (t) => {
  const house = await open(t);
  const user = await house.accounts.create(ada);
  for (let i = 0; i < 3; i += 1) await house.identity.signIn({ ...ada, password }, browser());
  await house.clock.advance(house.idleTimeoutMs);
  await signedIn(house);
  assert.equal((await house.sessions.list(user.id)).length, 1);
  const listed = await house.options.sharedCache?.get(`sessions-of/${user.id}`);
  assert.equal(JSON.parse(new TextDecoder().decode(listed ?? new Uint8Array())).length, 1);
});
