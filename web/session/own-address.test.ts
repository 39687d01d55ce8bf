import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownAddress } from './own-address.ts';

test('signing in leads back to where one wanted to go', () => {
  assert.equal(ownAddress('/incidents/1?x=2'), '/incidents/1?x=2');
  assert.equal(ownAddress('/invitation'), '/invitation');
  assert.equal(ownAddress(undefined), '/');
});

test('a link never leads to somebody else’s page', () => {
  for (const bad of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    'javascript:alert(1)',
    '/sign-in',
    '/sign-in?next=/sign-in',
    '/sign-up',
  ]) {
    assert.equal(ownAddress(bad), '/');
  }
});
