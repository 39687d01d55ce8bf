// The pictures of an incident: several cameras, one clock.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { paths } from '../../src/http/contract/paths.ts';
import { eventually } from '../servers/vedette.ts';
import { chromiumMissing } from './chromium.ts';
import { type House, openHouse, openSignedIn, patienceMs } from './house.ts';

const skip = chromiumMissing();
/** Further apart than this, in ms, the pictures of two cameras are not in step. */
const inStepMs = 200;
/** The demo person walks in within the first minute. */
const incidentMs = 120_000;
let house: House;
let incidentId = '';

before(async () => {
  if (skip === false) house = await openHouse();
});
after(async () => {
  if (skip === false) await house[Symbol.asyncDispose]();
});

/** The id of the incident that two cameras of one site saw. */
async function incidentOfTwo(): Promise<string> {
  const { admin } = house;
  const { body: sites } = await admin.call<{ id: string }[]>('GET', paths.sites);
  const siteId = sites[0]?.id ?? '';
  for (const name of ['Front yard', 'Back door']) {
    await admin.call('POST', paths.cameras, { siteId, name, source: { kind: 'demo' } });
  }
  await admin.call('PUT', paths.arming(siteId), { arming: 'armed-away', now: true });
  return eventually('an incident that both cameras saw', incidentMs, async () => {
    const { body } = await admin.call<{ id: string; cameras: unknown[] }[]>('GET', paths.incidents);
    return body.find(({ cameras }) => cameras.length === 2)?.id ?? null;
  });
}

/** What the pictures are off the common clock over some seconds, in ms. */
function watchOffs(page: Page): Promise<number[]> {
  return page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = [];
        const timer = setInterval(() => {
          const tiles = [...document.querySelectorAll('.step-tile[data-off]')];
          if (tiles.length < 2) return;
          seen.push(...tiles.map((tile) => Math.abs(Number(tile.getAttribute('data-off')))));
          if (seen.length < 40) return;
          clearInterval(timer);
          resolve(seen);
        }, 150);
      }),
  );
}

test('two cameras of an incident keep step, stand still together, and go together where one seeks', {
  skip,
}, async () => {
  incidentId ||= await incidentOfTwo();
  const { page, faults } = await openSignedIn(house);
  await page.goto(`${house.url}/incidents/${incidentId}`);
  const both = () =>
    page.waitForFunction(
      () => document.querySelectorAll('.step-tile[data-state="showing"]').length === 2,
      null,
      { timeout: patienceMs },
    );
  await both();
  const seen = await watchOffs(page);
  const inStep = seen.filter((off) => off <= inStepMs).length;
  assert.ok(inStep >= seen.length * 0.9, `${inStep} of ${seen.length} in step: ${seen.join()}`);

  await page.getByRole('button', { name: 'Pause all' }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('video')].every((video) => video.paused));
  const clock = page.locator('.clip-clock');
  const stood = await clock.textContent();
  await page.locator('.step').press('Home');
  await page.waitForFunction(
    (before) => document.querySelector('.clip-clock')?.textContent !== before,
    stood,
  );
  await both();
  assert.deepEqual(faults, []);
});

test('the pictures show where somebody walked, in the picture and not beside it, until that is switched off for good', {
  skip,
}, async () => {
  incidentId ||= await incidentOfTwo();
  // Lower than the picture would be: it stands in the middle of its frame, with black beside it.
  const { page, faults } = await openSignedIn(house, undefined, { viewport: { width: 1280, height: 480 } });
  await page.goto(`${house.url}/incidents/${incidentId}`);
  const overlay = page.locator('.step-tile').first().locator('.path-picture');
  await overlay.locator('.path-rest').first().waitFor({ state: 'attached', timeout: patienceMs });
  const boxes = await page.evaluate(() => {
    const tile = document.querySelector('.step-tile');
    const [video, drawn] = [tile?.querySelector('video'), tile?.querySelector('.path-picture')];
    if (video === null || video === undefined || drawn === null || drawn === undefined) return null;
    const [frame, picture] = [video.getBoundingClientRect(), drawn.getBoundingClientRect()];
    const ways = [...drawn.querySelectorAll('.path-rest')].map((way) => way.getBoundingClientRect());
    const inside = ways.every(
      (way) => way.left >= picture.left && way.right <= picture.right && way.bottom <= picture.bottom,
    );
    const shape = video.videoWidth / video.videoHeight;
    const middleOff = frame.left + frame.right - picture.left - picture.right;
    return { inside, shapeOff: picture.width / picture.height / shape - 1, middleOff };
  });
  assert.ok(boxes?.inside, 'nobody walked beside the picture');
  assert.ok(Math.abs(boxes.shapeOff) < 0.01 && Math.abs(boxes.middleOff) < 2, JSON.stringify(boxes));
  const words = page.getByRole('region', { name: /^Paths before / }).first();
  assert.match((await words.textContent()) ?? '', /^Person: .+ at \d\d:\d\d:\d\d/);

  const button = page.getByRole('button', { name: 'Path', exact: true });
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  assert.equal(await button.getAttribute('aria-keyshortcuts'), 'P');
  // Wherever the focus is, but in a field.
  await page.getByLabel('Note', { exact: true }).press('p');
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('p');
  await page.waitForFunction(() => document.querySelector('.path-picture') === null);
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  await page.reload();
  await button.waitFor();
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  assert.equal(await page.locator('.path-picture').count(), 0);
  await button.click();
  await overlay.waitFor();
  assert.deepEqual(faults, []);
});
