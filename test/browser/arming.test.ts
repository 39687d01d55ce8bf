// Arming as a person does it: time to leave, time to disarm, a week that is planned with the keyboard.

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { paths } from '../../src/http/contract/paths.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { chromiumMissing } from './chromium.ts';
import { called, type House, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing();

async function theSite(house: House): Promise<Site> {
  const [site] = await called<Site[]>(house.admin, 'GET', paths.sites);
  return site ?? assert.fail('There is no site.');
}

/** Somebody comes in by an entry zone: what a camera with one writes down. */
function comeIn(house: House, { id: siteId }: Site, delayMs: number): void {
  using database = new DatabaseSync(`${house.folder}/vedette.sqlite`, { timeout: 5_000 });
  const now = Date.now();
  database
    .prepare(
      `insert into entries (id, organization_id, site_id, start_at, due_at, delay_ms, state, waiting, snapshot_score)
       select ?, organization_id, id, ?, ?, ?, 'running', '[]', 0 from sites where id = ?`,
    )
    .run('01890a5d-ac96-774b-bcce-b302099a8057', now, now + delayMs, delayMs, siteId);
}

/** From the home page, as a person gets there. */
async function openSite(house: House, site: Site, page: Page): Promise<void> {
  await page.goto(house.url);
  await page.getByRole('link', { name: site.name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: site.name }).waitFor();
}

test('a site counts down to being armed, and can be called back or armed at once', { skip }, async () => {
  await using house = await openHouse();
  const site = await theSite(house);
  await called(house.admin, 'PATCH', paths.site(site.id), { exitDelaySeconds: 3, entryDelaySeconds: 60 });
  const { page, faults } = await openSignedIn(house);
  await openSite(house, site, page);
  await page.getByRole('radio', { name: 'Armed, away' }).first().check({ force: true });
  await page.getByText(/^Armed in \d s$/).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(/^Disarmed since/).waitFor();
  // The end of the delay is the server's to tell: no reload.
  await page.getByRole('radio', { name: 'Armed, home' }).first().check({ force: true });
  await page.getByText(/^Armed in \d s$/).waitFor();
  await page.getByText(/^Armed while you are home since/).waitFor();
  comeIn(house, site, 60_000);
  await page.reload();
  await page.getByText(/Disarm within \d+ s|Disarm within 1 min/).waitFor();
  await page.getByRole('button', { name: 'Disarm', exact: true }).click();
  await page.getByText('Disarmed in time: Ada', { exact: false }).waitFor();
  assert.equal(await page.getByText('Somebody came in. Disarm').count(), 0);
  assert.equal((await theSite(house)).entry, null);
  assert.deepEqual(faults, []);
});

test('a week is planned with the keyboard, drawn, and kept', { skip }, async () => {
  await using house = await openHouse();
  const site = await theSite(house);
  const { page, faults } = await openSignedIn(house);
  await openSite(house, site, page);
  const press = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
  };
  await press('Set a schedule');
  await press('Add a time of the week');
  const monday = page.getByRole('checkbox', { name: 'Entry 1: Monday' });
  await monday.focus();
  await page.keyboard.press('Space');
  assert.equal(await monday.isChecked(), false);
  await page.getByLabel('Entry 1: time').fill('21:30');
  await press('Add a time of the week');
  await page.getByLabel('Date to plan', { exact: true }).fill('2031-12-24');
  await page.getByRole('button', { name: 'Add date' }).first().click();
  await press('Add 1 Jan, 1 May, 25–26 Dec');
  await press('Save schedule');
  await page.getByText('21:30 Tue–Fri: armed, away').waitFor();
  await page.getByText('07:00 Mon–Fri: disarmed').waitFor();
  await page.getByText('24 Dec 2031: nothing happens').waitFor();
  await page.getByText('4 holidays: nothing happens').waitFor();
  const tuesday = page.getByRole('img', {
    name: /^Tuesday: until 07:00 disarmed, until 21:30 disarmed, then armed/,
  });
  await tuesday.waitFor();
  assert.notEqual((await theSite(house)).nextEdge, null);
  assert.deepEqual(faults, []);
});
