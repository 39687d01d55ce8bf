import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dutyAct } from './keyboard.ts';

const key = (name: string, change: object = {}) => ({
  ...{ key: name, repeat: false, ctrlKey: false, metaKey: false, altKey: false },
  ...change,
});

test('one key acknowledges, opens, goes on and back, and mutes', () => {
  const named = ['a', 'A', 'Enter', 'j', 'k', 'ArrowDown', 'm', 'x'].map((name) => dutyAct(key(name), false));
  assert.deepEqual(named, ['acknowledge', 'acknowledge', 'open', 'next', 'previous', 'next', 'mute', null]);
});

test('a key that is held acknowledges once, and goes on as long as it is held', () => {
  assert.equal(dutyAct(key('a', { repeat: true }), false), null);
  assert.equal(dutyAct(key('j', { repeat: true }), false), 'next');
});

test('what a browser or a focused button does with a key stays theirs', () => {
  assert.equal(dutyAct(key('a', { ctrlKey: true }), false), null);
  assert.equal(dutyAct(key('Enter'), true), null);
  assert.equal(dutyAct(key('ArrowLeft'), true), null);
  assert.equal(dutyAct(key('a'), true), 'acknowledge');
});
