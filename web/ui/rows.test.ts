import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFound, sortedBy, tableSearch, viewOf } from './rows.ts';

test('names sort as people read them: case and accents do not matter, numbers count', () => {
  const names = ['Shop 10', 'shop 2', 'Émile', 'emma', 'Zoë'];
  assert.deepEqual(
    sortedBy(names, (name) => name, false),
    ['Émile', 'emma', 'shop 2', 'Shop 10', 'Zoë'],
  );
});

test('what is unknown comes last in both directions, and equal rows keep their order', () => {
  const rows = [
    { id: 'a', at: null },
    { id: 'b', at: 2 },
    { id: 'c', at: 1 },
    { id: 'd', at: 2 },
  ];
  const ids = (down: boolean) => sortedBy(rows, ({ at }) => at, down).map(({ id }) => id);
  assert.deepEqual(ids(false), ['c', 'b', 'd', 'a']);
  assert.deepEqual(ids(true), ['b', 'd', 'c', 'a']);
});

test('every word must be found, in any of the texts', () => {
  assert.equal(isFound('ada shop', ['Ada Lovelace', 'Shop 3']), true);
  assert.equal(isFound('EMILE', ['Émile']), true);
  assert.equal(isFound('ada bakery', ['Ada Lovelace', 'Shop 3']), false);
  assert.equal(isFound('  ', ['anything']), true);
});

test('an address holds the view of a table, and nonsense in it is dropped', () => {
  assert.deepEqual(tableSearch({ find: 12, sort: 'name', down: 'yes', other: 1 }), {
    find: '12',
    sort: 'name',
    down: undefined,
  });
  const usual = { sort: 'at', down: true };
  assert.deepEqual(viewOf({}, usual), { find: '', sort: 'at', down: true });
  assert.deepEqual(viewOf({ sort: 'name' }, usual), { find: '', sort: 'name', down: false });
});
