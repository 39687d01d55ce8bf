// What survives a kill at any moment.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flushIntervalMs, fragmentMs, killAtRandom } from './kill.ts';

test('twenty kills at random points cost at most one fragment and one flush interval each, and every invariant holds', async (t) => {
  const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}; CHAOS_SEED=${seed} repeats it`);
  const report = await killAtRandom({ kills: 20, seed });
  t.diagnostic(
    `lost at most ${Math.max(...report.lostMs)} ms, recorded again after at most ${Math.max(...report.resumedMs)} ms`,
  );
  assert.deepEqual(report.findings, []);
  assert.ok(report.recordingsChecked >= 20, `only ${report.recordingsChecked} recordings were checked`);
  assert.ok(report.lostMs.length >= 10, `only ${report.lostMs.length} kills hit a recording camera`);
  assert.deepEqual(
    report.lostMs.filter((ms) => ms > fragmentMs + flushIntervalMs),
    [],
  );
  assert.equal(report.unexplainedGaps, 0);
});
