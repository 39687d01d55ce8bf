// What claims say of a person, at providers with ways of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vouched } from './person.ts';

const token = { iss: 'https://login.example.org', sub: 'ada-1', aud: 'vedette', exp: 2, iat: 1 };
const entra = 'https://login.microsoftonline.com/0b1c2d3e-0000-0000-0000-000000000000/v2.0';

test('Entra says in its own claim that an address is verified, and nobody else does', () => {
  const email = 'ada@example.org';
  for (const told of [true, 'true', 1, '1']) {
    assert.equal(vouched({ ...token, iss: entra, email, xms_edov: told }, null).isEmailVerified, true);
    assert.equal(vouched({ ...token, email, xms_edov: told }, null).isEmailVerified, false);
  }
  const not = vouched({ ...token, iss: entra, email, xms_edov: false }, null);
  assert.equal(not.isEmailVerified, false);
  assert.equal(not.claims.email_verified, false);
  assert.equal(vouched({ ...token, iss: entra, email }, null).claims.email_verified, undefined);
});

test('an address and its verification come from the same source', () => {
  const person = vouched({ ...token, email_verified: true }, { sub: 'ada-1', email: 'ada@example.org' });
  assert.equal(person.email, 'ada@example.org');
  assert.equal(person.isEmailVerified, false);
  const other = vouched({ ...token, email: 'ada@example.org' }, { sub: 'ada-1', email_verified: true });
  assert.equal(other.isEmailVerified, false);
});

test('what is no text or too long is not taken over', () => {
  const person = vouched({ ...token, email: ['a@example.org'], name: 'x'.repeat(400), sid: 7 }, null);
  assert.deepEqual([person.email, person.name, person.sessionId], [null, null, null]);
});
