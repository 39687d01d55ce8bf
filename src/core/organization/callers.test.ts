// Which membership a session means.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openPeopleHouse, sessionOf } from '../../../test/houses/people.ts';
import { id } from '../../../test/houses/rows.ts';
import { VedetteError } from '../errors.ts';
import type { Records } from '../ports/records.ts';
import { callerOf, needsSecondFactor, organizationsOf } from './callers.ts';

async function house(t: TestContext) {
  const opened = await openPeopleHouse();
  t.after(() => opened.close());
  const [first, second] = [await opened.organization(), await opened.organization()];
  const siteId = await opened.site(second);
  await opened.member(first, 'admin', { userId: 'ada' });
  const owner = await opened.member(second, 'owner', { userId: 'ada', siteIds: [siteId] });
  return { ...opened, first, second, siteId, owner };
}

const ada = { id: 'ada' };

test('a session means the organization chosen last, else the oldest membership', async (t) => {
  const deps = await house(t);
  const meant = async (organizationId: typeof deps.first.id | null) =>
    (await callerOf(deps, ada, sessionOf(ada, { organizationId })))?.organizationId;
  assert.equal(await meant(null), deps.first.id);
  assert.equal(await meant(deps.second.id), deps.second.id);
  assert.equal(await meant(id()), deps.first.id);
  const elsewhere = await deps.organization();
  assert.equal(await meant(elsewhere.id), deps.first.id);
  const caller = await callerOf(deps, ada, sessionOf(ada, { organizationId: deps.second.id }));
  assert.deepEqual([caller?.reach, caller?.permissions.has('manage-sites')], [new Set([deps.siteId]), false]);
  await deps.records.members.delete(deps.owner.id);
  assert.equal(await meant(deps.second.id), deps.first.id);
});

test('who belongs nowhere, or holds a session of somebody else, is nobody', async (t) => {
  const deps = await house(t);
  const eve = { id: 'eve' };
  assert.equal(await callerOf(deps, eve, sessionOf(eve)), null);
  assert.equal(await callerOf(deps, ada, sessionOf(eve)), null);
  assert.deepEqual(await organizationsOf(deps, eve, sessionOf(eve)), []);
  const all = await organizationsOf(deps, ada, sessionOf(ada));
  assert.deepEqual(
    all.map(({ organization, role }) => [organization.id, role]),
    [
      [deps.first.id, 'admin'],
      [deps.second.id, 'owner'],
    ],
  );
});

test('when a member called last is kept to the minute, and a full disk keeps nobody out', async (t) => {
  const deps = await house(t);
  const { records, clock } = deps;
  const session = sessionOf(ada);
  const seenAt = async () => (await records.members.ofUser('ada'))[0]?.lastSeenAt;
  await callerOf(deps, ada, session);
  const first = clock.now();
  assert.equal(await seenAt(), first);
  await clock.advance(59_999);
  await callerOf(deps, ada, session);
  assert.equal(await seenAt(), first);
  await clock.advance(1);
  const failing = (error: Error): Records => ({
    ...records,
    members: { ...records.members, update: () => Promise.reject(error) },
  });
  const full = { clock, records: failing(new VedetteError('data-full')) };
  assert.notEqual(await callerOf(full, ada, session), null);
  const gone = { clock, records: failing(new VedetteError('not-found')) };
  assert.equal(await callerOf(gone, ada, session), null);
  await callerOf(deps, ada, session);
  assert.equal(await seenAt(), first + 60_000);
});

test('an organization that asks for a second factor asks those who have shown none', () => {
  const asks = (requireSecondFactor: boolean, isStrong: boolean) =>
    needsSecondFactor({ policy: { requireSecondFactor } }, { isStrong });
  assert.deepEqual([asks(true, false), asks(true, true), asks(false, false)], [true, false, false]);
});
