// Members: changed and removed by whom the law allows, and never the last admin.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { callerFor, openPeopleHouse } from '../../../test/houses/people.ts';
import { errorCode } from '../errors.ts';
import { createAccessKey } from './access-keys.ts';
import { changeMember } from './change-member.ts';
import { changeOrganization } from './change-organization.ts';
import { type Member, type Role, roles } from './organization.ts';
import { changeProfile } from './profile.ts';
import { removeMember } from './remove-member.ts';

async function house(t: TestContext) {
  const opened = await openPeopleHouse();
  t.after(() => opened.close());
  const of = await opened.organization();
  const siteId = await opened.site(of);
  return { ...opened, of, siteId };
}

const rank: readonly Role[] = ['viewer', 'owner', 'manager', 'admin'];
const mayManage = (role: Role) => role === 'admin' || role === 'manager';

test('whoever changes or removes whomever: nobody acts on who stands above them, nor upward, nor on the last admin', async (t) => {
  const deps = await house(t);
  const { records } = deps;
  const act = fc.record({
    who: fc.nat(4),
    whom: fc.nat(4),
    to: fc.option(fc.constantFrom(...roles), { nil: null }),
  });
  const some = fc.array(fc.constantFrom(...roles), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(some, fc.array(act, { maxLength: 8 }), async (others, acts) => {
      const of = await deps.organization();
      const shop = await deps.site(of);
      const people: Member[] = [];
      for (const role of ['admin' as const, ...others]) {
        const siteIds = mayManage(role) ? [] : [shop];
        people.push(await deps.member(of, role, { siteIds }));
      }
      const model = new Map(people.map((each) => [each.id, each.role]));
      for (const { who, whom, to } of acts) {
        const self = people[who % people.length] ?? assert.fail();
        const { id: memberId } = people[whom % people.length] ?? assert.fail();
        // The caller as the gate made it, perhaps long ago: what counts is what they are now.
        const caller = callerFor(self);
        const [own, theirs] = [model.get(self.id), model.get(memberId)];
        const admins = [...model.values()].filter((role) => role === 'admin').length;
        const expected = (() => {
          if (!mayManage(self.role) || own === undefined || !mayManage(own)) return 'not-allowed';
          if (theirs === undefined) return 'not-found';
          if (rank.indexOf(theirs) > rank.indexOf(own)) return 'not-allowed';
          if (to !== null && rank.indexOf(to) > rank.indexOf(own)) return 'not-allowed';
          if (theirs === 'admin' && to !== 'admin' && admins === 1) return 'last-admin';
          return 'done';
        })();
        const acting: Promise<unknown> =
          to === null
            ? removeMember(deps, caller, { memberId })
            : changeMember(deps, caller, { memberId, role: to, siteIds: [shop] });
        assert.equal(await acting.then(() => 'done', errorCode), expected);
        if (expected !== 'done') continue;
        if (to === null) model.delete(memberId);
        else model.set(memberId, to);
      }
      const now = await records.members.list(of.id);
      assert.deepEqual(new Map(now.map(({ id, role }) => [id, role])), model);
      assert.ok(now.some(({ role }) => role === 'admin'));
      for (const { role, siteIds } of now) assert.equal(siteIds.length, mayManage(role) ? 0 : 1);
    }),
    { numRuns: 60 },
  );
});

test('admins who demote or remove each other or themselves all at once leave one admin', async (t) => {
  const deps = await house(t);
  const { records } = deps;
  const leave = (self: Member) => removeMember(deps, callerFor(self), { memberId: self.id });
  for (let round = 0; round < 5; round += 1) {
    const of = await deps.organization();
    const shop = await deps.site(of);
    const admins = await Promise.all(Array.from({ length: 6 }, () => deps.member(of, 'admin')));
    await Promise.allSettled(
      admins.map((self, index): Promise<unknown> => {
        const next = admins[(index + 1) % admins.length] ?? self;
        if (index % 3 === 0) return leave(self);
        if (index % 3 === 1) return removeMember(deps, callerFor(self), { memberId: next.id });
        const change = { memberId: self.id, role: 'owner', siteIds: [shop] } as const;
        return changeMember(deps, callerFor(self), change);
      }),
    );
    assert.ok((await records.members.list(of.id)).some(({ role }) => role === 'admin'));
    await Promise.allSettled(admins.map(leave));
    const left = (await records.members.list(of.id)).filter(({ role }) => role === 'admin');
    assert.equal(left.length, 1);
    await assert.rejects(leave(left[0] ?? assert.fail()), { code: 'last-admin' });
  }
});

test('a member of another organization is not there, whatever the role', async (t) => {
  const deps = await house(t);
  const admin = callerFor(await deps.member(deps.of, 'admin'));
  const stranger = await deps.member(await deps.organization(), 'viewer');
  const change = { memberId: stranger.id, role: 'viewer' } as const;
  await assert.rejects(changeMember(deps, admin, change), { code: 'not-found' });
  await assert.rejects(removeMember(deps, admin, change), { code: 'not-found' });
});

test('owners and viewers need a site of this organization', async (t) => {
  const deps = await house(t);
  const admin = callerFor(await deps.member(deps.of, 'admin'));
  const { id: memberId } = await deps.member(deps.of, 'manager');
  const foreign = await deps.site(await deps.organization());
  const demoting = changeMember(deps, admin, { memberId, role: 'owner' });
  await assert.rejects(demoting, { code: 'request-invalid' });
  const abroad = changeMember(deps, admin, { memberId, role: 'owner', siteIds: [foreign] });
  await assert.rejects(abroad, { code: 'not-found' });
  const change = { memberId, role: 'owner', siteIds: [deps.siteId] } as const;
  assert.deepEqual((await changeMember(deps, admin, change)).siteIds, [deps.siteId]);
});

test('what streams to a member ends when their access changes, and only then', async (t) => {
  const deps = await house(t);
  const admin = callerFor(await deps.member(deps.of, 'admin'));
  const viewer = await deps.member(deps.of, 'viewer', { siteIds: [deps.siteId] });
  const ofViewer = { type: 'access-changed', organizationId: deps.of.id, memberId: viewer.id };
  const ofAll = { ...ofViewer, memberId: null };
  await changeMember(deps, admin, { memberId: viewer.id, role: 'viewer' });
  assert.deepEqual(deps.published, []);
  await changeMember(deps, admin, { memberId: viewer.id, role: 'owner' });
  assert.deepEqual(deps.published.splice(0), [ofViewer]);
  await removeMember(deps, admin, { memberId: viewer.id });
  assert.deepEqual(deps.published.splice(0), [ofViewer]);
  await changeOrganization(deps, admin, { name: 'Backwerk' });
  assert.deepEqual(deps.published, []);
  await changeOrganization(deps, admin, { policy: { requireSecondFactor: true } });
  assert.deepEqual(deps.published.splice(0), [ofAll]);
  const second = await deps.member(deps.of, 'admin');
  const key = { name: 'Importer', permissions: ['view'], siteIds: null, lifeDays: 1 } as const;
  await createAccessKey(deps, callerFor(second), key);
  await removeMember(deps, callerFor(second), { memberId: second.id });
  assert.deepEqual(deps.published.splice(0), [{ ...ofAll, memberId: second.id }, ofAll]);
});

test('a profile is the same in every organization, and of one person only', async (t) => {
  const deps = await house(t);
  const elsewhere = await deps.organization();
  const change = { name: 'Ada L.', phone: '+49301234', email: 'Ada@New.example' };
  await deps.member(deps.of, 'viewer', { userId: 'ada' });
  await deps.member(elsewhere, 'admin', { userId: 'ada' });
  const bob = await deps.member(elsewhere, 'viewer', { userId: 'bob' });
  const changed = await changeProfile(deps, 'ada', change);
  assert.deepEqual(await deps.records.members.ofUser('ada'), changed);
  assert.deepEqual(
    changed.map((each) => [each.role, each.name, each.phone, each.email]),
    [
      ['viewer', 'Ada L.', '+49301234', 'ada@new.example'],
      ['admin', 'Ada L.', '+49301234', 'ada@new.example'],
    ],
  );
  assert.deepEqual(await deps.records.members.ofUser('bob'), [bob]);
});

test('only admins change the rules of their organization', async (t) => {
  const deps = await house(t);
  const { id, name } = deps.of;
  const manager = callerFor(await deps.member(deps.of, 'manager'));
  await assert.rejects(changeOrganization(deps, manager, { name: 'Mine' }), { code: 'not-allowed' });
  const admin = callerFor(await deps.member(deps.of, 'admin'));
  const policy = { requireSecondFactor: true };
  assert.deepEqual(await changeOrganization(deps, admin, { policy }), { ...deps.of, policy });
  assert.equal((await deps.records.organizations.find(id))?.name, name);
});
