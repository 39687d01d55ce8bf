// Alerts over kills at random moments: none is lost, and what arrives twice is known to be one by its key.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAlerts } from './alerts.ts';

const kills = 8;

test(`over ${kills} kills no alert is lost, and none arrives under two keys`, async (t) => {
  const report = await killAlerts({ kills });
  t.diagnostic(`${report.alerts} alerts; ${report.repeated} were sent again under their key`);
  assert.ok(report.incidents >= kills, `only ${report.incidents} incidents`);
  assert.deepEqual(report.lost, []);
  assert.deepEqual(report.doubled, []);
  assert.deepEqual(report.faults, []);
});
