import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemSentence, sentenceOfCookies } from './problem-words.ts';

test('a provider’s refusal is told in a sentence of ours', () => {
  assert.match(problemSentence('not-allowed'), /no access/);
});

test('words that somebody put into a link are never shown', () => {
  for (const code of ['Call 0900 123 now', 'constructor', '__proto__', '']) {
    assert.match(problemSentence(code), /Try again\.$/);
  }
});

test('the server’s own sentence is found among the cookies', () => {
  const cookies = 'a=1; vedette.problem=Ask%20your%20admin.; vedette.problem2=no';
  assert.equal(sentenceOfCookies(cookies, 'vedette.problem'), 'Ask your admin.');
  assert.equal(sentenceOfCookies('a=1; xvedette.problem=no', 'vedette.problem'), null);
  assert.equal(sentenceOfCookies('vedette.problem=%E0%A4%A', 'vedette.problem'), null);
});
