import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeOf } from './home.ts';

test('a household sees pictures, whoever looks', () => {
  assert.equal(homeOf({ managesPeople: true, sites: 1, clients: 0 }), 'pictures');
  assert.equal(homeOf({ managesPeople: true, sites: 3, clients: 1 }), 'pictures');
});

test('who looks after several clients or many sites sees tables', () => {
  assert.equal(homeOf({ managesPeople: true, sites: 2, clients: 2 }), 'tables');
  assert.equal(homeOf({ managesPeople: true, sites: 4, clients: 0 }), 'tables');
});

test('owners and viewers see pictures, however many sites are theirs', () => {
  assert.equal(homeOf({ managesPeople: false, sites: 40, clients: 0 }), 'pictures');
});
