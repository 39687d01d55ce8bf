// What a process waits for before it says that it runs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../adapters/memory/clock.ts';
import { watchDependencies } from '../workers/watch-dependencies.ts';
import { breaker } from './breaker.ts';
import { VedetteError } from './errors.ts';
import { firstAnswers } from './first-answers.ts';
import { type Log, silentLog } from './ports/log.ts';

/** A cache that answers or not, and whoever waits for it. */
function starting(probe: () => Promise<unknown>) {
  const clock = manualClock(0);
  const lines: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (message, fields) => void lines.push(`${message}: ${fields?.answering}`),
  };
  const limits = { failures: 2, timeoutMs: 4_000, restMs: 1_000, isFailure: () => true };
  const guard = breaker({ clock, ...limits, away: () => new VedetteError('cache-unavailable') });
  const standing = watchDependencies({ clock, log: silentLog }, [{ name: 'cache', breaker: guard, probe }], {
    everyMs: 3_000,
  });
  const state = { isOver: false };
  const waiting = firstAnswers({ standing, clock, log }).then(() => {
    state.isOver = true;
  });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) await clock.advance(250);
  };
  return { state, lines, waiting, pass, standing };
}

test('a process waits for a service that answers late, and no longer than that', async (t) => {
  let isUp = false;
  const { state, lines, waiting, pass, standing } = starting(async () => {
    if (!isUp) throw new VedetteError('cache-unavailable');
  });
  t.after(() => standing.stop());
  await pass(4_000);
  assert.equal(state.isOver, false, 'it says that it runs, and cannot be used');
  isUp = true;
  await pass(2_000);
  await waiting;
  assert.ok(standing.isUp('cache'));
  assert.deepEqual(lines, []);
});

for (const [kind, probe] of [
  ['fails', () => Promise.reject(new VedetteError('cache-unavailable'))],
  ['hangs', () => new Promise(() => {})],
] as const) {
  test(`a process goes on without a service that ${kind} for long, and says so`, async (t) => {
    const { state, lines, waiting, pass, standing } = starting(probe);
    t.after(() => standing.stop());
    await pass(9_000);
    assert.equal(state.isOver, false);
    await pass(2_000);
    await waiting;
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^Not every service answers.*: $/);
  });
}
