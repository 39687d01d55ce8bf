// Whose turn it is, for every chain and whoever is on it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Level, maxLevels } from './escalation-chain.ts';
import { turnsOf } from './turns.ts';

interface Case {
  readonly level: Level;
  readonly isHeard: boolean;
}

const cases = fc
  .array(fc.record({ afterMs: fc.integer({ min: 15_000, max: 86_400_000 }), isHeard: fc.boolean() }), {
    minLength: 1,
    maxLength: maxLevels,
  })
  .map((all) =>
    all.map(({ afterMs, isHeard }, index): Case => {
      return { level: { afterMs: index === 0 ? 0 : afterMs, targets: [] }, isHeard };
    }),
  );

function turnsIn(all: readonly Case[]) {
  const heard = new Set(all.filter(({ isHeard }) => isHeard).map(({ level }) => level));
  return turnsOf(
    all.map(({ level }) => level),
    (level) => heard.has(level),
  );
}

test('the first level that has somebody is told at once; each one after it waits what the level after the last told says', () => {
  fc.assert(
    fc.property(cases, (all) => {
      const turns = turnsIn(all);
      const heard = all.flatMap(({ isHeard }, index) => (isHeard ? [index] : []));
      assert.deepEqual(
        turns.map(({ level }) => level),
        heard,
      );
      for (const [index, turn] of turns.entries()) {
        const before = turns[index - 1];
        const waitMs = before === undefined ? 0 : (all[before.level + 1]?.level.afterMs ?? 0);
        assert.equal(turn.atMs, (before?.atMs ?? 0) + waitMs);
      }
    }),
  );
});

test('that somebody stands on an empty level makes nobody wait less', () => {
  fc.assert(
    fc.property(cases, fc.nat(maxLevels - 1), (all, chosen) => {
      const more = all.map((each, index) => (index === chosen ? { ...each, isHeard: true } : each));
      const fuller = new Map(turnsIn(more).map(({ level, atMs }) => [level, atMs]));
      for (const { level, atMs } of turnsIn(all)) assert.ok((fuller.get(level) ?? -1) >= atMs);
    }),
  );
});
