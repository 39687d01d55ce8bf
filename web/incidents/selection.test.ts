import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allOf, nothingSelected, ranged, toggled, without } from './selection.ts';

const shown = ['a', 'b', 'c', 'd', 'e'];
const ids = ({ ids }: { ids: ReadonlySet<string> }) => [...ids].toSorted().join('');

test('one is selected, and no longer', () => {
  const once = toggled(nothingSelected, 'b');
  assert.equal(ids(once), 'b');
  assert.equal(ids(toggled(once, 'b')), '');
});

test('a range reaches from the last one that was selected by itself, up or down', () => {
  const from = toggled(nothingSelected, 'd');
  assert.equal(ids(ranged(from, 'b', shown)), 'bcd');
  assert.equal(ids(ranged(ranged(from, 'b', shown), 'e', shown)), 'bcde');
  assert.equal(ids(ranged(nothingSelected, 'c', shown)), 'c');
});

test('a range from what is no longer shown is the one alone', () => {
  assert.equal(ids(ranged({ ids: new Set(['x']), anchor: 'x' }, 'c', shown)), 'cx');
});

test('all are selected, and those that are done leave', () => {
  assert.equal(ids(without(allOf(shown), ['a', 'e'])), 'bcd');
});
