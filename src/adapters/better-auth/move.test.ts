// A second factor under another secret.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import { secret } from '../../core/secret.ts';
import { resealedSecondFactor } from './move.ts';

test('the key of an app opens with the new secret, and recovery codes are gone', async () => {
  const [from, to] = [secret('a'.repeat(64)), secret('b'.repeat(64))];
  const totpSecret = await symmetricEncrypt({ key: from.reveal(), data: 'the key of an app' });
  const row = { id: '1', userId: 'u', totpSecret, recoveryCodes: '["proof"]', lastStep: 7 };
  const moved = await resealedSecondFactor(row, from, to);
  const data = String(moved.totpSecret);
  assert.equal(await symmetricDecrypt({ key: to.reveal(), data }), 'the key of an app');
  assert.deepEqual({ ...moved, totpSecret }, { ...row, recoveryCodes: '[]' });
});
