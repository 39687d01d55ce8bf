import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guestOf, roleMeaning } from './words.ts';

const invited = { email: 'grace@example.org' };

test('who is signed in accepts, and who is not says themselves whether they have an account', () => {
  assert.equal(guestOf(invited, null), 'unknown');
  assert.equal(guestOf(invited, 'Grace@Example.org'), 'accept');
});

test('an invitation is never accepted for somebody else who happens to be signed in', () => {
  assert.equal(guestOf(invited, 'ada@example.org'), 'somebody-else');
});

test('a role is explained', () => {
  assert.match(roleMeaning('owner'), /^You will be an owner: you see your own sites/);
});
