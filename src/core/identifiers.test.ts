// Identifiers carry when they were made.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { manualClock } from '../adapters/memory/clock.ts';
import { branded, type EpochMs, type RecordingId } from './brand.ts';
import { madeAt, newId } from './identifiers.ts';

test('an identifier says when it was made, and what is none of ours does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), (now) => {
      assert.equal(madeAt(newId<RecordingId>(manualClock(branded<EpochMs>(now)))), now);
    }),
  );
  for (const other of ['', 'r1', crypto.randomUUID(), `${newId<RecordingId>(manualClock())} `]) {
    assert.equal(madeAt(other), null, other);
  }
});
