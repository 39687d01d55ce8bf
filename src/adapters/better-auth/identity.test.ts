// The identity provider through its ports: whole, and what only this one promises.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'kysely';
import { dumpOf, identityHouse as open } from '../../../test/houses/identity.ts';
import { accountsContract } from '../../core/ports/accounts.contract.ts';
import { ada, browser, identityContract, password, signedIn } from '../../core/ports/identity.contract.ts';
import { secret } from '../../core/secret.ts';
import { openIdentity } from './identity.ts';

identityContract('better-auth', (t) => open(t));
accountsContract('better-auth', (t) => open(t));

test('the session cookie is out of reach of scripts and other sites, and with https of plain http', async (t) => {
  for (const [baseUrl, form] of [
    [
      'http://localhost:8080',
      /^vedette\.session_token=\S+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    ],
    [
      'https://cams.example.org',
      /^__Host-vedette\.session_token=\S+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    ],
  ] as const) {
    const { identity, accounts } = await open(t, { baseUrl });
    await accounts.create(ada);
    const { headers } = await identity.signIn(ada, browser());
    assert.equal(headers.getSetCookie().length, 1);
    assert.match(headers.getSetCookie()[0] ?? '', form);
  }
});

test('another secret ends every session, and the tables survive being opened again', async (t) => {
  const house = await open(t);
  await house.accounts.create(ada);
  const { headers } = await signedIn(house);
  assert.ok(await (await house.another()).identity.session(headers));
  const other = await openIdentity({ ...house.options, secret: secret('x'.repeat(20) + 'y'.repeat(20)) });
  assert.equal(await other.identity.session(headers), null);
  await signedIn(other);
});

test('an account that lost its second half when the power failed is completed, after a minute', async (t) => {
  const { accounts, identity, database, clock } = await open(t);
  await accounts.create(ada);
  await sql`delete from identity_account`.execute(database.kysely);
  await assert.rejects(accounts.create(ada), { code: 'conflict' });
  await assert.rejects(identity.signIn(ada, browser()), { code: 'credentials-wrong' });
  await clock.advance(60_001);
  await accounts.create(ada);
  assert.equal((await identity.signIn(ada, browser())).kind, 'signed-in');
});

test('nothing that could sign in lies readable in the database', async (t) => {
  const house = await open(t);
  await house.accounts.create(ada);
  const { headers } = await signedIn(house);
  const cookie = decodeURIComponent(headers.get('cookie')?.split('=').slice(1).join('=') ?? '');
  const dump = await dumpOf(house.database);
  assert.ok(!dump.includes(cookie));
  assert.ok(!dump.includes(password.reveal()));
  assert.ok(!dump.includes(hash('sha256', password.reveal())));
});

test('what one kind of cookie holds is nothing in another, nor with https what was made without', async (t) => {
  const house = await open(t);
  await house.accounts.create(ada);
  const { headers } = await signedIn(house);
  const cookie = headers.get('cookie') ?? '';
  const renamed = (from: string, to: string) => new Headers({ cookie: cookie.replace(from, to) });
  const secure = await openIdentity({ ...house.options, baseUrl: 'https://cams.example.org' });
  assert.equal(await secure.identity.session(headers), null);
  assert.equal(await secure.identity.session(renamed('vedette.', '__Host-vedette.')), null);
  const step = renamed('session_token', 'second_step');
  await assert.rejects(house.identity.secondStep('123456', step), { code: 'not-signed-in' });
  const { headers: set } = await secure.identity.signIn(ada, browser());
  assert.ok(await secure.identity.session(browser(set)));
});
