import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitedWords } from './waited.ts';

test('a wait counts seconds, then minutes and hours, then days', () => {
  const words = [-5, 7_000, 750_000, 3_723_000, 3 * 86_400_000].map(waitedWords);
  assert.deepEqual(words, ['0:00', '0:07', '12:30', '1:02:03', '3 days']);
});
