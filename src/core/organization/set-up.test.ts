// Setting up and signing up, on real records.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inprocessEvents } from '../../adapters/inprocess/events.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { silentLog } from '../ports/log.ts';
import { homePolicy } from '../site/camera-policy.ts';
import { planSetUp, setUp, setupRequired } from './set-up.ts';
import { planSignUp, signUp } from './sign-up.ts';

const input = {
  organizationName: 'Bakery',
  siteName: 'Shop',
  timeZone: 'Europe/Berlin',
  camera: { name: 'Yard', source: { kind: 'demo' } },
} as const;

test('of many who set up at the same moment exactly one succeeds, and leaves one whole house', async () => {
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const records = sqlRecords({ database, keys: memoryKeys(), clock });
  const deps = { records, clock, events: inprocessEvents({ log: silentLog }), cameraPolicy: homePolicy };
  assert.equal(await setupRequired(deps), true);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) => {
      const user = { id: `user-${n}`, name: 'Ada', email: `ada${n}@example.org` };
      return setUp(deps, planSetUp(deps, input), user);
    }),
  );
  const made = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
  const refused = outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map(({ reason }) => reason.code);
  assert.equal(made.length, 1);
  assert.deepEqual(new Set(refused), new Set(['setup-done']));
  const [member] = made;
  assert.ok(member);
  assert.equal(await records.organizations.count(), 1);
  assert.equal((await records.members.list(member.organizationId)).length, 1);
  assert.equal((await records.sites.list(member.organizationId)).length, 1);
  assert.equal((await records.cameras.all()).length, 1);
  assert.equal(await setupRequired(deps), false);
});

test('who signs up has an organization of their own, after somebody has set the installation up', async () => {
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const records = sqlRecords({ database, keys: memoryKeys(), clock });
  const deps = { records, clock, events: inprocessEvents({ log: silentLog }), cameraPolicy: homePolicy };
  const eve = { id: 'eve', name: 'Eve', email: 'eve@example.org' };
  await assert.rejects(signUp(deps, planSignUp(deps, input), eve), { code: 'not-ready' });
  const ada = await setUp(deps, planSetUp(deps, input), {
    id: 'ada',
    name: 'Ada',
    email: 'ada@example.org',
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => signUp(deps, planSignUp(deps, input), eve)),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal(await records.organizations.count(), 2);
  const [member] = await records.members.ofUser('eve');
  assert.equal(member?.role, 'admin');
  assert.notEqual(member.organizationId, ada.organizationId);
  assert.deepEqual(await records.cameras.list(member.organizationId), []);
  assert.throws(() => planSignUp(deps, { ...input, timeZone: 'Mars/Olympus' }), { code: 'request-invalid' });
});
