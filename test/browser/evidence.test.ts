// Evidence of an incident, in a real browser on the real program: a clip is downloaded, a letter sent to an authority.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { IncidentDetail } from '../../src/http/contract/incidents.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { mailServer } from '../servers/mail.ts';
import { administrator, eventually, setUp, startVedette, temporaryFolder } from '../servers/vedette.ts';
import { chromiumMissing, openChromium, openPage } from './chromium.ts';

const skip = chromiumMissing();
/** The demo camera has somebody walk in about once a minute. */
const incidentMs = 120_000;

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

  const browser = await openChromium();
  t.after(() => browser.close());
  const { page } = await openPage(browser, vedette.url, { expected: /401/ });
  await page.goto(`${vedette.url}/incidents/${incident.id}`);
  await page.getByLabel('E-mail').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.keyboard.press('Enter');

  await page.getByRole('button', { name: 'Download clip' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download', exact: true }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^Shop Yard \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.mp4$/);
  const file = await readFile(await download.path());
  assert.equal(file.toString('latin1', 4, 8), 'ftyp');
  await page.getByText(/was downloaded/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();

  await page.getByRole('button', { name: 'Send to authority' }).click();
  await page.getByLabel('E-mail address').fill('weber@police.example, other@police.example');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText(/must be like name@example.org/).waitFor();
  await page.getByLabel('Office').fill('Police station 5');
  await page.getByLabel('E-mail address').fill('weber@police.example');
  await page.getByLabel('Their reference').fill('12/34');
  await page.getByLabel('Text', { exact: false }).last().fill('Somebody walked in.');
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/dialog.png` });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('list', { name: 'Sent to authorities' }).getByText(/^Sent/).waitFor();
  if (process.env.SHOTS !== undefined) {
    await page.screenshot({ path: `${process.env.SHOTS}/page.png`, fullPage: true });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: `${process.env.SHOTS}/phone.png`, fullPage: true });
  }

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
  const bytes = attached.map(([, , body = '']) => Buffer.from(body, 'base64'));
  const sums = bytes[2]?.toString() ?? '';
  for (const one of bytes.slice(0, 2)) {
    assert.ok(sums.includes(createHash('sha256').update(one).digest('hex')));
  }
});
