// The plan of a load: nothing of it depends on answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../test/chaos/random.ts';
import { wholeAnswer } from './push-connection.ts';
import { pushPlan } from './push-plan.ts';

test('a load grows evenly to its rate and keeps it, in the order of time', () => {
  const { dueMs, ramped } = pushPlan({ perSecond: 1_000, rampSeconds: 20, seconds: 30 }, randomFrom(1));
  assert.ok(dueMs.every((at, index) => index === 0 || at >= (dueMs[index - 1] ?? 0)));
  const within = (from: number, to: number) => dueMs.filter((at) => at >= from && at < to).length;
  // Of 1 000 by chance (a standard deviation of 32).
  for (let second = 20; second < 50; second += 1) {
    const count = within(second * 1000, (second + 1) * 1000);
    assert.ok(count > 850 && count < 1_150, `${count} in second ${second}`);
  }
  assert.equal(ramped, within(0, 20_000));
  assert.ok(Math.abs(ramped - 10_000) < 500, `${ramped} in the ramp`);
  assert.ok(within(0, 2_000) < 200);
});

test('an answer is read once it is whole, with a length or in chunks', () => {
  const lengthy = 'HTTP/1.1 202 Accepted\r\nContent-Length: 4\r\n\r\nabcd';
  const chunked = 'HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n';
  for (const [text, status] of [
    [lengthy, 202],
    [chunked, 503],
  ] as const) {
    for (let end = 0; end < text.length; end += 1) assert.equal(wholeAnswer(text.slice(0, end)), null);
    assert.equal(wholeAnswer(text)?.status, status);
  }
});
