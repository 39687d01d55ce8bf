import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesFile } from './codes-file.ts';

test('kept recovery codes say what they open, and stand one to a line', () => {
  const text = codesFile(['abcd-efgh', 'ijkl-mnop'], 'cams.example.org');
  assert.match(text, /^Recovery codes of Vedette at cams\.example\.org\n/);
  assert.match(text, /\n\nabcd-efgh\nijkl-mnop\n$/);
});
