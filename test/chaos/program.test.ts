// The whole program over kills at random moments: what it accepted becomes an incident, people, sirens and letters follow.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killProgram } from './program.ts';

const kills = 5;

test(`over ${kills} kills of the whole program nothing that it accepted is lost, and nothing sounds on`, async (t) => {
  const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}; CHAOS_SEED=${seed} repeats it`);
  const report = await killProgram({ kills, seed });
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.unheard, []);
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.doubled, []);
  assert.deepEqual(report.sounding, []);
  assert.deepEqual(report.strayLetters, []);
  assert.deepEqual(report.faults, []);
  assert.deepEqual(report.findings, []);
  assert.ok(report.atWork >= 1, 'it never came to work before it was killed');
  assert.ok(report.events >= kills, `only ${report.events} events were accepted`);
  assert.ok(report.sounded >= 1, 'no siren sounded');
});
