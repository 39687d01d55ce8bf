import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemCode, translated } from './errors.ts';

const systemError = (code: string) => Object.assign(new Error(`${code}: no luck`), { code });

test('what the system says of a disk becomes what a person can act on, with the cause kept', () => {
  const meaning = {
    ENOSPC: 'data-full',
    EDQUOT: 'data-full',
    EROFS: 'data-read-only',
    EACCES: 'data-read-only',
    EPERM: 'data-read-only',
    EIO: 'data-damaged',
    EUCLEAN: 'data-damaged',
  };
  for (const [code, ours] of Object.entries(meaning)) {
    const cause = systemError(code);
    const error = translated(cause);
    assert.ok(error instanceof Error);
    assert.equal(systemCode(error), ours);
    assert.equal(error.cause, cause);
  }
});

test('errors that are our own fault stay what they are', () => {
  const error = systemError('EBADF');
  assert.equal(translated(error), error);
  assert.equal(translated('a string'), 'a string');
});
