import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guestOf, roleMeaning } from './words.ts';

const invited = { email: 'grace@example.org', hasAccount: true };

test('who has an account signs in to accept, and who is signed in accepts', () => {
  assert.equal(guestOf(invited, null), 'sign-in');
  assert.equal(guestOf(invited, 'Grace@Example.org'), 'accept');
  assert.equal(guestOf({ ...invited, hasAccount: false }, null), 'newcomer');
});

test('an invitation is never accepted for somebody else who happens to be signed in', () => {
  assert.equal(guestOf(invited, 'ada@example.org'), 'somebody-else');
  assert.equal(guestOf({ ...invited, hasAccount: false }, 'ada@example.org'), 'somebody-else');
});

test('a role is explained', () => {
  assert.match(roleMeaning('owner'), /^You will be an owner: you see your own sites/);
});
