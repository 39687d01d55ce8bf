import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { manualClock } from '../adapters/memory/clock.ts';
import { recordedLease } from './recorded-lease.ts';
import type { LeadershipRecords, Turn } from './ports/records-leadership.ts';

const ttlMs = 3_000;

/** Turns as one row keeps them. */
function row() {
  let kept: Turn | null = null;
  const is = (turn: Turn | null) => kept?.holder === turn?.holder && kept?.number === turn?.number;
  const leaderships: LeadershipRecords = {
    find: async () => kept,
    take: async (_work, expected, next) => {
      if (!is(expected)) return false;
      kept = next;
      return true;
    },
    leave: async (_work, turn) => {
      if (is(turn)) kept = null;
    },
  };
  return {
    leaderships,
    get turn() {
      return kept;
    },
    goBackTo(turn: Turn | null) {
      kept = turn;
    },
  };
}

function scene(holders: readonly string[]) {
  const clock = manualClock(1_800_000_000_000);
  const shared = row();
  const make = (holder: string, leaderships = shared.leaderships) =>
    recordedLease({ leaderships, clock }, { name: 'relay', holder, ttlMs });
  return { clock, shared, make, leases: holders.map((holder) => make(holder)) };
}

test('whatever the order of rounds, pauses, lost answers and ends, no two are certain that they hold', async () => {
  const step = fc.record({
    who: fc.nat(2),
    act: fc.constantFrom('round', 'round', 'round', 'lost answer', 'release'),
    waitMs: fc.nat(5_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, shared, make } = scene([]);
      let isLost = false;
      const losing: LeadershipRecords = {
        ...shared.leaderships,
        take: async (...given) => {
          const taken = await shared.leaderships.take(...given);
          if (isLost) throw new Error('The answer was lost.');
          return taken;
        },
      };
      const leases = ['a', 'b', 'c'].map((holder) => make(holder, losing));
      for (const { who, act, waitMs } of steps) {
        isLost = act === 'lost answer';
        const lease = leases[who];
        await (act === 'release' ? lease?.release() : lease?.round().catch(() => false));
        assert.ok(leases.filter(({ isHeld }) => isHeld).length <= 1, 'two hold it');
        await clock.advance(waitMs);
      }
    }),
  );
});

test('whoever dies is followed within its life and two rounds', async () => {
  const { clock, leases } = scene(['dying', 'next']);
  const [dying, next] = leases;
  assert.equal(await dying?.round(), true);
  let waitedMs = 0;
  while (!(await next?.round())) {
    assert.equal(waitedMs <= ttlMs + 2_000, true, 'nobody follows');
    await clock.advance(1_000);
    waitedMs += 1_000;
  }
  assert.ok(waitedMs >= ttlMs, 'taken while it was held');
  assert.equal(dying?.isHeld, false);
});

test('what is given up is another’s in its next round', async () => {
  const { leases } = scene(['leaving', 'next']);
  const [leaving, next] = leases;
  assert.equal(await leaving?.round(), true);
  assert.equal(await next?.round(), false);
  await leaving?.release();
  assert.equal(await next?.round(), true);
});

test('who holds goes on where an answer was lost, or the database lost its newest turns', async () => {
  const { clock, shared, leases } = scene(['holder', 'next']);
  const [holder, next] = leases;
  await holder?.round();
  const early = shared.turn;
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(1_000);
    assert.equal(await holder?.round(), true);
    assert.equal(await next?.round(), false);
  }
  shared.goBackTo(early);
  for (let round = 0; round < 5; round += 1) {
    assert.equal(await next?.round(), false);
    assert.equal(await holder?.round(), true);
    await clock.advance(1_000);
  }
});
