// The rules that the test run owns: format, lint and types.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const root = new URL('..', import.meta.url).pathname;

const rules: readonly (readonly [sentence: string, program: string, args: readonly string[]])[] = [
  ['every file is formatted', 'biome', ['format', '.']],
  ['the linter has nothing to say', 'biome', ['lint', '--error-on-warnings', '.']],
  ['the types of the server hold', 'tsc', ['-p', '.']],
  ['the types of the pages hold', 'tsc', ['-p', 'web']],
  ['the types of the browser tests hold', 'tsc', ['-p', 'test/browser']],
];

for (const [sentence, program, args] of rules) {
  test(sentence, () => {
    const result = spawnSync(`${root}node_modules/.bin/${program}`, args, { cwd: root, encoding: 'utf8' });
    assert.equal(result.status, 0, `${result.stdout}${result.stderr}`);
  });
}
