import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VedetteError } from '../../../core/errors.ts';
import { unknownOutcome } from './errors.ts';

test('who wrote while the database went away is told to look before they try again', () => {
  const { code, told } = unknownOutcome(new Error('Connection terminated'));
  assert.equal(code, 'records-unavailable');
  assert.match(told, /not known whether it did\. Look/);
  assert.notEqual(told, new VedetteError('records-unavailable').told);
});
