// Where no process records any more: every page says so at once and as one, also while another process still answers what was.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths } from '../../src/http/contract/paths.ts';
import { clusterIsMissing, startCluster } from '../servers/cluster.ts';
import { administrator, eventually, setUp } from '../servers/vedette.ts';
import { chromiumMissing, openChromium } from './chromium.ts';
import { freePort, openSignedIn } from './house.ts';

/** A recorder that died is missed within this, in ms, and pages ask every ten seconds. */
const missedMs = 90_000;

test('a recorder that died: site, tile, camera and duty screen say that nothing is recorded, until one is there again', {
  skip: clusterIsMissing || chromiumMissing(),
  timeout: 600_000,
}, async () => {
  await using cluster = await startCluster();
  const port = String(await freePort());
  const door = await cluster.start('http', { VEDETTE_PORT: port });
  await cluster.start('tend,deliver');
  const recorder = await cluster.start('record');
  const admin = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
  await eventually('the camera is recorded', 120_000, async () => {
    const { body } = await admin.call<{ status: { state: string } }[]>('GET', paths.cameras);
    return body[0]?.status.state === 'recording' ? true : null;
  });
  await using browser = await openChromium();
  const { page, faults } = await openSignedIn({ url: `http://localhost:${port}`, browser }, administrator);
  const tile = page.getByRole('link', { name: 'Yard: Recording' });
  await tile.waitFor();
  const site = page.getByRole('region', { name: 'Shop' });
  await site.getByText('Cameras record; nobody is alerted.').waitFor();

  // Another process that does not know yet answers what was: the page believes what is known of who records.
  const before = await (await page.request.get(`http://localhost:${port}${paths.cameras}`)).body();
  const stale = (url: URL) => url.pathname === paths.cameras;
  await page.route(stale, (route) => route.fulfill({ contentType: 'application/json', body: before }));
  await recorder.kill();
  const banner = page.getByRole('status').filter({ hasText: 'No recorder runs' }).first();
  await banner.waitFor({ timeout: missedMs });
  const said = site.getByRole('status').filter({ hasText: 'Nothing is recorded.' });
  await said.waitFor({ timeout: 5_000 });
  assert.equal(await site.getByText('Cameras record').count(), 0);
  await page.getByRole('link', { name: 'Yard: Nothing is recorded' }).waitFor({ timeout: 5_000 });
  assert.equal(await tile.count(), 0);

  await page.getByRole('link', { name: 'Yard: Nothing is recorded' }).click();
  await page.getByRole('heading', { level: 1, name: 'Yard' }).waitFor();
  await page
    .getByRole('status')
    .filter({ hasText: /^Nothing is recorded$/ })
    .waitFor();
  await page.goto(`http://localhost:${port}/duty`);
  await page.getByRole('heading', { name: 'Nothing is recorded' }).waitFor();
  await page.getByRole('alert').filter({ hasText: 'No recorder runs' }).waitFor();

  await page.unroute(stale);
  await cluster.start('record');
  await page.goto(`http://localhost:${port}/`);
  await tile.waitFor({ timeout: missedMs });
  await site.getByText('Cameras record; nobody is alerted.').waitFor();
  assert.deepEqual(faults, []);
});
