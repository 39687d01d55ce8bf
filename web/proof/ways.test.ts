import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waysOf } from './ways.ts';

const plain = { isManaged: false, hasPassword: true, hasSecondFactor: false };
const none = { passkeys: 0, canUsePasskeys: true };

test('a password proves who one is only where there is nothing else', () => {
  assert.deepEqual(waysOf(plain, none), ['password']);
  assert.deepEqual(waysOf({ ...plain, hasSecondFactor: true }, none), ['code']);
});

test('a passkey comes first, where it can be used', () => {
  assert.deepEqual(waysOf(plain, { passkeys: 2, canUsePasskeys: true }), ['passkey']);
  assert.deepEqual(waysOf(plain, { passkeys: 2, canUsePasskeys: false }), []);
  const both = { ...plain, hasSecondFactor: true };
  assert.deepEqual(waysOf(both, { passkeys: 2, canUsePasskeys: true }), ['passkey', 'code']);
});

test('whom a provider signed in proves there', () => {
  assert.deepEqual(waysOf({ ...plain, isManaged: true }, { passkeys: 1, canUsePasskeys: true }), [
    'provider',
  ]);
});

test('an account without any way is not offered one', () => {
  assert.deepEqual(waysOf({ ...plain, hasPassword: false }, none), []);
});
