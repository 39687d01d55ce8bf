// A second factor under another secret.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto';
import { secret } from '../../core/secret.ts';
import { isSameSecondFactor, resealedSecondFactor } from './move.ts';

test('the key of an app opens with the new secret, and recovery codes are gone', async () => {
  const [from, to] = [secret('a'.repeat(64)), secret('b'.repeat(64))];
  const totpSecret = await symmetricEncrypt({ key: from.reveal(), data: 'the key of an app' });
  const row = { id: '1', userId: 'u', totpSecret, recoveryCodes: '["proof"]', lastStep: 7 };
  const moved = await resealedSecondFactor(row, from, to);
  const data = String(moved.totpSecret);
  assert.equal(await symmetricDecrypt({ key: to.reveal(), data }), 'the key of an app');
  assert.deepEqual({ ...moved, totpSecret }, { ...row, recoveryCodes: '[]' });
});

test('a second factor that was damaged in the target is told from one that is whole', async () => {
  const [from, to] = [secret('one secret of an installation'), secret('another secret of another')];
  const row = (data: string, key: typeof from) =>
    symmetricEncrypt({ key: key.reveal(), data }).then((totpSecret) => ({
      id: '1',
      totpSecret,
      recoveryCodes: '[]',
    }));
  const here = { row: await row('JBSWY3DP', from), secret: from };
  const whole = await resealedSecondFactor(here.row, from, to);
  assert.equal(await isSameSecondFactor(here, { row: whole, secret: to }), true);
  const torn = { ...whole, totpSecret: String(whole.totpSecret).slice(0, -4) };
  assert.equal(await isSameSecondFactor(here, { row: torn, secret: to }), false);
  assert.equal(await isSameSecondFactor(here, { row: await row('KRSXG5A', to), secret: to }), false);
});
