// The overview and the frame around it: what it warns of, what it announces, and the way to every page on a phone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { paths } from '../../src/http/contract/paths.ts';
import { openFolder } from '../houses/many-incidents.ts';
import { chromiumMissing } from './chromium.ts';
import { called, type House, join, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing();
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
let house: House;
let siteId = '';

before(async () => {
  if (skip !== false) return;
  house = await openHouse();
  const sites = await called<{ id: string }[]>(house.admin, 'GET', paths.sites);
  siteId = sites[0]?.id ?? '';
  const camera = { siteId, name: 'Front yard', source: { kind: 'demo' } };
  await called(house.admin, 'POST', paths.cameras, camera);
});
after(async () => {
  if (skip === false) await house[Symbol.asyncDispose]();
});

test('the overview warns that nobody can be told, says nothing of all being well, and is calm once there is a way', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house);
  const warning = page.getByText('Nobody can be told');
  await warning.waitFor();
  // The camera records: but for the warning, all would be well.
  await page.getByText('Recording', { exact: true }).first().waitFor();
  assert.equal(await page.getByText('All is well').count(), 0);

  await page.getByRole('link', { name: 'Set up alerts' }).click();
  await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
  const channel = { kind: 'webhook', name: 'Guards', url: 'https://guards.example.org/alert' };
  await called(house.admin, 'POST', paths.channels, channel);
  await page.goto(house.url);
  await page.getByText('All is well').waitFor();
  assert.equal(await warning.count(), 0);
  assert.deepEqual(faults, []);
});

test('a new incident is announced wherever one is, and the toast leads to it', { skip }, async () => {
  const { page, faults } = await openSignedIn(house);
  await page.goto(`${house.url}/reports`);
  await page.getByRole('heading', { level: 1, name: 'Reports' }).waitFor();
  await using folder = await openFolder(house.folder);
  const [organization] = await folder.records.organizations.page(null, 1);
  assert.ok(organization);
  const [camera] = await folder.records.cameras.list(organization.id);
  assert.ok(camera);
  // The page knows of the one before; what is written beside the program it reads when something is told of that.
  const before = await folder.add(camera, 10 * 60_000);
  await called(house.admin, 'POST', paths.acknowledge(before.id));
  const incident = await folder.add(camera, 2_000);
  await called(house.admin, 'POST', paths.resolve(before.id), { resolution: 'test' });
  const toast = page.getByRole('region', { name: 'Notifications' });
  await toast.getByText(/^Person at /).waitFor();
  await toast.getByRole('link', { name: 'Watch' }).click();
  await page.waitForURL(`**/incidents/${incident.id}`);
  await toast.getByText(/^Person at /).waitFor({ state: 'detached' });
  assert.deepEqual(faults, []);
});

test('on a phone, who has many places finds the rare ones behind More, and who has few sees all of them', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house, undefined, phone);
  assert.deepEqual(await placesBelow(page), ['Overview', 'Incidents', 'Alerts', 'People', 'More']);
  const more = page.getByRole('button', { name: 'More' });
  for (const [name, heading] of [
    ['Reports', 'Reports'],
    ['Organization', 'Organization'],
    ['Duty', 'Duty'],
  ] as const) {
    await more.tap();
    await page.getByRole('link', { name, exact: true }).tap();
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    // The duty screen has nothing around it.
    if (name !== 'Duty') assert.equal(await more.getAttribute('aria-current'), 'location');
  }
  assert.deepEqual(faults, []);

  const viewer = await join(house, { role: 'viewer', siteIds: [siteId] }, { name: 'Vera' });
  const theirs = await openSignedIn(house, viewer, phone);
  assert.deepEqual(await placesBelow(theirs.page), ['Overview', 'Incidents', 'Reports']);
  assert.deepEqual(theirs.faults, []);
});

function placesBelow(page: Page): Promise<string[]> {
  return page
    .getByRole('navigation', { name: 'Main, below' })
    .locator('.place')
    .evaluateAll((places) => places.map((place) => place.querySelector('.icon + span')?.textContent ?? ''));
}
