// What the operator does to accounts, on a real identity provider.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { identityHouse } from '../../../test/houses/identity.ts';
import { callerFor } from '../../../test/houses/people.ts';
import { household } from '../../../test/houses/rows.ts';
import { softAuthenticator } from '../../../test/servers/authenticator.ts';
import { inprocessEvents } from '../../adapters/inprocess/events.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { callerOfKey, createAccessKey } from '../../core/organization/access-keys.ts';
import { invite } from '../../core/organization/invitations.ts';
import { browser } from '../../core/ports/identity.contract.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { type UserOptions, userActions } from './user-actions.ts';

const password = 'correct horse battery';
const ada = { email: 'Ada@Example.org', name: 'Ada', role: 'admin' };

async function house(t: TestContext) {
  const provider = await identityHouse(t);
  const { database, clock } = provider;
  const records = sqlRecords({ database, keys: memoryKeys(), clock });
  const deps = { ...provider, records, events: inprocessEvents({ log: silentLog }) };
  let asked = 0;
  return {
    ...deps,
    asked: () => asked,
    async run(action: string, options: Partial<UserOptions> = {}) {
      const work = userActions[action] ?? assert.fail();
      const askPassword = async () => {
        asked += 1;
        return secret(password);
      };
      const lines = await work(deps, { sites: [], removeSecondFactor: false, askPassword, ...options });
      return lines.join('\n');
    },
    async signsIn(given = password) {
      const credentials = { email: 'ada@example.org', password: secret(given) };
      return deps.identity.signIn(credentials, new Headers()).then(
        ({ kind }) => kind,
        ({ code }) => code,
      );
    },
  };
}

test('who is added signs in with the password that was asked for, as a member of the organization', async (t) => {
  const deps = await house(t);
  const { organization, site } = await household(deps.records);
  assert.match(await deps.run('add', ada), /^ada@example\.org is now admin of Bäckerei Süß\.$/);
  assert.equal(await deps.signsIn(), 'signed-in');
  const [member] = await deps.records.members.list(organization.id);
  assert.deepEqual([member?.email, member?.role, member?.siteIds], ['ada@example.org', 'admin', []]);
  await assert.rejects(deps.run('add', ada), { code: 'conflict' });
  const owner = { email: 'bob@example.org', name: 'Bob', role: 'owner', sites: [site.name] };
  await deps.run('add', owner);
  const members = await deps.records.members.list(organization.id);
  assert.deepEqual(members.find(({ role }) => role === 'owner')?.siteIds, [site.id]);
  assert.equal(
    await deps.run('list'),
    ['ada@example.org  Ada  admin of Bäckerei Süß', 'bob@example.org  Bob  owner of Bäckerei Süß'].join('\n'),
  );
});

test('whoever has an account keeps it when added to another organization', async (t) => {
  const deps = await house(t);
  const { organization } = await household(deps.records);
  await deps.run('add', ada);
  const { organization: second } = await household(deps.records);
  const both = deps.run('add', { ...ada, email: 'eve@example.org' });
  await assert.rejects(both, { code: 'request-invalid', message: new RegExp(second.id) });
  assert.match(await deps.run('add', { ...ada, organization: second.id }), /had an account already/);
  assert.equal(deps.asked(), 1);
  const places = (await deps.records.members.list(second.id)).concat(
    await deps.records.members.list(organization.id),
  );
  assert.equal(new Set(places.map(({ userId }) => userId)).size, 1);
});

test('what is wrong is said before a password is asked for, and nothing is left behind', async (t) => {
  const deps = await house(t);
  await assert.rejects(deps.run('add', ada), { code: 'not-ready' });
  await household(deps.records);
  const wrong: Partial<UserOptions>[] = [
    { ...ada, email: undefined },
    { ...ada, email: 'ada' },
    { ...ada, name: ' ' },
    { ...ada, role: 'boss' },
    { ...ada, role: undefined },
    { ...ada, role: 'owner' },
    { ...ada, role: 'viewer', sites: ['Yard', 'Nowhere'] },
    { ...ada, organization: 'Nobody' },
  ];
  for (const options of wrong) await assert.rejects(deps.run('add', options), { code: 'request-invalid' });
  for (const action of ['reset', 'disable', 'enable']) {
    await assert.rejects(deps.run(action, ada), { code: 'not-found', message: /ada@example\.org/ });
  }
  assert.equal(deps.asked(), 0);
  assert.equal(await deps.run('list'), 'There are no accounts.');
});

test('a reset sets a new password and ends every session', async (t) => {
  const deps = await house(t);
  await household(deps.records);
  await deps.accounts.create({ name: 'Ada', email: ada.email, password: secret('another password') });
  const user = (await deps.accounts.findByEmail(ada.email)) ?? assert.fail();
  assert.equal(await deps.signsIn('another password'), 'signed-in');
  assert.match(await deps.run('reset', ada), /new password and is signed out everywhere/);
  assert.deepEqual(await deps.sessions.list(user.id), []);
  assert.equal(await deps.signsIn('another password'), 'credentials-wrong');
  assert.equal(await deps.signsIn(), 'signed-in');
});

test('a disabled account signs in no more, and nothing of it goes on; enabled, it signs in again', async (t) => {
  const deps = await house(t);
  const { organization } = await household(deps.records);
  await deps.run('add', ada);
  const [member = assert.fail()] = await deps.records.members.list(organization.id);
  const input = { name: 'Importer', permissions: ['view'], siteIds: null, lifeDays: 9 } as const;
  const { key } = await createAccessKey(deps, callerFor(member), input);
  await invite(deps, callerFor(member), { email: 'eve@example.org', role: 'admin', siteIds: [] });
  await deps.signsIn();
  assert.match(await deps.run('disable', ada), /1 access keys and 1 open invitations/);
  assert.equal(await deps.signsIn(), 'credentials-wrong');
  assert.deepEqual(await deps.sessions.list(member.userId), []);
  assert.equal(await callerOfKey(deps, key), null);
  assert.deepEqual(await deps.records.invitations.list(organization.id), []);
  assert.deepEqual((await deps.records.preferences.find(member.id))?.channels, []);
  assert.match(await deps.run('list'), /disabled$/);
  await deps.run('enable', ada);
  assert.equal(await deps.signsIn(), 'signed-in');
});

test('a reset says what else opens the account, and removes it where that is asked for', async (t) => {
  const deps = await house(t);
  await household(deps.records);
  await deps.run('add', ada);
  assert.match(await deps.run('reset', ada), /The password alone opens it/);
  const user = (await deps.accounts.findByEmail(ada.email)) ?? assert.fail();
  await addPasskey(deps);
  assert.match(await deps.run('reset', ada), /Still there: the passkey “Phone”. With --second-factor/);
  assert.equal((await deps.passkeys.list(user.id)).length, 1);
  assert.match(
    await deps.run('reset', { ...ada, removeSecondFactor: true }),
    /Removed: the passkey “Phone”. The password alone/,
  );
  assert.deepEqual(await deps.passkeys.list(user.id), []);
});

async function addPasskey({ identity, passkeys }: Awaited<ReturnType<typeof house>>): Promise<void> {
  const credentials = { email: 'ada@example.org', password: secret(password) };
  const headers = browser((await identity.signIn(credentials, new Headers())).headers);
  const { options, headers: set } = await passkeys.registration(headers);
  const answer = softAuthenticator('http://localhost:8080').create(options);
  const both = [headers, browser(set)].map((each) => each.get('cookie')).join('; ');
  await passkeys.register({ name: 'Phone', answer }, new Headers({ cookie: both }));
}
