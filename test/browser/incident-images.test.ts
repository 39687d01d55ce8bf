// Pushed images on the page of an incident: the strip below a clip, and large where there is no clip.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../src/http/contract/paths.ts';
import type { Incident } from '../../src/http/contract/incidents.ts';
import { segment, smallJpeg } from '../houses/stills.ts';
import { eventually } from '../servers/vedette.ts';
import { chromiumMissing } from './chromium.ts';
import { called, type House, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing();
/** The demo person walks in within the first minute. */
const incidentMs = 120_000;
let house: House;
let key = '';
/** Of the site with a camera that records, and of one with none. */
let recorded: Incident;
let pushedOnly: Incident;

async function push(siteId: string, camera: string, image: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' };
  const address = `${house.vedette.url}${paths.images}?siteId=${siteId}&camera=${camera}`;
  const response = await fetch(address, { method: 'POST', headers, body: image });
  assert.equal(response.status, 202, await response.text());
}

function incidentAt(siteId: string, holds: (incident: Incident) => boolean): Promise<Incident> {
  return eventually('an incident', incidentMs, async () => {
    const all = await called<Incident[]>(house.admin, 'GET', `${paths.incidents}?siteId=${siteId}`);
    return all.find(holds) ?? null;
  });
}

/** A demo camera shows a person; what an incident keeps of that is pushed as two other cameras, one at another site. */
before(async () => {
  if (skip !== false) return;
  house = await openHouse();
  const { admin } = house;
  const [shop] = await called<{ id: string }[]>(admin, 'GET', paths.sites);
  const store = await called<{ id: string }>(admin, 'POST', paths.sites, {
    ...{ name: 'Store', timeZone: 'Europe/Berlin' },
  });
  const siteId = shop?.id ?? '';
  const input = { name: 'Importer', permissions: ['push-images'], siteIds: null, lifeDays: 1 };
  key = (await called<{ key: string }>(admin, 'POST', paths.accessKeys, input)).key;
  await called(admin, 'POST', paths.cameras, { siteId, name: 'Yard', source: { kind: 'demo' } });
  for (const id of [siteId, store.id])
    await called(admin, 'PUT', paths.arming(id), { arming: 'armed-away', now: true });
  const { id } = await incidentAt(siteId, ({ hasSnapshot }) => hasSnapshot);
  const person = new Uint8Array(await (await admin.fetch(paths.snapshot(id))).arrayBuffer());
  for (const text of ['first', 'second'])
    await push(siteId, 'Gate', smallJpeg([segment(0xfe, new TextEncoder().encode(text))]));
  for (const each of [siteId, store.id]) await push(each, 'Gate', person);
  recorded = await incidentAt(siteId, ({ cameras }) => cameras.some(({ name }) => name === 'Gate'));
  pushedOnly = await incidentAt(store.id, () => true);
});
after(async () => {
  if (skip === false) await house[Symbol.asyncDispose]();
});

test('below the clip stands what was pushed, by time; arrows go along it, and it opens large', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${house.url}/incidents/${recorded.id}`);
  const strip = page.getByRole('list', { name: 'Images, by time' });
  const frames = strip.getByRole('button');
  await frames.nth(2).waitFor();
  assert.equal(await frames.count(), 3);
  assert.match((await frames.nth(2).getAttribute('aria-label')) ?? '', /^Gate, \d\d:\d\d:\d\d\. Person$/);
  // A camera without footage has no tile in the clip.
  assert.equal(await page.getByText('No footage here').count(), 0);
  await frames.first().focus();
  await page.keyboard.press('End');
  assert.equal(await frames.nth(2).evaluate((frame) => frame === document.activeElement), true);
  await page.keyboard.press('Enter');
  const large = page.getByRole('dialog').getByRole('figure', { name: 'Images of Gate' });
  await large.getByText('3 of 3 · Person').waitFor();
  // It is drawn on the picture, once that is there.
  await large.locator('.light-table-box').waitFor();
  assert.equal(await large.locator('.light-table-box').count(), 1);
  await page.keyboard.press('ArrowLeft');
  await large.getByText('2 of 3').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(asked.filter((url) => url.endsWith('/preview?size=strip')).length, 3);
  assert.ok(!asked.some((url) => url.endsWith('/file')), 'no whole image was loaded');
  assert.deepEqual(faults, []);
});

test('where no camera of an incident records, its images are large at once, and no footage is asked for', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(`${house.url}/incidents/${pushedOnly.id}`);
  await page.getByRole('figure', { name: 'Images of Gate' }).getByText('1 of 1 · Person').waitFor();
  await page.getByRole('link', { name: 'Show on the time line' }).waitFor();
  assert.equal(await page.getByRole('region', { name: 'Clip' }).count(), 0);
  assert.equal(await page.getByRole('heading', { name: 'Evidence' }).count(), 0);
  assert.ok(!asked.some((url) => url.includes('playlist')));
  assert.deepEqual(faults, []);
});
