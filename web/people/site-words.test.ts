import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesWords, siteWords } from './site-words.ts';

const sites = new Map([
  ['a', { name: 'Shop 10' }],
  ['b', { name: 'Shop 2' }],
  ['c', { name: 'Home' }],
]);

test('the sites of a person are names as far as they fit, then a number', () => {
  assert.equal(siteWords({ role: 'manager', siteIds: [] }, sites).short, 'Every site');
  assert.equal(siteWords({ role: 'owner', siteIds: ['a'] }, sites).short, 'Shop 10');
  const all = siteWords({ role: 'owner', siteIds: ['a', 'b', 'c'] }, sites);
  assert.deepEqual(all, { short: 'Home, Shop 2 and 1 more', long: 'Home, Shop 2, Shop 10' });
});

test('a site that is gone is no site, and none at all is said', () => {
  assert.equal(siteWords({ role: 'viewer', siteIds: ['gone'] }, sites).short, 'No site');
  assert.equal(namesWords([], 'Nobody').short, 'Nobody');
});
