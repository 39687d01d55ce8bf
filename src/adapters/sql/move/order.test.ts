// The order of tables, and the sum of rows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parentsFirst } from './order.ts';
import { rowSum } from './sum.ts';
import { canonicalRow, valueFor } from './values.ts';

test('a table comes after those that it refers to, and may refer to itself', () => {
  const order = parentsFirst(
    new Map([
      ['alerts', ['incidents']],
      ['incidents', ['sites', 'incidents']],
      ['sites', []],
    ]),
  );
  assert.deepEqual(order, ['sites', 'incidents', 'alerts']);
  assert.throws(
    () =>
      parentsFirst(
        new Map([
          ['a', ['b']],
          ['b', ['a']],
        ]),
      ),
    /refer to each other/,
  );
});

test('the hash of rows does not depend on their order, and tells a changed, a missing and a doubled one', () => {
  const hashOf = (...rows: string[]) => {
    const sum = rowSum();
    for (const row of rows) sum.add(row);
    return sum.hash();
  };
  assert.equal(hashOf('a', 'b', 'c'), hashOf('c', 'a', 'b'));
  for (const other of [hashOf('a', 'b', 'd'), hashOf('a', 'b'), hashOf('a', 'b', 'c', 'c')]) {
    assert.notEqual(hashOf('a', 'b', 'c'), other);
  }
});

test('what SQLite keeps as text and numbers is the same row as what PostgreSQL gives', () => {
  const columns = ['id', 'on', 'at', 'bytes'];
  const at = '2026-11-29T12:00:00.000Z';
  const source = { id: 'a', on: 1, at, bytes: new Uint8Array([1, 2]) };
  const types: Record<string, string> = {
    ...{ id: 'text', on: 'boolean', at: 'timestamp with time zone', bytes: 'bytea' },
  };
  const moved = Object.fromEntries(
    Object.entries(source).map(([column, value]) => [column, valueFor(types[column] ?? '', value)]),
  );
  const target = { id: 'a', on: true, at: new Date(at), bytes: Buffer.from([1, 2]) };
  const plain = (_column: string, value: unknown) => value;
  assert.equal(canonicalRow(columns, moved, plain), canonicalRow(columns, target, plain));
  assert.notEqual(
    canonicalRow(columns, { ...moved, on: false }, plain),
    canonicalRow(columns, target, plain),
  );
});
