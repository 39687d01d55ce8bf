// Access keys: what a machine may do, until when.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { callerFor, openPeopleHouse } from '../../../test/houses/people.ts';
import { secret } from '../secret.ts';
import { reaches } from './access.ts';
import {
  callerOfKey,
  createAccessKey,
  listAccessKeys,
  maxAccessKeys,
  revokeAccessKey,
} from './access-keys.ts';
import { changeMember } from './change-member.ts';
import { changeOrganization } from './change-organization.ts';
import { invite } from './invitations.ts';
import { removeMember } from './remove-member.ts';

const dayMs = 86_400_000;

async function house(t: TestContext) {
  const opened = await openPeopleHouse();
  t.after(() => opened.close());
  const of = await opened.organization();
  const [yard, shop] = [await opened.site(of), await opened.site(of)];
  const admin = await opened.member(of, 'admin');
  return { ...opened, of, yard, shop, admin, caller: callerFor(admin) };
}

const input = { name: 'Importer', permissions: ['view', 'export'], siteIds: null, lifeDays: 30 } as const;

test('a key is worth nothing while its creator is disabled, and who is disabled makes none', async (t) => {
  const deps = await house(t);
  const { key } = await createAccessKey(deps, deps.caller, input);
  deps.disabled.add(deps.admin.userId);
  assert.equal(await callerOfKey(deps, key), null);
  await assert.rejects(createAccessKey(deps, deps.caller, input), { code: 'not-signed-in' });
  deps.disabled.clear();
  assert.notEqual(await callerOfKey(deps, key), null);
});

test('who was demoted since the request began neither revokes keys nor changes the organization', async (t) => {
  const deps = await house(t);
  const { accessKey } = await createAccessKey(deps, deps.caller, input);
  await deps.member(deps.of, 'admin');
  await deps.records.members.update(deps.admin.id, { role: 'viewer' });
  const refusal = { code: 'not-allowed' };
  await assert.rejects(revokeAccessKey(deps, deps.caller, { accessKeyId: accessKey.id }), refusal);
  await assert.rejects(changeOrganization(deps, deps.caller, { name: 'Mine' }), refusal);
  assert.equal((await listAccessKeys(deps, deps.caller)).length, 1);
});

test('a key calls with what it was given, at the sites it was given, and is kept as a hash', async (t) => {
  const deps = await house(t);
  const { accessKey, key } = await createAccessKey(deps, deps.caller, { ...input, siteIds: [deps.yard] });
  assert.match(key.reveal(), /^vdt_[A-Za-z0-9_-]{43}$/);
  assert.equal(accessKey.start, key.reveal().slice(0, 10));
  assert.ok(!JSON.stringify(accessKey).includes(key.reveal()));
  const caller = await callerOfKey(deps, key);
  assert.deepEqual([caller?.organizationId, caller?.accessKeyId], [deps.of.id, accessKey.id]);
  assert.deepEqual([caller?.member, caller?.session], [null, null]);
  assert.deepEqual(caller?.permissions, new Set(['view', 'export']));
  assert.deepEqual([reaches(caller, deps.yard), reaches(caller, deps.shop)], [true, false]);
  const wide = await createAccessKey(deps, deps.caller, input);
  assert.equal((await callerOfKey(deps, wide.key))?.reach, 'every-site');
});

test('a key ends when it expires or is revoked, and nothing that resembles it opens anything', async (t) => {
  const deps = await house(t);
  const { key } = await createAccessKey(deps, deps.caller, input);
  const other = await createAccessKey(deps, deps.caller, { ...input, lifeDays: 1 });
  const text = key.reveal();
  for (const guess of [
    '',
    'vdt_',
    text.slice(4),
    `${text}=`,
    ` ${text}`,
    text.toLowerCase(),
    `vdt_${'A'.repeat(43)}`,
  ]) {
    assert.equal(await callerOfKey(deps, secret(guess)), null);
  }
  await deps.clock.advance(dayMs - 1);
  assert.notEqual(await callerOfKey(deps, other.key), null);
  await deps.clock.advance(1);
  assert.equal(await callerOfKey(deps, other.key), null);
  const { accessKeyId } = (await callerOfKey(deps, key)) ?? assert.fail();
  await revokeAccessKey(deps, deps.caller, { accessKeyId: accessKeyId ?? assert.fail() });
  assert.equal(await callerOfKey(deps, key), null);
  assert.deepEqual(deps.published, [{ type: 'access-changed', organizationId: deps.of.id, memberId: null }]);
});

test('a key can do no more than its creator still may, and nothing once they are gone', async (t) => {
  const deps = await house(t);
  const second = await deps.member(deps.of, 'admin');
  const permissions = ['view', 'manage-cameras'] as const;
  const { key } = await createAccessKey(deps, callerFor(second), { ...input, permissions });
  const narrowed = { memberId: second.id, role: 'owner', siteIds: [deps.shop] } as const;
  await changeMember(deps, deps.caller, narrowed);
  const caller = await callerOfKey(deps, key);
  assert.deepEqual([caller?.permissions, caller?.reach], [new Set(['view']), new Set([deps.shop])]);
  await removeMember(deps, deps.caller, { memberId: second.id });
  assert.equal(await callerOfKey(deps, key), null);
  assert.deepEqual(await listAccessKeys(deps, deps.caller), []);
});

test('when a key was used last is kept to the minute', async (t) => {
  const deps = await house(t);
  const { key, accessKey } = await createAccessKey(deps, deps.caller, input);
  const usedAt = async () => (await deps.records.accessKeys.find(accessKey.id))?.lastUsedAt;
  await callerOfKey(deps, key);
  const first = deps.clock.now();
  await deps.clock.advance(59_999);
  await callerOfKey(deps, key);
  assert.equal(await usedAt(), first);
  await deps.clock.advance(1);
  await callerOfKey(deps, key);
  assert.equal(await usedAt(), first + 60_000);
});

test('what only people may do, what the creator may not, and sites of others are not given', async (t) => {
  const deps = await house(t);
  const foreign = await deps.site(await deps.organization());
  const make = (change: Partial<Parameters<typeof createAccessKey>[2]>) =>
    createAccessKey(deps, deps.caller, { ...input, ...change });
  await assert.rejects(make({ permissions: ['manage-people'] }), { code: 'request-invalid' });
  await assert.rejects(make({ permissions: [] }), { code: 'request-invalid' });
  await assert.rejects(make({ siteIds: [foreign] }), { code: 'not-found' });
  await assert.rejects(make({ siteIds: [] }), { code: 'request-invalid' });
  for (const lifeDays of [0, -1, 367, 1.5, Number.NaN]) {
    await assert.rejects(make({ lifeDays }), { code: 'request-invalid' });
  }
  const manager = callerFor(await deps.member(deps.of, 'manager'));
  await assert.rejects(createAccessKey(deps, manager, input), { code: 'not-allowed' });
  const machine = (await callerOfKey(deps, (await make({})).key)) ?? assert.fail();
  await assert.rejects(createAccessKey(deps, machine, input), { code: 'not-allowed' });
  const guest = { email: 'eve@example.org', role: 'admin', siteIds: [] } as const;
  await assert.rejects(invite(deps, machine, guest), { code: 'not-allowed' });
  const stranger = callerFor(await deps.member(await deps.organization(), 'admin'));
  const [known] = await listAccessKeys(deps, deps.caller);
  const stealing = revokeAccessKey(deps, stranger, { accessKeyId: known?.id ?? assert.fail() });
  await assert.rejects(stealing, { code: 'not-found' });
  assert.deepEqual(await listAccessKeys(deps, stranger), []);
});

test('an organization has a bounded number of keys, however many are made at once', async (t) => {
  const deps = await house(t);
  const outcomes = await Promise.allSettled(
    Array.from({ length: maxAccessKeys + 10 }, () => createAccessKey(deps, deps.caller, input)),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, maxAccessKeys);
});
