import assert from 'node:assert/strict';
import { test } from 'node:test';
import { passwordStrength } from './password-strength.ts';

const level = (password: string) => passwordStrength(password, ['Ada Lovelace', 'ada@example.org']).level;

test('a short password says how much is missing', () => {
  assert.equal(passwordStrength('abcd-1234', []).advice, '1 more character to go.');
  assert.equal(level(''), 0);
});

test('long but guessable is still weak', () => {
  assert.equal(level('aaaaaaaaaaaaaaaa'), 1);
  assert.equal(level('1234567890123'), 1);
  assert.equal(level('passwordpassword'), 1);
  assert.equal(level('lovelace-ada'), 1);
});

test('a sentence is strong without odd characters', () => {
  assert.equal(level('the lantern above our gate'), 4);
  assert.ok(level('gray-horse-7') >= 2);
});
