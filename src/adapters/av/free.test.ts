// What is closed is freed whole.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Log, silentLog } from '../../core/ports/log.ts';
import { freeAll } from './free.ts';

test('a part that cannot be freed is logged, and keeps none of the others', () => {
  const lines: unknown[] = [];
  const log: Log = { ...silentLog, warn: (message, fields) => void lines.push([message, fields?.error]) };
  const problem = new Error('freed twice');
  const freed: string[] = [];
  freeAll(log, [
    () => void freed.push('frame'),
    () => {
      throw problem;
    },
    () => void freed.push('decoder'),
  ]);
  assert.deepEqual(freed, ['frame', 'decoder']);
  assert.deepEqual(lines, [['Memory of the video library could not be freed', problem]]);
});
