// The table of errors is closed, and nothing in it is dead.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorCode, errorTable, VedetteError } from './errors.ts';

const root = new URL('../', import.meta.url).pathname;

/** The program without its tests and without its comments. */
const sources = globSync('**/*.ts', { cwd: root })
  .filter((path) => !/\.(test|contract|testing)\.ts$/.test(path) && path !== 'core/errors.ts')
  .map((path) => readFileSync(join(root, path), 'utf8').replace(/^\s*(\/\/|\/\*|\*).*$/gm, ''));

test('every code of the table is thrown somewhere', () => {
  assert.ok(sources.length > 100, 'the test looks at the wrong folder');
  const dead = Object.keys(errorTable).filter((code) => {
    const made = new RegExp(`VedetteError\\(\\s*[^,()]*'${code}'`);
    return !sources.some((text) => made.test(text));
  });
  assert.deepEqual(dead, []);
});

test('every title is a sentence and every status one of a failure', () => {
  for (const [code, { status, title }] of Object.entries(errorTable)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/);
    assert.match(title, /^[A-Z].*\.$/);
    assert.ok(status >= 400 && status < 600, code);
  }
});

test('what is not ours is an error inside', () => {
  assert.equal(errorCode(new TypeError('x')), 'internal-error');
  assert.equal(errorCode(new VedetteError('conflict')), 'conflict');
});
