import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { clockContract } from '../../core/ports/clock.contract.ts';
import { systemClock } from './clock.ts';

clockContract('system clock', () => ({ clock: systemClock(), pass: async () => {} }));

async function folders(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-clock-'));
  t.after(() => rm(folder, { recursive: true }));
  return { runFolder: join(folder, 'run'), stateFolder: join(folder, 'lib') };
}

test('without a trace of an NTP service the quality is unknown', async (t) => {
  assert.equal(await systemClock(await folders(t)).quality(), 'unknown');
});

test('systemd-timesyncd says whether it is synchronized', async (t) => {
  const where = await folders(t);
  await mkdir(join(where.runFolder, 'systemd/timesync'), { recursive: true });
  assert.equal(await systemClock(where).quality(), 'unsynchronized');
  await writeFile(join(where.runFolder, 'systemd/timesync/synchronized'), '');
  assert.equal(await systemClock(where).quality(), 'synchronized');
});

test('chrony counts as synchronized while it keeps its drift file fresh', async (t) => {
  const where = await folders(t);
  const driftFile = join(where.stateFolder, 'chrony/chrony.drift');
  await mkdir(join(where.stateFolder, 'chrony'), { recursive: true });
  await writeFile(driftFile, '-12.3 0.1');
  assert.equal(await systemClock(where).quality(), 'synchronized');
  await utimes(driftFile, 1_000_000, 1_000_000);
  assert.equal(await systemClock(where).quality(), 'unknown');
});

test('the quality is read once a minute, not for every recording', async (t) => {
  const where = await folders(t);
  const clock = systemClock(where);
  assert.equal(await clock.quality(), 'unknown');
  await mkdir(join(where.runFolder, 'systemd/timesync'), { recursive: true });
  assert.equal(await clock.quality(), 'unknown');
});
