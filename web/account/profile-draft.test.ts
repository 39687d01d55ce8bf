import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account } from '../../src/http/contract/account.ts';
import { changesOf, draftOf } from './profile-draft.ts';

const account: Account = {
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  phone: '+4930123456',
  isManaged: false,
  hasPassword: true,
  hasSecondFactor: false,
  confirmsEmail: true,
};

test('only what differs is sent', () => {
  const draft = draftOf(account);
  assert.deepEqual(changesOf(draft, account), {});
  assert.deepEqual(changesOf({ ...draft, name: 'Ada' }, account), { name: 'Ada' });
});

test('an emptied phone number is taken away, and no number is none', () => {
  assert.deepEqual(changesOf({ ...draftOf(account), phone: ' ' }, account), { phone: null });
  const without = { ...account, phone: null };
  assert.deepEqual(changesOf(draftOf(without), without), {});
});
