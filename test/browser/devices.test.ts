// Devices in a real browser: a new secret is made in between, and what was typed before is still there.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../src/http/contract/paths.ts';
import { chromiumMissing } from './chromium.ts';
import { called, type House, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing();
let house: House;
let siteId = '';

before(async () => {
  if (skip !== false) return;
  house = await openHouse();
  const sites = await called<{ id: string }[]>(house.admin, 'GET', paths.sites);
  siteId = sites[0]?.id ?? '';
  const link = { via: 'webhook', url: 'https://siren.example.org/alarm' };
  await called(house.admin, 'POST', paths.devices, { siteId, kind: 'siren', name: 'Horn', link });
});
after(async () => {
  if (skip === false) await house[Symbol.asyncDispose]();
});

test('a new secret is made in the middle of a change, and the change is still there to be saved', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house);
  await page.goto(`${house.url}/sites/${siteId}`);
  await page.getByRole('button', { name: 'Change Horn' }).click();
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Horn at the roof');

  // Thought better of it.
  await page.getByRole('button', { name: 'New secret…' }).click();
  await page.getByRole('heading', { name: 'New secret for Horn' }).waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await name.inputValue(), 'Horn at the roof');

  await page.getByRole('button', { name: 'New secret…' }).click();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByText(/^whsec_/).waitFor();
  await page.getByText(/The one before counts until/).waitFor();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  assert.equal(await name.inputValue(), 'Horn at the roof');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Change Horn at the roof' }).waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(faults, []);
});

test('where nothing was changed, the dialog is done with once the secret is kept', { skip }, async () => {
  const { page, faults } = await openSignedIn(house);
  await page.goto(`${house.url}/sites/${siteId}`);
  const change = page.getByRole('button', { name: /^Change Horn/ });
  await change.click();
  await page.getByRole('button', { name: 'New secret…' }).click();
  await page.getByText('It counts no longer, from now on').click();
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByText('The one before counts no longer.').waitFor();
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await change.evaluate((button) => button === document.activeElement), true);
  assert.deepEqual(faults, []);
});
