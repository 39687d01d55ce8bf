import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shown } from './shown.ts';

test('what a terminal would obey is shown instead', () => {
  assert.equal(shown('red\u001b[31m\u0007.mp4'), 'red\\u{1b}[31m\\u{7}.mp4');
  assert.equal(shown('two\nlines\u009b2J\u202egpm.exe'), 'two\\u{a}lines\\u{9b}2J\\u{202e}gpm.exe');
  assert.equal(shown('Überwachung 日本 👩‍👧.mp4'), 'Überwachung 日本 👩‍👧.mp4');
});

test('whatever the name, it is shown on one line, in the width it was given, with its beginning and end', () => {
  const name = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(name, fc.integer({ min: 4, max: 80 }), (text, maxLength) => {
      const result = shown(text, maxLength);
      assert.ok(Array.from(result).length <= maxLength);
      assert.doesNotMatch(result, /\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      const [first = '', last = ''] = result.split('…');
      if (result !== shown(text)) assert.ok(shown(text).startsWith(first) || last !== '');
    }),
  );
  assert.equal(shown(`${'a'.repeat(4000)}/yard.mp4`, 24), `${'a'.repeat(7)}…${'a'.repeat(7)}/yard.mp4`);
});
