import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appCode, grouped, isWholeAppCode } from './code.ts';

test('a code is understood however it was copied', () => {
  for (const typed of ['123456', '123 456', ' 123-456\n', 'Your code: 123456.', '１２３４５６', '1234567']) {
    assert.equal(appCode(typed), '123456', typed);
  }
  assert.equal(isWholeAppCode(appCode('123 456')), true);
  assert.equal(isWholeAppCode(appCode('12345')), false);
});

test('a key to type stands in groups of four', () => {
  assert.equal(grouped('JBSWY3DPEHPK3PXPA'), 'JBSW Y3DP EHPK 3PXP A');
  assert.equal(grouped(''), '');
});
