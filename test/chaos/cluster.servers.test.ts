// Roles in processes of their own over kills at random moments, and over the failures of what they stand on.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterIsMissing } from '../servers/cluster.ts';
import { killCluster } from './cluster.ts';

const kills = 10;

test(`over ${kills} kills of roles and a failure of every service nothing that was accepted is lost`, {
  skip: clusterIsMissing,
  timeout: 1_200_000,
}, async (t) => {
  const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}; CHAOS_SEED=${seed} repeats it`);
  const report = await killCluster({
    kills,
    seed,
    onProgress: (kill, what) => t.diagnostic(`${kill}: ${what}`),
  });
  t.diagnostic(JSON.stringify(report));
  assert.deepEqual(report.unheard, []);
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.doubled, []);
  assert.deepEqual(report.lostImages, []);
  assert.deepEqual(report.doubledImages, []);
  assert.deepEqual(report.sounding, []);
  assert.deepEqual(report.strayLetters, []);
  assert.deepEqual(report.faults, []);
  assert.deepEqual(report.findings, []);
  assert.deepEqual(report.badEnds, []);
  assert.ok(report.events >= kills, `only ${report.events} events were accepted`);
  assert.ok(report.images >= kills * 10, `only ${report.images} images were accepted`);
});
