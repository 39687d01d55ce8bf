// Turns drawn in lots: no process gives more than all together may, however they share.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { errorCode } from '../core/errors.ts';
import { lots } from './lots.ts';

const rule = { windowMs: 10_000, limit: 100, perLot: 10 };

function processes(count: number) {
  const clock = manualClock(0);
  const cache = memoryCache({ clock });
  return { clock, all: Array.from({ length: count }, () => lots({ cache, clock }, rule)) };
}

/** Whether the turn was given. */
async function turn(one: ReturnType<typeof lots>, key = 'gate'): Promise<boolean> {
  try {
    await one.take(key, 'Too many.');
    return true;
  } catch (error) {
    if (errorCode(error) === 'too-many-requests') return false;
    throw error;
  }
}

test('one process gives exactly as many turns as it may, also to those who ask at once', async () => {
  const { all } = processes(1);
  const given = await Promise.all(Array.from({ length: 250 }, () => turn(all[0] ?? assert.fail())));
  assert.equal(given.filter(Boolean).length, rule.limit);
});

test('in whatever order processes take turns, together they give as many, and no more', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 300 }), async (order) => {
      const { all } = processes(4);
      let given = 0;
      for (const which of order) if (await turn(all[which] ?? assert.fail())) given += 1;
      assert.ok(given <= rule.limit, `${given} were given`);
      for (const one of all) while (await turn(one)) given += 1;
      assert.equal(given, rule.limit);
    }),
    { numRuns: 30 },
  );
});

test('with the next window turns begin anew, and what was drawn for the last is worth nothing', async () => {
  const { clock, all } = processes(2);
  const [first = assert.fail(), second = assert.fail()] = all;
  assert.equal(await turn(first), true);
  await clock.advance(rule.windowMs);
  const given = await Promise.all(Array.from({ length: 200 }, () => turn(second)));
  assert.equal(given.filter(Boolean).length, rule.limit);
  assert.equal(await turn(first), false);
});

test('who has no turns left takes none from others', async () => {
  const { all } = processes(1);
  const [only = assert.fail()] = all;
  while (await turn(only, 'gate'));
  assert.equal(await turn(only, 'barn'), true);
});
