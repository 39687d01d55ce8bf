// Where cameras may be when nobody set it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraPolicyOf } from './camera-policy.ts';
import { readSettings } from './settings.ts';

test('in a house cameras may be on this machine and in its network; where anybody signs up, only what the operator allows', () => {
  const policy = (environment: Record<string, string>) => cameraPolicyOf(readSettings(environment));
  const open = { VEDETTE_SIGN_UP: 'open' };
  assert.deepEqual(policy({}), { allowPrivate: true, allowLoopback: true, fileFolders: null });
  assert.deepEqual(policy(open), { allowPrivate: false, allowLoopback: false, fileFolders: [] });
  const allowed = { VEDETTE_ALLOW_LOOPBACK_CAMERAS: 'true', VEDETTE_CAMERA_FILE_FOLDERS: '/srv/videos' };
  assert.deepEqual(policy({ ...open, ...allowed }), {
    allowPrivate: false,
    allowLoopback: true,
    fileFolders: ['/srv/videos'],
  });
  const network = { ...open, VEDETTE_ALLOW_PRIVATE_CAMERAS: 'true' };
  assert.deepEqual(policy(network), { allowPrivate: true, allowLoopback: false, fileFolders: [] });
  const closed = { VEDETTE_ALLOW_LOOPBACK_CAMERAS: 'false' };
  assert.deepEqual(policy(closed), { allowPrivate: true, allowLoopback: false, fileFolders: null });
});
