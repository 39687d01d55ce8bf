// Intentions on an escalation chain.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Level } from '../../src/http/contract/escalation.ts';
import {
  timeWords,
  times,
  withDelay,
  withLevel,
  withoutLevel,
  withoutTarget,
  withTarget,
} from './chain-draft.ts';

const owners: Level = { afterMs: 0, targets: [{ kind: 'role', role: 'owner' }] };

test('a level more is of a role that is on none yet, and waits', () => {
  const two = withLevel([owners]);
  assert.deepEqual(two[1], { afterMs: 120_000, targets: [{ kind: 'role', role: 'manager' }] });
  assert.deepEqual(times(withDelay(withLevel(two), 1, 60_000)), [0, 60_000, 180_000]);
});

test('a level on which nobody can be reached takes no time', () => {
  const people = (over: 'email' | null) => [{ over }];
  const levels = [
    { afterMs: 0, people: [] },
    { afterMs: 60_000, people: people(null) },
    { afterMs: 120_000, people: people('email') },
    { afterMs: 30_000, people: people('email') },
  ];
  assert.deepEqual(times(levels), [0, 0, 0, 30_000]);
});

test('whatever level goes, the first of those that stay is told at once', () => {
  const three = withLevel(withLevel([owners]));
  for (const index of [0, 1, 2]) assert.equal(withoutLevel(three, index)[0]?.afterMs, 0);
});

test('nobody is on a level twice, and who is taken off is off', () => {
  const ada = { kind: 'member', memberId: 'ada' } as const;
  const with1 = withTarget([owners], 0, ada);
  assert.deepEqual(withTarget(with1, 0, ada), with1);
  assert.deepEqual(withoutTarget(with1, 0, ada), [owners]);
});

test('times are said as people say them', () => {
  assert.deepEqual([0, 15_000, 60_000, 90_000, 7_200_000].map(timeWords), [
    'at once',
    'after 15 s',
    'after 1 min',
    'after 90 s',
    'after 2 h',
  ]);
});
