// npm run screenshots: takes the pictures of the documentation from the running program.

import type { Browser, Page } from 'playwright-core';
import { openChromium, openPage } from '../../test/browser/chromium.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { ZonesInput } from '../../src/http/contract/zones.ts';
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
const { cameraId, siteId } = await furnish(first.page);
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
  await page.goto(`${vedette.url}/cameras/${cameraId}/zones`);
  await page.getByText('Terrace').first().waitFor();
  await save(page, `zones-${view}`);
  await page.goto(`${vedette.url}/sites/${siteId}`);
  await page.getByText('Front door').first().waitFor();
  await page.getByRole('heading', { name: 'Devices' }).evaluate((heading) => heading.scrollIntoView());
  await save(page, `devices-${view}`);
  await page.goto(`${vedette.url}/my-alerts`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await save(page, `my-alerts-${view}`);
  for (const name of ['people', 'account']) {
    await page.goto(`${vedette.url}/${name}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('ada@').first().waitFor();
    await save(page, `${name}-${view}`);
  }
  await page.context().close();
}

/** Draws zones on the camera, and adds devices to its site. */
async function furnish(page: Page): Promise<{ cameraId: string; siteId: string }> {
  const headers = { origin: vedette.url };
  const { request } = page.context();
  const [camera] = await (await request.get(vedette.url + paths.cameras)).json();
  const area = (
    name: string,
    kind: 'watch' | 'mask',
    corners: readonly (readonly [number, number])[],
  ): ZonesInput['zones'][number] => ({
    ...{ id: crypto.randomUUID(), name, kind, points: corners.map(([x, y]) => ({ x, y })) },
    objectKinds: kind === 'mask' ? [] : ['person'],
    armings: kind === 'mask' ? [] : ['armed-away', 'armed-home'],
  });
  const zones = {
    version: 0,
    zones: [
      area('Terrace', 'watch', [
        [0.08, 0.62],
        [0.9, 0.56],
        [0.96, 0.95],
        [0.04, 0.95],
      ]),
      area('Neighbour', 'mask', [
        [0.76, 0.04],
        [0.98, 0.04],
        [0.98, 0.3],
        [0.76, 0.34],
      ]),
    ],
  } satisfies ZonesInput;
  const answers = [await request.put(vedette.url + paths.zones(camera.id), { headers, data: zones })];
  for (const data of [
    { kind: 'sensor', name: 'Front door', senses: 'opening', link: { via: 'webhook' } },
    { kind: 'siren', name: 'Siren', link: { via: 'webhook', url: 'https://siren.example.org/alarm' } },
  ]) {
    answers.push(
      await request.post(vedette.url + paths.devices, { headers, data: { siteId: camera.siteId, ...data } }),
    );
  }
  for (const answer of answers) if (!answer.ok()) throw new Error(await answer.text());
  return { cameraId: camera.id, siteId: camera.siteId };
}

async function save(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  // Pictures of cameras and incidents come after the page.
  await page.waitForFunction(() => [...document.images].every((image) => image.naturalWidth > 0));
  await page.screenshot({ path: new URL(`${name}.png`, import.meta.url).pathname, animations: 'disabled' });
}
