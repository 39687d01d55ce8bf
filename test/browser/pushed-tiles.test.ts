// Cameras whose images are pushed, on the overview: their newest image, small, with its time; and what a browser loads of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { ImageStatus, PushedReceipt } from '../../src/http/contract/images.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { png } from '../houses/stills.ts';
import { eventually } from '../servers/vedette.ts';
import { chromiumMissing } from './chromium.ts';
import { called, type House, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing();
let house: House;
let siteId = '';
let key = '';

async function push(camera: string, image: Uint8Array<ArrayBuffer>, takenAt = Date.now()): Promise<string> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/png' };
  const address = `${house.vedette.url}${paths.images}?siteId=${siteId}&camera=${camera}&takenAt=${takenAt}`;
  const response = await fetch(address, { method: 'POST', headers, body: image });
  assert.equal(response.status, 202);
  return PushedReceipt.parse(await response.json()).id;
}

function stored(id: string): Promise<true> {
  return eventually('the image is stored', 20_000, async () => {
    const headers = { authorization: `Bearer ${key}` };
    const answer = await fetch(house.vedette.url + paths.image(id), { headers });
    return ImageStatus.parse(await answer.json()).state === 'stored' ? true : null;
  });
}

function watchImages(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith(`${paths.images}/`)) asked.push(pathname + search);
  });
  return asked;
}

before(async () => {
  if (skip !== false) return;
  house = await openHouse();
  const [shop] = await called<{ id: string }[]>(house.admin, 'GET', paths.sites);
  siteId = shop?.id ?? '';
  await called(house.admin, 'PATCH', paths.site(siteId), { timeZone: 'Asia/Tokyo' });
  const input = { name: 'Importer', permissions: ['push-images'], siteIds: null, lifeDays: 1 };
  key = (await called<{ key: string }>(house.admin, 'POST', paths.accessKeys, input)).key;
  await called(house.admin, 'POST', paths.cameras, { siteId, name: 'Drive', source: { kind: 'pushed' } });
  await stored(await push('Gate', png(1_600, 900)));
});
after(async () => {
  if (skip === false) await house[Symbol.asyncDispose]();
});

test('a tile shows the newest image once, small, with its time at the site, and says where there is none', {
  skip,
}, async () => {
  const { page, faults } = await openSignedIn(house);
  const asked = watchImages(page);
  await page.goto(house.url);
  const gate = page.getByRole('link', { name: /^Gate: Image of \d\d:\d\d$/ });
  await gate.locator('img').waitFor();
  await page.waitForFunction(() => document.querySelector('img')?.naturalWidth === 640);
  const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZone: 'Asia/Tokyo' });
  const said = await gate.getAttribute('aria-label');
  const hours = [Date.now(), Date.now() - 600_000].map((at) => hour.format(at));
  assert.ok(hours.includes(said?.slice(-5, -3) ?? ''), said ?? '');
  assert.equal(asked.length, 1, asked.join());
  assert.match(asked[0] ?? '', /\/preview\?size=tile$/);
  const drive = page.getByRole('link', { name: 'Drive: No image yet' });
  await drive.getByText('No image yet').first().waitFor();
  assert.equal(await drive.locator('img').count(), 0);

  // What comes while somebody looks is shown, without a word of theirs.
  await stored(await push('Gate', png(1_280, 720)));
  await eventually('the tile is renewed', 30_000, async () => (asked.length === 2 ? true : null));
  assert.deepEqual(faults, []);
});

test('a camera of images of yesterday says so, and its page shows a picture for a screen, and the whole on demand', {
  skip,
}, async () => {
  await stored(await push('Yard', png(2_400, 1_350), Date.now() - 30 * 3_600_000));
  const { page, faults } = await openSignedIn(house);
  const asked = watchImages(page);
  await page.goto(house.url);
  const yard = page.getByRole('link', { name: /^Yard: Image of (yesterday|\w{3} \d+ \w{3}) \d\d:\d\d$/ });
  await yard.locator('img').waitFor();
  await page.getByRole('link', { name: /^Gate: / }).click();
  const table = page.getByRole('figure', { name: 'Images of Gate' });
  await table.locator('img').waitFor();
  const whole = table.getByRole('link', { name: 'Whole image' });
  assert.match((await whole.getAttribute('href')) ?? '', /\/file$/);
  assert.ok(asked.some((address) => address.endsWith('size=screen')));
  assert.ok(!asked.some((address) => address.includes('/file')), 'nobody asked for a whole image');
  assert.deepEqual(faults, []);
});

test('a preview that cannot be had is tried again, also on a phone, where all of what it says is in sight', {
  skip,
}, async () => {
  const { page } = await openSignedIn(house, undefined, {
    viewport: { width: 390, height: 844 },
    ...{ isMobile: true, hasTouch: true },
  });
  let isAway = true;
  await page.route(/\/preview\?/, (route) =>
    isAway ? route.fulfill({ status: 503, body: '' }) : route.continue(),
  );
  await page.goto(house.url);
  await page.getByRole('link', { name: /^Gate: / }).tap();
  const again = page.getByRole('button', { name: 'Try again' });
  await again.waitFor();
  const stage = (await page.locator('.light-table-stage').boundingBox()) ?? assert.fail();
  for (const part of [again, page.getByText('The image cannot be shown.')]) {
    const box = (await part.boundingBox()) ?? assert.fail();
    assert.ok(box.y >= stage.y && box.y + box.height <= stage.y + stage.height, 'it is cut off');
  }
  isAway = false;
  await again.tap();
  await page.getByRole('figure').locator('.light-table-picture[data-state="shown"]').waitFor();
});
