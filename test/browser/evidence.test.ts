// Evidence of an incident, in a real browser on the real program: a clip is downloaded, a letter sent to an authority.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import type { ZonesInput } from '../../src/http/contract/zones.ts';
import { mailServer } from '../servers/mail.ts';
import { administrator, eventually, setUp, startVedette, temporaryFolder } from '../servers/vedette.ts';
import { chromiumMissing, openChromium, openPage } from './chromium.ts';

const skip = chromiumMissing();
/** The demo camera has somebody walk in about once a minute. */
const incidentMs = 120_000;
/** Half a minute of film is decoded and encoded for clip and letter: at its own speed, or a few times slower beside other tests. */
const makingMs = 180_000;

/** The upper left quarter, drawn after the incident: a mask counts for what is taken out from now on. */
const mask: ZonesInput['zones'][number] = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  name: 'Neighbour',
  kind: 'mask',
  points: [
    { x: 0, y: 0 },
    { x: 0.5, y: 0 },
    { x: 0.5, y: 0.5 },
    { x: 0, y: 0.5 },
  ],
  objectKinds: [],
  armings: [],
  minHeight: 0,
  dwellSeconds: 0,
  direction: 'either',
};

test('a clip is downloaded, and a letter with clip and snapshot arrives from the incident page', {
  skip,
}, async (t) => {
  const { mails, port } = await mailServer(t);
  await using folder = await temporaryFolder();
  const smtp = { VEDETTE_SMTP_URL: `smtp://127.0.0.1:${port}` };
  await using vedette = await startVedette(folder.path, smtp);
  const admin = await setUp(vedette, { name: 'Yard', source: { kind: 'demo' } });
  const [site] = (await admin.call<Site[]>('GET', paths.sites)).body;
  assert.ok(site);
  await admin.call('PUT', paths.arming(site.id), { arming: 'armed-away' });
  const incident = await eventually('an incident', incidentMs, async () => {
    const [found] = (await admin.call<IncidentDetail[]>('GET', paths.incidents)).body;
    return found?.hasSnapshot === true ? found : null;
  });
  const cameraId = incident.cameras[0]?.id ?? '';
  const drawn = await admin.call('PUT', paths.zones(cameraId), { version: 0, zones: [mask] });
  assert.equal(drawn.status, 200, JSON.stringify(drawn.body));

  const browser = await openChromium();
  t.after(() => browser.close());
  const { page } = await openPage(browser, vedette.url, { expected: /401/ });
  await page.goto(`${vedette.url}/incidents/${incident.id}`);
  await page.getByLabel('E-mail').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.keyboard.press('Enter');

  await page.getByRole('button', { name: 'Download clip' }).click();
  await page.getByRole('checkbox', { name: 'Cover privacy masks', checked: true }).waitFor();
  await shot(page, 'clip');
  const downloading = page.waitForEvent('download', { timeout: makingMs });
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^Shop Yard \d{4}-\d\d-\d\d \d\d-\d\d-\d\d masked\.mp4$/);
  const file = await readFile(await download.path());
  assert.equal(file.toString('latin1', 4, 8), 'ftyp');
  await page.getByText(/was downloaded, with its privacy masks covered/).waitFor();
  await shot(page, 'done');
  await page.getByRole('checkbox', { name: 'Cover privacy masks' }).uncheck();
  const copying = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  assert.doesNotMatch((await copying).suggestedFilename(), /masked/);
  if (process.env.SHOTS !== undefined) await download.saveAs(`${process.env.SHOTS}/masked.mp4`);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  await page.getByRole('button', { name: 'Send to authority' }).click();
  await page.getByLabel('E-mail address').fill('weber@police.example, other@police.example');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText(/must be like name@example.org/).waitFor();
  await page.getByLabel('Office').fill('Police station 5');
  await page.getByLabel('E-mail address').fill('weber@police.example');
  await page.getByLabel('Their reference').fill('12/34');
  await page.getByLabel('Text', { exact: false }).last().fill('Somebody walked in.');
  await page.getByRole('checkbox', { name: 'Cover privacy masks', checked: true }).waitFor();
  await shot(page, 'dialog', page.getByRole('button', { name: 'Send', exact: true }));
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page
    .getByRole('list', { name: 'Sent to authorities' })
    .getByText(/^Sent/)
    .waitFor({ timeout: makingMs });
  await shot(page, 'page');

  const letter = mails.find(({ recipients }) => recipients.includes('weber@police.example'));
  assert.ok(letter, 'the letter arrived');
  const attached = [
    ...letter.raw
      .replace(/\r\n[ \t]+/g, ' ')
      .matchAll(/filename="?([^"\r\n;]+)"?[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/g),
  ];
  assert.deepEqual(
    attached.map(([, name = '']) => name.replace(/.*(\.mp4)$/, '$1')),
    ['snapshot.jpg', '.mp4', 'SHA256SUMS.txt'],
  );
  assert.match(attached[1]?.[1] ?? '', / masked\.mp4$/);
  const bytes = attached.map(([, , body = '']) => Buffer.from(body, 'base64'));
  const sums = bytes[2]?.toString() ?? '';
  for (const one of bytes.slice(0, 2)) {
    assert.ok(sums.includes(createHash('sha256').update(one).digest('hex')));
  }
});

/** Desktop and phone, light and dark, for who wants to look: SHOTS names a folder. */
async function shot(page: Page, name: string, shown?: Locator): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder === undefined) return;
  await page.screenshot({ path: `${folder}/${name}-desktop.png` });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await shown?.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${folder}/${name}-phone.png` });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}
