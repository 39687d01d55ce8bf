// Pushed images in a real browser: why some were put aside and what is done about it, and the light table by keyboard.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { paths } from '../../src/http/contract/paths.ts';
import { segment, smallJpeg } from '../houses/stills.ts';
import { eventually } from '../servers/vedette.ts';
import { chromiumMissing } from './chromium.ts';
import { called, type House, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing();
let house: House;
let siteId = '';
let key = '';

async function push(image: Uint8Array<ArrayBuffer>, takenAt: number): Promise<void> {
  const query = `?siteId=${siteId}&camera=Gate&takenAt=${takenAt}`;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' };
  const response = await fetch(`${house.vedette.url}${paths.images}${query}`, {
    ...{ method: 'POST', headers, body: image },
  });
  assert.equal(response.status, 202, await response.text());
}

before(async () => {
  if (skip !== false) return;
  house = await openHouse();
  const sites = await called<{ id: string }[]>(house.admin, 'GET', paths.sites);
  siteId = sites[0]?.id ?? '';
  const input = { name: 'Importer', permissions: ['push-images'], siteIds: null, lifeDays: 1 };
  key = (await called<{ key: string }>(house.admin, 'POST', paths.accessKeys, input)).key;
  const now = Date.now();
  for (const ago of [3, 2, 1]) {
    await push(smallJpeg([segment(0xfe, new TextEncoder().encode(`image ${ago}`))]), now - ago * 60_000);
  }
  await push(new Uint8Array([...smallJpeg(), 1, 2, 3]), now - 30_000);
  await push(smallJpeg().subarray(0, 60), now - 20_000);
  await eventually('both are put aside', 60_000, async () => {
    const aside = await called<unknown[]>(house.admin, 'GET', paths.quarantine);
    return aside.length === 2 ? aside : null;
  });
});
after(async () => {
  if (skip === false) await house[Symbol.asyncDispose]();
});

test('a manager sees why images were put aside, has one cut off and stored, and destroys the other', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house);
  await page.getByText('2 pushed images were put aside').waitFor();
  await page.getByRole('link', { name: 'See why' }).click();
  await page.getByRole('heading', { level: 1, name: 'Put aside' }).waitFor();
  const list = page.getByRole('list', { name: 'Images that were put aside' });
  await list.getByText('It ends too early. Send the whole file.').waitFor();
  assert.equal(await list.getByRole('listitem').count(), 2);
  assert.equal(await list.locator('img').count(), 0, 'what cannot be used is not shown');
  if (process.env.SHOTS !== undefined) {
    for (const [width, name] of [
      [1280, 'desktop'],
      [390, 'phone'],
    ] as const) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        await page.screenshot({ path: `${process.env.SHOTS}/put-aside-${name}-${colorScheme}.png` });
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }

  await page.getByRole('button', { name: /^Cut off and try again/ }).click();
  await page.getByText('It was stored, and is on its time line.').waitFor();
  // What is cut off too early stays so.
  assert.equal(await page.getByRole('button', { name: /^Try again/ }).count(), 0);
  await page.getByRole('button', { name: /^Destroy: image of Gate/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Destroy' }).click();
  await page.getByText('Nothing is put aside').waitFor();
  assert.deepEqual(faults, []);
});

test('the arrow keys, Home and End lead through the images of a camera', { skip }, async () => {
  const cameras = await called<{ id: string; name: string }[]>(house.admin, 'GET', paths.cameras);
  const gate = cameras.find(({ name }) => name === 'Gate');
  const { page, faults } = await openSignedIn(house);
  await page.goto(`${house.url}/cameras/${gate?.id}`);
  const table = page.getByRole('figure', { name: 'Images of Gate' });
  await table.getByText(/^4 of 4/).waitFor();
  const first = await table.getByRole('img').getAttribute('src');
  await table.locator('[tabindex="0"]').focus();
  await page.keyboard.press('ArrowLeft');
  await table.getByText(/^3 of 4/).waitFor();
  assert.notEqual(await table.getByRole('img').getAttribute('src'), first);
  await page.keyboard.press('Home');
  await table.getByText(/^1 of 4/).waitFor();
  assert.ok(await table.getByRole('button', { name: 'Previous image' }).isDisabled());
  await page.keyboard.press('ArrowRight');
  await table.getByText(/^2 of 4/).waitFor();
  await page.keyboard.press('End');
  await table.getByText(/^4 of 4/).waitFor();
  await table.getByRole('button', { name: 'Previous image' }).press('Enter');
  await table.getByText(/^3 of 4/).waitFor();
  assert.deepEqual(faults, []);
});
