import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machinePermissions } from '../../src/core/organization/access-key.ts';
import { keyState, machinePermissionWords, permissionsToGive } from './key-words.ts';

test('the pages offer for keys exactly what the law lets a machine do', () => {
  assert.deepEqual(Object.keys(machinePermissionWords).toSorted(), [...machinePermissions].toSorted());
});

test('nobody is offered to give a key what they may not do themselves', () => {
  assert.deepEqual(permissionsToGive(['arm', 'manage-people', 'view']), ['view', 'arm']);
});

test('a key says that it ended, or ends soon', () => {
  const now = 1_800_000_000_000;
  const day = 86_400_000;
  assert.equal(keyState({ expiresAt: now }, now).words, 'Expired');
  assert.equal(keyState({ expiresAt: now + 3 * day }, now).words, 'Ends soon');
  assert.equal(keyState({ expiresAt: now + 60 * day }, now).words, 'Works');
});
