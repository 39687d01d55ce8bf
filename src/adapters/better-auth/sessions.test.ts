// Sessions: how long they are remembered in memory, when they are written, how many there are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { identityHouse as open } from '../../../test/houses/identity.ts';
import { branded, type OrganizationId, type ProviderId } from '../../core/brand.ts';
import { ada, browser, signedIn } from '../../core/ports/identity.contract.ts';
import { silentLog } from '../../core/ports/log.ts';
import { maxSessionsOfAccount } from './sessions.ts';

test('a session is looked up once in two seconds, and an end in this process counts at once', async (t) => {
  const house = await open(t);
  await house.accounts.create(ada);
  const { headers, user } = await signedIn(house);
  await sql`delete from identity_session`.execute(house.database.kysely);
  assert.ok(await house.identity.session(headers));
  await house.clock.advance(1_999);
  assert.ok(await house.identity.session(headers));
  await house.clock.advance(1);
  assert.equal(await house.identity.session(headers), null);
  const again = await signedIn(house);
  const asked = house.identity.session(again.headers);
  await house.sessions.endAll(user.id);
  await asked;
  assert.equal(await house.identity.session(again.headers), null);
});

test('when a session was last seen is kept to the minute, and a database that fails does not fail the request', async (t) => {
  const warnings: string[] = [];
  const house = await open(t, { log: { ...silentLog, warn: (message) => warnings.push(message) } });
  await house.accounts.create(ada);
  const { headers, user } = await signedIn(house);
  const beganAt = house.nowMs();
  const lastSeen = async () => (await house.sessions.list(user.id))[0]?.lastSeenAt;
  await house.clock.advance(59_999);
  await house.identity.session(headers);
  await house.clock.advance(0);
  assert.equal(await lastSeen(), beganAt);
  await house.clock.advance(1);
  await house.identity.session(headers);
  await house.clock.advance(0);
  assert.equal(await lastSeen(), beganAt + 60_000);
  await house.clock.advance(58_500);
  await house.identity.session(headers);
  await house.clock.advance(1_500);
  await sql`alter table identity_session rename to elsewhere`.execute(house.database.kysely);
  assert.equal((await house.identity.session(headers))?.session.lastSeenAt, house.nowMs());
  await house.clock.advance(0);
  assert.equal(warnings.length, 1);
});

test('an account has a hundred sessions at most; the oldest ends', async (t) => {
  const house = await open(t);
  const user = await house.accounts.create({ ...ada, password: null });
  const source = {
    providerId: branded<ProviderId>('provider'),
    organizationId: branded<OrganizationId>('organization'),
  };
  const begin = async () => {
    await house.clock.advance(10);
    const input = { userId: user.id, ...source, subject: 'ada', providerSessionId: null };
    return browser(await house.identity.signInFromProvider(input, browser()));
  };
  const oldest = await begin();
  for (let i = 1; i < maxSessionsOfAccount; i += 1) await begin();
  assert.ok(await house.identity.session(oldest));
  const newest = await begin();
  assert.equal(await house.identity.session(oldest), null);
  assert.ok(await house.identity.session(newest));
  assert.equal((await house.sessions.list(user.id)).length, maxSessionsOfAccount);
});
