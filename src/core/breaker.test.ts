// The circuit breaker.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { manualClock } from '../adapters/memory/clock.ts';
import { breaker, forCallers } from './breaker.ts';
import { errorCode, VedetteError } from './errors.ts';

function scene() {
  const clock = manualClock(0);
  const guard = breaker({
    ...{ clock, failures: 3, timeoutMs: 100, restMs: 1_000 },
    isFailure: (error) => errorCode(error) === 'cache-unavailable',
    away: () => new VedetteError('cache-unavailable', 'away'),
  });
  let asked = 0;
  const ask = (outcome: 'well' | 'no' | 'gone') =>
    guard.run(async () => {
      asked += 1;
      if (outcome === 'no') throw new VedetteError('conflict');
      if (outcome === 'gone') throw new VedetteError('cache-unavailable');
      return outcome;
    });
  return { clock, guard, ask, asked: () => asked };
}

test('after some failures nobody waits any more, and after a rest one looks whether it is back', async () => {
  const { clock, guard, ask, asked } = scene();
  for (let count = 0; count < 3; count += 1) await assert.rejects(ask('gone'));
  assert.equal(guard.state, 'open');
  await assert.rejects(ask('well'), /away/);
  assert.equal(asked(), 3, 'the service is left alone');
  await clock.advance(1_000);
  const first = ask('gone');
  await assert.rejects(ask('well'), /away/, 'only one tries');
  await assert.rejects(first);
  assert.equal(guard.state, 'open');
  await clock.advance(1_000);
  assert.equal(await ask('well'), 'well');
  assert.equal(guard.state, 'closed');
});

test('callers who have somebody else look never wait for a service that is away, and hear when it is back', async () => {
  const { clock, guard, ask, asked } = scene();
  const callers = forCallers(guard, () => new VedetteError('cache-unavailable', 'away'));
  for (let count = 0; count < 3; count += 1) await assert.rejects(ask('gone'));
  await clock.advance(60_000);
  await assert.rejects(
    callers.run(async () => 'asked'),
    /away/,
  );
  assert.equal(callers.state, 'open');
  assert.equal(asked(), 3);
  await ask('well');
  assert.equal(await callers.run(async () => 'asked'), 'asked');
});

test('one answer that never comes is enough', async () => {
  const { clock, guard } = scene();
  const waiting = guard.run(() => new Promise(() => {}));
  waiting.catch(() => {});
  await clock.advance(100);
  await assert.rejects(waiting, /away/);
  assert.equal(guard.state, 'open');
});

test('an answer that says no is an answer', async () => {
  const { guard, ask } = scene();
  for (let count = 0; count < 9; count += 1) await assert.rejects(ask('no'));
  assert.equal(guard.state, 'closed');
});

test('whatever comes, it opens only after failures in a row and lets through after success', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('well', 'no', 'gone'), { maxLength: 30 }), async (outcomes) => {
      const { guard, ask } = scene();
      let inRow = 0;
      for (const outcome of outcomes) {
        const isOpen = inRow >= 3;
        assert.equal(guard.state, isOpen ? 'open' : 'closed');
        await ask(outcome).catch(() => {});
        if (!isOpen) inRow = outcome === 'gone' ? inRow + 1 : 0;
      }
    }),
  );
});
