import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initials } from './initials.ts';

test('initials are the first and the last name’s letters, whatever the script', () => {
  assert.equal(initials('Ada Lovelace'), 'AL');
  assert.equal(initials('  grace  brewster hopper '), 'GH');
  assert.equal(initials('Ökonom'), 'Ö');
  assert.equal(initials(''), '?');
});
