// npm run screenshots: takes the pictures of the documentation from the running program.

import type { Browser, Page } from 'playwright-core';
import { openChromium, openPage } from '../../test/browser/chromium.ts';
import { armAway, plays, setUpThroughPages } from '../../test/browser/newcomer.ts';
import { startVedette, temporaryFolder } from '../../test/servers/vedette.ts';

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const views = [
  { name: 'desktop-light', options: { ...desktop, colorScheme: 'light' } },
  { name: 'desktop-dark', options: { ...desktop, colorScheme: 'dark' } },
  { name: 'phone-light', options: { ...phone, colorScheme: 'light' } },
  { name: 'phone-dark', options: { ...phone, colorScheme: 'dark' } },
] as const;

await using folder = await temporaryFolder();
await using vedette = await startVedette(folder.path);
const browser = await openChromium();
const first = await openPage(browser, vedette.url, desktop);
await first.page.goto(vedette.setupUrl ?? '');
await first.page.getByLabel('Your name').waitFor();
await save(first.page, 'setup-desktop-light');
await setUpThroughPages(first.page, vedette.setupUrl ?? '');
await armAway(first.page);
await first.page.getByRole('link', { name: 'Watch' }).first().waitFor({ timeout: 120_000 });
const cookies = await first.page.context().storageState();
for (const { name, options } of views) await capture(browser, name, { ...options, storageState: cookies });
await browser.close();
await vedette.stop();

async function capture(
  browser: Browser,
  view: string,
  options: Parameters<typeof openPage>[2],
): Promise<void> {
  const { page } = await openPage(browser, vedette.url, options);
  await page.goto(vedette.url);
  await page.getByText('Front yard').first().waitFor();
  await page.waitForLoadState('load');
  await save(page, `overview-${view}`);
  await page
    .getByRole('link', { name: /front yard/i })
    .first()
    .click();
  await plays(page, 2);
  await page.getByText('5 min').click();
  await save(page, `camera-${view}`);
  await page.goto(`${vedette.url}/incidents`);
  await page
    .getByRole('link', { name: /person at home/i })
    .first()
    .waitFor();
  await save(page, `incidents-${view}`);
  await page
    .getByRole('link', { name: /person at home/i })
    .first()
    .click();
  await plays(page, 11);
  await save(page, `incident-${view}`);
  await page.goto(`${vedette.url}/alerts`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await save(page, `alerts-${view}`);
  await page.goto(`${vedette.url}/duty`);
  await plays(page, 2);
  await save(page, `duty-${view}`);
  await page.goto(`${vedette.url}/reports`);
  await page.getByRole('img', { name: /incidents a week/i }).waitFor();
  await save(page, `reports-${view}`);
  for (const name of ['people', 'account']) {
    await page.goto(`${vedette.url}/${name}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('ada@').first().waitFor();
    await save(page, `${name}-${view}`);
  }
  await page.context().close();
}

async function save(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  // Pictures of cameras and incidents come after the page.
  await page.waitForFunction(() => [...document.images].every((image) => image.naturalWidth > 0));
  await page.screenshot({ path: new URL(`${name}.png`, import.meta.url).pathname, animations: 'disabled' });
}
