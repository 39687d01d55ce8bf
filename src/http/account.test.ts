// One's own account: profile, password, sessions and organizations.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { adaEmail, canSignIn, letterTo, openHouseOfAda, signedInBrowser } from '../../test/houses/browser.ts';
import { password } from '../../test/houses/http.ts';
import { id } from '../../test/houses/rows.ts';
import { branded } from '../core/brand.ts';
import { Account, DeviceSession } from './contract/account.ts';
import { paths } from './contract/paths.ts';
import { Me } from './contract/session.ts';
import { attempts, proofMs } from './limits.ts';

const next = 'another correct horse';

test('name and phone are changed in all organizations, and nothing else that is sent along', async () => {
  const { house, ada } = await openHouseOfAda();
  const before = Me.parse(await (await ada.call('GET', paths.me)).json());
  const changed = await ada.call('PATCH', paths.account, {
    name: 'Ada Lovelace',
    phone: '+49 (30) 123-456',
    email: 'boss@example.org',
    role: 'viewer',
    hasPassword: false,
    isDisabled: true,
    userId: 'x',
  });
  const account = Account.parse(await changed.json());
  assert.deepEqual([account.name, account.phone, account.email], ['Ada Lovelace', '+4930123456', adaEmail]);
  const [member] = await house.deps.records.members.ofUser(before.userId);
  assert.deepEqual([member?.name, member?.phone, member?.role], ['Ada Lovelace', '+4930123456', 'admin']);
  assert.equal(await ada.problem('PATCH', paths.account, { phone: '030 123456' }), 'request-invalid');
});

test('a new password needs the old one and ends all other sessions', async () => {
  const { house, ada } = await openHouseOfAda();
  const elsewhere = await signedInBrowser(house, adaEmail);
  assert.equal(
    await ada.problem('PUT', paths.accountPassword, { current: 'wrong', next }),
    'credentials-wrong',
  );
  assert.equal(
    await ada.problem('PUT', paths.accountPassword, { current: password, next: 'x' }),
    'request-invalid',
  );
  assert.equal((await ada.call('PUT', paths.accountPassword, { current: password, next })).status, 204);
  assert.equal(await elsewhere.problem('GET', paths.me), 'not-signed-in');
  assert.equal((await ada.call('GET', paths.me)).status, 200);
  assert.equal(await canSignIn(house, adaEmail, password), false);
  assert.match((await letterTo(house, adaEmail)).subject, /password/);
  const codes: string[] = [];
  for (let made = 0; made <= attempts.perAccount; made += 1) {
    codes.push(await ada.problem('PUT', paths.accountPassword, { current: 'wrong', next }));
  }
  assert.equal(codes.at(-1), 'too-many-requests');
});

test('sessions are listed by device and ended one by one, or all others; those of others are not there', async () => {
  const { house, ada } = await openHouseOfAda();
  const list = async () =>
    z.array(DeviceSession).parse(await (await ada.call('GET', paths.accountSessions)).json());
  const phone = await signedInBrowser(house, adaEmail);
  const laptop = await signedInBrowser(house, adaEmail);
  const own = (await list()).find(({ isThis }) => isThis);
  assert.deepEqual([(await list()).length, own?.device], [4, 'Firefox on Linux']);
  const { member } = await house.enrol('admin');
  const bob = await signedInBrowser(house, member.email);
  for (const { id } of await list()) {
    assert.equal(await bob.problem('DELETE', paths.accountSession(id)), 'not-found');
  }
  const one = (await list()).find(({ isThis }) => !isThis);
  assert.equal((await ada.call('DELETE', paths.accountSession(one?.id ?? ''))).status, 204);
  assert.equal((await list()).length, 3);
  assert.equal((await ada.call('DELETE', paths.accountSessions)).status, 204);
  assert.deepEqual(
    (await list()).map(({ isThis }) => isThis),
    [true],
  );
  for (const ended of [phone, laptop]) assert.equal(await ended.problem('GET', paths.me), 'not-signed-in');
});

test('a removed member and a disabled account reach nothing within seconds', async () => {
  const { house, ada } = await openHouseOfAda();
  const { organization } = Me.parse(await (await ada.call('GET', paths.me)).json());
  const bob = await house.enrol('manager', { organizationId: branded(organization.id) });
  const eve = await house.enrol('manager', { organizationId: branded(organization.id) });
  await house.deps.records.members.delete(bob.member.id);
  assert.equal((await house.call('GET', paths.me, { cookie: bob.cookie })).status, 403);
  assert.equal((await house.call('GET', paths.sites, { cookie: bob.cookie })).status, 403);
  await house.deps.accounts.setDisabled(eve.member.userId, true);
  assert.equal((await house.call('GET', paths.me, { cookie: eve.cookie })).status, 401);
  assert.equal(await canSignIn(house, eve.member.email, password), false);
});

test('a session turns to another organization of its person, and to no other', async () => {
  const { house, ada } = await openHouseOfAda();
  const me = async () => Me.parse(await (await ada.call('GET', paths.me)).json());
  const first = await me();
  const foreign = await house.enrol('admin');
  const organizationId = foreign.member.organizationId;
  assert.equal(await ada.problem('PUT', paths.sessionOrganization, { organizationId }), 'not-found');
  await house.deps.records.members.insert({
    ...foreign.member,
    id: id(),
    userId: first.userId,
    role: 'viewer',
  });
  assert.equal((await ada.call('PUT', paths.sessionOrganization, { organizationId })).status, 204);
  assert.deepEqual(
    [(await me()).organization.id, (await me()).role, (await me()).organizations.length],
    [organizationId, 'viewer', 2],
  );
  await house.deps.clock.advance(proofMs);
  assert.equal((await me()).organization.id, organizationId);
});
