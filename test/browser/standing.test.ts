// What does not work as usual is said on every page while it is so, and no longer.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { degradedModes } from '../../src/core/standing.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../servers/mosquitto.ts';
import { administrator } from '../servers/vedette.ts';
import { chromiumMissing } from './chromium.ts';
import { type House, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing() || mosquittoIsMissing;
/** The broker counts as away after some seconds, and pages ask every ten: in ms. */
const noticedMs = 60_000;
let broker: Mosquitto;
let house: House;

before(async () => {
  if (skip !== false) return;
  broker = await startMosquitto();
  house = await openHouse({ VEDETTE_MQTT_URL: `mqtt://127.0.0.1:${broker.port}` });
});
after(async () => {
  await house?.[Symbol.asyncDispose]();
  await broker?.[Symbol.asyncDispose]();
});

test('a broker that is away is told on the pages that are open, also on a phone, and no longer when it is back', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house, administrator, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  const banner = page.getByRole('status').filter({ hasText: 'Not everything works as usual' });
  assert.equal(await banner.count(), 0);

  await broker.kill();
  await banner.waitFor({ timeout: noticedMs });
  await banner.getByText(degradedModes['automation-off']).waitFor();
  const box = (await banner.boundingBox()) ?? assert.fail('it is not shown');
  assert.ok(box.x >= 0 && box.x + box.width <= 390, 'it is wider than the screen');
  // It stands above other pages, too, and is read out once.
  await page.goto(`${house.url}/incidents`);
  await banner.waitFor();
  assert.equal(await banner.count(), 1);
  await page.getByRole('heading', { level: 1, name: 'Incidents' }).waitFor();

  await broker.start();
  await banner.waitFor({ state: 'detached', timeout: noticedMs });
  assert.deepEqual(faults, []);
});
