import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dutyOrder, lookedAt, soundingSeverity, stepped } from './order.ts';

const one = (
  id: string,
  severity: 'low' | 'normal' | 'high',
  openedAt: number,
  state: 'open' | 'acknowledged' | 'resolved' = 'open',
) => ({ id, severity, openedAt, state });
const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id).join('');

const all = [
  one('a', 'low', 1),
  one('b', 'high', 9),
  one('c', 'high', 5),
  one('d', 'normal', 2, 'acknowledged'),
  one('e', 'high', 3, 'acknowledged'),
  one('f', 'normal', 7),
  one('g', 'high', 1, 'resolved'),
];

test('what nobody looks after comes first, the most severe and longest waiting before the others', () => {
  assert.equal(ids(dutyOrder(all)), 'cbfaed');
});

test('the chosen one stays looked at as long as it is there; then it is the first', () => {
  const ordered = dutyOrder(all);
  assert.equal(lookedAt(ordered, 'a')?.id, 'a');
  assert.equal(lookedAt(ordered, 'gone')?.id, 'c');
  assert.equal(lookedAt([], 'a'), null);
});

test('next and previous stop at the ends', () => {
  const ordered = dutyOrder(all);
  assert.equal(stepped(ordered, 'c', 1)?.id, 'b');
  assert.equal(stepped(ordered, 'c', -1)?.id, 'c');
  assert.equal(stepped(ordered, 'd', 1)?.id, 'd');
  assert.equal(stepped(ordered, null, 1)?.id, 'c');
  assert.equal(stepped([], null, 1), null);
});

test('the most severe open one sounds; what is acknowledged is silent', () => {
  assert.equal(soundingSeverity(all), 'high');
  assert.equal(soundingSeverity([one('a', 'low', 1), one('b', 'high', 1, 'acknowledged')]), 'low');
  assert.equal(soundingSeverity([one('b', 'high', 1, 'acknowledged')]), null);
});
