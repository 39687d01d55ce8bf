import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLetterKeys, chosenLetterKeys, isLetterKey } from './letter-keys.ts';

test('letters, digits and signs are letter keys; keys with a name and the space bar are not', () => {
  for (const key of ['a', 'A', '1', '+', ',', 'é', '😀']) assert.equal(isLetterKey(key), true, key);
  for (const key of [' ', 'Enter', 'ArrowLeft', 'Escape', 'F1', ''])
    assert.equal(isLetterKey(key), false, key);
});

test('letter keys count until somebody switches them off, also where nothing can be stored', () => {
  assert.equal(chosenLetterKeys(), true);
  chooseLetterKeys(false);
  assert.equal(chosenLetterKeys(), false);
  chooseLetterKeys(true);
  assert.equal(chosenLetterKeys(), true);
});
