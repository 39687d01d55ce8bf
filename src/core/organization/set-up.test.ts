// Setting up and access, on real records.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inprocessEvents } from '../../adapters/inprocess/events.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryKeys } from '../../adapters/memory/keys.ts';
import { openDatabase } from '../../adapters/sql/database.ts';
import { sqlRecords } from '../../adapters/sql/records.ts';
import { branded, type EpochMs, type OrganizationId } from '../brand.ts';
import { silentLog } from '../ports/log.ts';
import { homePolicy } from '../site/camera-policy.ts';
import { allows, owned, type Permission } from './access.ts';
import type { Organization } from './organization.ts';
import { planSetUp, setUp, setupRequired } from './set-up.ts';

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
  const deps = { records, clock, events: inprocessEvents({ log: silentLog }) };
  assert.equal(await setupRequired(deps), true);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) => {
      const user = { id: `user-${n}`, name: 'Ada', email: `ada${n}@example.org` };
      return setUp(deps, planSetUp({ clock, cameraPolicy: homePolicy }, input), user);
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

test('every role may see, viewers nothing else, and only managers and admins change what is there', () => {
  const permissions: Permission[] = [
    'view',
    'arm',
    'resolve',
    'manage-sites',
    'manage-cameras',
    'manage-channels',
  ];
  const granted = (role: 'admin' | 'manager' | 'owner' | 'viewer') =>
    permissions.filter((permission) => allows(role, permission));
  assert.deepEqual(granted('viewer'), ['view']);
  assert.deepEqual(granted('owner'), ['view', 'arm', 'resolve']);
  assert.deepEqual(granted('manager'), permissions);
  assert.deepEqual(granted('admin'), permissions);
});

test('what belongs to others cannot be told from what does not exist', () => {
  const id = branded<OrganizationId>('a');
  const row: Organization & { organizationId: OrganizationId } = {
    id,
    organizationId: id,
    name: 'A',
    createdAt: branded<EpochMs>(0),
  };
  assert.equal(owned(row, id), row);
  assert.throws(() => owned(null, id), { code: 'not-found' });
  assert.throws(() => owned(row, branded<OrganizationId>('b')), { code: 'not-found' });
});
