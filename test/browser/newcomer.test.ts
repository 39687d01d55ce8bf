// The first minutes of a newcomer, in a real browser on the real program.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { administrator, startVedette, temporaryFolder, type Vedette } from '../servers/vedette.ts';
import { chromiumMissing, openChromium, openPage, type WatchedPage } from './chromium.ts';
import { armAway, plays, setUpThroughPages } from './newcomer.ts';

const skip = chromiumMissing();
const parts = new AsyncDisposableStack();
let browser: Browser;
let vedette: Vedette;

before(async () => {
  if (skip !== false) return;
  const folder = parts.use(await temporaryFolder());
  vedette = parts.use(await startVedette(folder.path));
  browser = await openChromium();
  parts.defer(() => browser.close());
});

after(() => parts.disposeAsync());

async function signedIn(options: Parameters<typeof openPage>[2] = {}): Promise<WatchedPage> {
  const opened = await openPage(browser, vedette.url, { expected: /401/, ...options });
  const { page } = opened;
  await page.goto(vedette.url);
  await page.getByLabel('E-mail').fill(administrator.email);
  await page.getByLabel('Password').fill(administrator.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return opened;
}

test('a wrong setup link is told before anything is filled in', { skip }, async () => {
  const { page, faults } = await openPage(browser, vedette.url, { expected: /403/ });
  await page.goto(`${vedette.url}/setup?token=wrong`);
  await page.getByRole('heading', { name: 'This link does not fit' }).waitFor();
  assert.deepEqual(faults, []);
});

test('a newcomer sets up, sees the live picture, arms, and plays the clip of the incident while it grows', {
  skip,
}, async () => {
  const { page, faults } = await openPage(browser, vedette.url);
  await setUpThroughPages(page, vedette.setupUrl ?? '');
  await armAway(page);
  await page
    .getByText(/^Armed/)
    .first()
    .waitFor();

  await page
    .getByRole('link', { name: /demo|yard/i })
    .first()
    .click();
  await plays(page, 2);
  assert.ok((await page.getByRole('slider').count()) > 0, 'the time line can be scrubbed with the keyboard');

  // The demo person walks in within the first minutes and the page says so, wherever one is.
  await page.getByRole('link', { name: 'Watch' }).first().click({ timeout: 120_000 });
  await page.getByRole('heading', { name: /person at home/i }).waitFor();
  await plays(page, 2);
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByRole('button', { name: 'Just a test' }).click();
  await page.getByRole('status').getByText(/test/i).waitFor();
  assert.deepEqual(faults, []);
});

test('a wrong password is refused in a sentence, the right one opens the overview', { skip }, async () => {
  const { page, faults } = await openPage(browser, vedette.url, { expected: /401/ });
  await page.goto(vedette.url);
  await page.getByLabel('E-mail').fill(administrator.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('E-mail or password is wrong.').waitFor();
  await page.getByLabel('Password').fill(administrator.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  assert.deepEqual(faults, []);
});

test('a dialog begins at its first field, and gives the focus back', { skip }, async () => {
  const { page, faults } = await signedIn();
  await page.getByRole('button', { name: 'Add site' }).press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('dialog input') === true);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.textContent === 'Add site');
  assert.deepEqual(faults, []);
});

test('what the server refuses to decrypt is not left on screen, and it says why', { skip }, async () => {
  const { page } = await signedIn();
  const detail = 'The key for this was destroyed.';
  const problem = { type: 'about:blank', title: detail, status: 410, code: 'key-destroyed', detail };
  await page.route(/\/key$/, (route) => route.fulfill({ status: 410, json: problem }));
  await page
    .getByRole('link', { name: /demo|yard/i })
    .first()
    .click();
  await page.getByRole('status').getByText(detail).waitFor();
  await page.locator('video').waitFor({ state: 'hidden' });
});

test('a used setup link leads to the sign-in', { skip }, async () => {
  const { page } = await openPage(browser, vedette.url);
  await page.goto(vedette.setupUrl ?? '');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('Password').waitFor();
});

test('on a phone nothing is wider than the screen', { skip }, async () => {
  const { page } = await signedIn({ viewport: { width: 390, height: 844 } });
  const incidentId = await page.evaluate(async () => {
    const incidents: { id: string }[] = await (await fetch('/api/v1/incidents')).json();
    const id = incidents[0]?.id ?? '';
    // One that is open has the most to press.
    await fetch(`/api/v1/incidents/${id}/reopen`, { method: 'POST' });
    return id;
  });
  for (const [path, heading] of [
    ['/', 'Overview'],
    ['/incidents', 'Incidents'],
    [`/incidents/${incidentId}`, /at Home/],
    ['/my-alerts', /./],
    ['/reports', 'Reports'],
    ['/alerts', 'Alerts'],
  ] as const) {
    await page.goto(vedette.url + path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.getByText('Loading').waitFor({ state: 'detached' });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${path} is ${overflow} px wider than the phone`);
  }
});
