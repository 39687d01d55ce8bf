// Zones in a real browser: drawn with a mouse, with a keyboard, refused, undone, and not lost by accident.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { startVedette, temporaryFolder, type Vedette } from '../servers/vedette.ts';
import { chromiumMissing, openChromium, openPage } from './chromium.ts';
import { setUpThroughPages } from './newcomer.ts';

const skip = chromiumMissing();
const parts = new AsyncDisposableStack();
let browser: Browser;
let vedette: Vedette;
let page: Page;
let faults: readonly string[];

before(async () => {
  if (skip !== false) return;
  const folder = parts.use(await temporaryFolder());
  vedette = parts.use(await startVedette(folder.path));
  browser = await openChromium();
  parts.defer(() => browser.close());
  ({ page, faults } = await openPage(browser, vedette.url, { expected: /404/ }));
  // A camera that began a moment ago has no picture yet: that is the 404.
  await setUpThroughPages(page, vedette.setupUrl ?? '');
  await page
    .getByRole('link', { name: /demo|yard/i })
    .first()
    .click();
  await page.getByRole('link', { name: 'Zones' }).click();
  await page.getByRole('heading', { name: 'Zones' }).waitFor();
});

after(() => parts.disposeAsync());

const stage = () => page.getByRole('application', { name: /with its zones/ });

/** Clicks at a place of the picture, in fractions of it. */
async function click(x: number, y: number): Promise<void> {
  const box = await stage().boundingBox();
  assert.ok(box);
  await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
}

async function saved(): Promise<void> {
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The zones count from now on').waitFor();
}

test('with the mouse: corners are clicked, the area closes at its first, is pulled, and is still there later', {
  skip,
}, async () => {
  await page.getByRole('button', { name: 'Watched area' }).click();
  for (const [x, y] of [
    [0.2, 0.3],
    [0.7, 0.3],
    [0.7, 0.8],
    [0.2, 0.8],
    [0.2, 0.3],
  ] as const)
    await click(x, y);
  const corner = page.getByRole('button', { name: /^Corner 1 of Watched area: 20% from the left/ });
  const box = await corner.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 2 + 30, { steps: 5 });
  await page.mouse.up();
  assert.equal(await corner.count(), 0, 'the corner was pulled away');
  await page.getByRole('button', { name: 'Undo' }).click();
  await corner.waitFor();
  await page.getByLabel('Name').fill('Drive');
  await page.getByText('Vehicles').click();
  await saved();
  await page.reload();
  await page.getByRole('button', { name: /Drive\s*Persons, vehicles · always when armed/ }).waitFor();
  assert.deepEqual(faults, []);
});

test('with the keyboard: a ready-made area is moved, gets a corner, loses one, and can be undone', {
  skip,
}, async () => {
  await page.getByRole('button', { name: 'Entry', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  // What was pressed is gone: the focus is where one goes on.
  const first = page.getByRole('button', { name: /^Corner 1 of Entry/ });
  await first.waitFor();
  assert.equal(await first.evaluate((corner) => corner === document.activeElement), true);
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('Shift+ArrowLeft');
  await page
    .getByRole('button', { name: /^Corner 1 of Entry: 10% from the left, 30% from the top/ })
    .waitFor();
  await page.keyboard.press('Insert');
  await page.getByRole('button', { name: /^Corner 5 of Entry/ }).waitFor();
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: /^Corner 5 of Entry/ }).waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: /^Corner 5 of Entry/ }).waitFor();
  await saved();
  assert.deepEqual(faults, []);
});

test('an area that crosses itself says so, and is not saved', { skip }, async () => {
  const corner = page.getByRole('button', { name: /^Corner 1 of Entry/ });
  await corner.focus();
  for (let press = 0; press < 17; press += 1) await page.keyboard.press('Shift+ArrowRight');
  for (let press = 0; press < 5; press += 1) await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('The border crosses itself').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true);
  await page
    .getByRole('link', { name: /demo|yard/i })
    .first()
    .click();
  await page.getByRole('heading', { name: 'Leave without saving?' }).waitFor();
  await page.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByText('The border crosses itself').first().waitFor({ state: 'detached' });
  assert.deepEqual(faults, []);
});

for (const [width, height] of [
  [1280, 800],
  [390, 844],
] as const) {
  test(`the picture stays where it is from the choice of a tool to the last corner (${width} × ${height})`, {
    skip,
  }, async () => {
    await page.setViewportSize({ width, height });
    const before = await stage().boundingBox();
    assert.ok(before);
    const stays = async (when: string) => assert.deepEqual(await stage().boundingBox(), before, when);
    for (const tool of ['Privacy mask', 'Ignored area', 'Line']) {
      const choose = page.getByRole('button', { name: tool, exact: true });
      await choose.focus();
      await choose.press('Enter');
      await stays(`${tool} is chosen`);
      for (const [x, y] of [
        [0.4, 0.1],
        [0.6, 0.1],
        [0.6, 0.3],
        [0.4, 0.3],
      ] as const) {
        await page.mouse.click(before.x + x * before.width, before.y + y * before.height);
        await stays(`a corner of ${tool} is set at ${x}, ${y}`);
        // A line is finished with its second end.
        if (tool === 'Line' && x === 0.6) break;
      }
      if (tool !== 'Line') await page.getByRole('button', { name: 'Done' }).click();
      await stays(`${tool} is drawn`);
    }
    await page.getByRole('button', { name: 'Discard' }).click();
    await stays('it is discarded');
    assert.deepEqual(faults, []);
  });
}
