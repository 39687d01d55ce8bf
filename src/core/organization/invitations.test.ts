// Invitations: who may invite whom, and who can accept.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { callerFor, openPeopleHouse } from '../../../test/houses/people.ts';
import { id } from '../../../test/houses/rows.ts';
import type { SiteId } from '../brand.ts';
import { errorCode } from '../errors.ts';
import { acceptInvitation, lookAtInvitation } from './accept-invitation.ts';
import { changeMember } from './change-member.ts';
import { invitationLifeMs } from './invitation.ts';
import { invite, listInvitations, maxOpenInvitations, withdrawInvitation } from './invitations.ts';
import { type Role, roles } from './organization.ts';
import { removeMember } from './remove-member.ts';

async function house(t: TestContext) {
  const opened = await openPeopleHouse();
  t.after(() => opened.close());
  const of = await opened.organization();
  const siteId = await opened.site(of);
  const admin = await opened.member(of, 'admin');
  return { ...opened, of, siteId, admin, caller: callerFor(admin) };
}

const eve = { id: 'eve', name: 'Eve', email: 'eve@example.org' };
const forEve = (siteId: SiteId, role: Role = 'owner') => ({ email: eve.email, role, siteIds: [siteId] });

test('who is invited becomes a member with the role and sites of the invitation; owners are told of incidents', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const input = { email: '  Eve@Example.org ', role: 'owner', siteIds: [siteId, siteId] } as const;
  const { invitation, token } = await invite(deps, caller, input);
  assert.equal(invitation.email, 'eve@example.org');
  assert.match(token.reveal(), /^[A-Za-z0-9_-]{43}$/);
  assert.ok(!JSON.stringify(await deps.records.invitations.find(invitation.id)).includes(token.reveal()));
  const seen = await lookAtInvitation(deps, token.reveal());
  assert.deepEqual([seen.organization.id, seen.invitedBy.id], [deps.of.id, deps.admin.id]);
  const member = await acceptInvitation(deps, token.reveal(), eve);
  assert.deepEqual(await deps.records.members.ofUser('eve'), [member]);
  assert.deepEqual([member.role, member.siteIds], ['owner', [siteId]]);
  assert.deepEqual(await listInvitations(deps, caller), []);
});

test('of many who accept at once exactly one succeeds, and the link is worth nothing afterwards', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const { token } = await invite(deps, caller, forEve(siteId));
  const accepting = Array.from({ length: 20 }, (_, n) =>
    acceptInvitation(deps, token.reveal(), { ...eve, id: `eve ${n}` }),
  );
  const outcomes = await Promise.allSettled(accepting);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  const codes = outcomes.flatMap((each) => (each.status === 'rejected' ? [errorCode(each.reason)] : []));
  assert.deepEqual(new Set(codes), new Set(['invitation-invalid']));
  await assert.rejects(lookAtInvitation(deps, token.reveal()), { code: 'invitation-invalid' });
});

test('nobody else can accept, and trying does not use it up', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const { token } = await invite(deps, caller, forEve(siteId));
  const mallory = { id: 'mallory', name: 'Eve', email: 'eve@example.com' };
  await assert.rejects(acceptInvitation(deps, token.reveal(), mallory), { code: 'not-allowed' });
  for (const guess of ['', 'x', `${token.reveal()}=`, token.reveal().toLowerCase()]) {
    await assert.rejects(acceptInvitation(deps, guess, eve), { code: 'invitation-invalid' });
  }
  await acceptInvitation(deps, token.reveal(), eve);
});

test('an invitation ends after a week, when it is withdrawn, and when another one replaces it', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const { records, clock } = deps;
  const first = await invite(deps, caller, forEve(siteId));
  const second = await invite(deps, caller, forEve(siteId, 'viewer'));
  assert.deepEqual(await listInvitations(deps, caller), [second.invitation]);
  await assert.rejects(acceptInvitation(deps, first.token.reveal(), eve), { code: 'invitation-invalid' });
  await withdrawInvitation(deps, caller, { invitationId: second.invitation.id });
  await assert.rejects(acceptInvitation(deps, second.token.reveal(), eve), { code: 'invitation-invalid' });
  const third = await invite(deps, caller, forEve(siteId));
  await clock.advance(invitationLifeMs - 1);
  await lookAtInvitation(deps, third.token.reveal());
  await clock.advance(1);
  await assert.rejects(acceptInvitation(deps, third.token.reveal(), eve), { code: 'invitation-invalid' });
  assert.deepEqual(await listInvitations(deps, caller), []);
  await clock.advance(1);
  assert.equal(await records.invitations.deleteExpired(clock.now()), 1);
});

test('an invitation is worth no more than what the one who invited could still give', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const manager = await deps.member(deps.of, 'manager');
  const bold = await invite(deps, callerFor(manager), forEve(siteId, 'manager'));
  await changeMember(deps, caller, { memberId: manager.id, role: 'viewer', siteIds: [siteId] });
  await assert.rejects(acceptInvitation(deps, bold.token.reveal(), eve), { code: 'invitation-invalid' });
  await changeMember(deps, caller, { memberId: manager.id, role: 'manager' });
  await lookAtInvitation(deps, bold.token.reveal());
  await removeMember(deps, caller, { memberId: manager.id });
  await assert.rejects(acceptInvitation(deps, bold.token.reveal(), eve), { code: 'invitation-invalid' });
  assert.deepEqual(await deps.records.invitations.list(deps.of.id), []);
});

test('whoever invites whomever: nobody gives a role above their own, and only admins and managers invite', async (t) => {
  const { siteId, ...deps } = await house(t);
  const rank = ['viewer', 'owner', 'manager', 'admin'];
  const people = await Promise.all(roles.map((role) => deps.member(deps.of, role, { siteIds: [siteId] })));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...people), fc.constantFrom(...roles), async (self, role) => {
      const mayInvite = self.role === 'admin' || self.role === 'manager';
      const isAllowed = mayInvite && rank.indexOf(role) <= rank.indexOf(self.role);
      const inviting = invite(deps, callerFor(self), {
        ...forEve(siteId, role),
        email: `${id()}@example.org`,
      });
      const outcome = await inviting.then(() => 'invited', errorCode);
      assert.equal(outcome, isAllowed ? 'invited' : 'not-allowed');
    }),
    { numRuns: 60 },
  );
  // Nor do they replace or withdraw what stands above them.
  const manager = callerFor(people[1] ?? assert.fail());
  const { invitation } = await invite(deps, callerFor(deps.admin), forEve(siteId, 'admin'));
  await assert.rejects(invite(deps, manager, forEve(siteId)), { code: 'not-allowed' });
  const withdrawing = withdrawInvitation(deps, manager, { invitationId: invitation.id });
  await assert.rejects(withdrawing, { code: 'not-allowed' });
});

test('owners and viewers are invited to sites of this organization, and to at least one', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const foreign = await deps.site(await deps.organization());
  for (const role of ['owner', 'viewer'] as const) {
    const none = invite(deps, caller, { ...forEve(siteId, role), siteIds: [] });
    await assert.rejects(none, { code: 'request-invalid' });
    const theirs = invite(deps, caller, { ...forEve(siteId, role), siteIds: [siteId, foreign] });
    await assert.rejects(theirs, { code: 'not-found' });
  }
  const { invitation } = await invite(deps, caller, { ...forEve(foreign, 'manager') });
  assert.deepEqual(invitation.siteIds, []);
});

test('a member is not invited again, and somebody else’s invitation cannot be withdrawn', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const known = { ...forEve(siteId), email: deps.admin.email.toUpperCase() };
  await assert.rejects(invite(deps, caller, known), { code: 'conflict' });
  const { invitation, token } = await invite(deps, caller, forEve(siteId));
  const stranger = callerFor(await deps.member(await deps.organization(), 'admin'));
  const stealing = withdrawInvitation(deps, stranger, { invitationId: invitation.id });
  await assert.rejects(stealing, { code: 'not-found' });
  // Who became a member by another way in the meantime.
  await deps.member(deps.of, 'viewer', { userId: 'eve' });
  await assert.rejects(acceptInvitation(deps, token.reveal(), eve), { code: 'conflict' });
  for (const email of ['', 'eve', 'a@b.org, c@d.org', 'a@b.org\r\nBcc: c@d.org', '<a@b.org>']) {
    await assert.rejects(invite(deps, caller, { ...forEve(siteId), email }), { code: 'request-invalid' });
  }
});

test('a stolen session cannot send letters without end', async (t) => {
  const { siteId, caller, ...deps } = await house(t);
  const email = (n: number) => `guest${n}@example.org`;
  for (let n = 0; n < maxOpenInvitations; n += 1) {
    await invite(deps, caller, { ...forEve(siteId), email: email(n) });
  }
  await assert.rejects(invite(deps, caller, forEve(siteId)), { code: 'conflict' });
  await invite(deps, caller, { ...forEve(siteId), email: email(7) });
  await deps.clock.advance(invitationLifeMs);
  await invite(deps, caller, forEve(siteId));
});
