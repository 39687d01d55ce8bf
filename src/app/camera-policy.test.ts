// Where cameras may be when nobody set it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraPolicyOf } from './camera-policy.ts';
import { readSettings } from './settings.ts';

test('in a house cameras may be on this machine; where anybody signs up, only what the operator allows', () => {
  const policy = (environment: Record<string, string>) => cameraPolicyOf(readSettings(environment));
  const open = { VEDETTE_SIGN_UP: 'open' };
  assert.deepEqual(policy({}), { allowLoopback: true, fileFolders: null });
  assert.deepEqual(policy(open), { allowLoopback: false, fileFolders: [] });
  const allowed = { VEDETTE_ALLOW_LOOPBACK_CAMERAS: 'true', VEDETTE_CAMERA_FILE_FOLDERS: '/srv/videos' };
  assert.deepEqual(policy({ ...open, ...allowed }), { allowLoopback: true, fileFolders: ['/srv/videos'] });
  const closed = { VEDETTE_ALLOW_LOOPBACK_CAMERAS: 'false' };
  assert.deepEqual(policy(closed), { allowLoopback: false, fileFolders: null });
});
