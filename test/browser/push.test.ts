// Notifications in a real browser: what the server pushes is shown, once, and leads to the incident.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { pushPayload } from '../../src/adapters/webpush/notifier.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { openPushEndpoint } from '../servers/push-endpoint.ts';
import { administrator, eventually } from '../servers/vedette.ts';
import { chromiumMissing } from './chromium.ts';
import { called, enterPassword, type House, openHouse, patienceMs } from './house.ts';

const skip = chromiumMissing();
const parts = new AsyncDisposableStack();
let house: House;
let context: BrowserContext;
let page: Page;
let devTools: CDPSession;
let registrationId: string;

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly actions: readonly string[];
  readonly silent: boolean | null;
}

/** A profile of its own, on disk: browsers show no notifications to private windows. */
before(async () => {
  if (skip !== false) return;
  house = parts.use(await openHouse({ VEDETTE_ALLOW_PRIVATE_PUSH: 'true' }));
  const profile = await mkdtemp(join(tmpdir(), 'vedette-profile-'));
  parts.defer(() => rm(profile, { recursive: true, force: true }));
  context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
    viewport: { width: 1440, height: 900 },
  });
  parts.defer(() => context.close());
  await context.grantPermissions(['notifications'], { origin: house.url });
  page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(patienceMs);
  await page.goto(house.url);
  await enterPassword(page, administrator);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  devTools = await context.newCDPSession(page);
  const registered = Promise.withResolvers<string>();
  devTools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const found = registrations.find(({ isDeleted }) => !isDeleted);
    if (found !== undefined) registered.resolve(found.registrationId);
  });
  await devTools.send('ServiceWorker.enable');
  await page.evaluate(async () => {
    await navigator.serviceWorker.register('/push-worker.js', { scope: '/' });
    await navigator.serviceWorker.ready;
  });
  registrationId = await registered.promise;
});

after(() => parts.disposeAsync());

async function push(data: string): Promise<void> {
  await devTools.send('ServiceWorker.deliverPushMessage', { origin: house.url, registrationId, data });
}

/** Notifications that show now, once there are `count`. */
function shown(count: number): Promise<readonly Shown[]> {
  return eventually('the notification shows', patienceMs, async () => {
    const all = await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const notifications = await registration.getNotifications();
      return notifications.map((each) => ({
        title: each.title,
        body: each.body,
        tag: each.tag,
        silent: each.silent,
        actions: Reflect.get(each, 'actions').map(({ action }: { action: string }) => action),
      }));
    });
    return all.length === count ? all : null;
  });
}

const alert = {
  idempotencyKey: 'key-1',
  title: 'Person at Bakery · Yard',
  text: 'A person was seen at Bakery by Yard.',
  short: '',
  spoken: '',
  subject: '01a101a2-aa00-7225-a430-f1f712c93dbb',
  url: 'https://cams.example.org/incidents/01a101a2-aa00-7225-a430-f1f712c93dbb',
  data: {},
  snapshot: null,
} as const;

test('what is pushed shows with its words and its two buttons; the same again shows once, without a sound', {
  skip,
}, async () => {
  await push(pushPayload(alert));
  const [first = assert.fail()] = await shown(1);
  assert.deepEqual(first, {
    title: alert.title,
    body: alert.text,
    tag: alert.subject,
    actions: ['open', 'acknowledge'],
    silent: false,
  });
  await push(pushPayload(alert));
  await push(pushPayload({ ...alert, subject: 'another', idempotencyKey: 'key-2' }));
  const all = await shown(2);
  assert.equal(all.find(({ tag }) => tag === alert.subject)?.silent, true);
  await push(pushPayload({ ...alert, idempotencyKey: 'key-3', title: 'News: Person at Bakery' }));
  const news = await eventually('the news replaces it', patienceMs, async () => {
    const found = (await shown(2)).find(({ tag }) => tag === alert.subject);
    return found?.title.startsWith('News') === true ? found : null;
  });
  assert.equal(news.silent, false);
});

test('what cannot be read is a notification too, and leads nowhere else', { skip }, async () => {
  await push('not json');
  await push(JSON.stringify({ title: 'Evil', text: 'x', url: 'https://evil.example/', tag: 'evil' }));
  const all = await shown(4);
  assert.ok(all.some(({ title }) => title === 'Vedette'));
  const url = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const [evil] = await registration.getNotifications({ tag: 'evil' });
    return evil?.data.url;
  });
  assert.equal(url, '/');
});

test('acknowledging from a notification asks the server, and says why where it refuses', {
  skip,
}, async () => {
  const [worker] = context.serviceWorkers();
  assert.ok(worker !== undefined);
  const asked: string[] = [];
  await context.route('**/api/v1/incidents/*/acknowledge', async (route) => {
    asked.push(`${route.request().method()} ${new URL(route.request().url()).pathname}`);
    await route.fulfill({
      status: 409,
      json: { detail: 'Somebody else takes care of this incident already.' },
    });
  });
  const click = (action: string) =>
    worker.evaluate(
      async ([tag, chosen]) => {
        const registration: ServiceWorkerRegistration = Reflect.get(globalThis, 'registration');
        const [notification] = await registration.getNotifications({ tag: String(tag) });
        const make = Reflect.get(globalThis, 'NotificationEvent');
        const init = { notification, action: chosen };
        globalThis.dispatchEvent(Reflect.construct(make, ['notificationclick', init]));
      },
      [alert.subject, action],
    );
  await click('acknowledge');
  await eventually('it says why it was not acknowledged', patienceMs, async () => {
    const found = (await shown(4)).find(({ title }) => title === 'Not acknowledged');
    return found?.body === 'Somebody else takes care of this incident already.' ? found : null;
  });
  assert.deepEqual(asked, [`POST /api/v1/incidents/${alert.subject}/acknowledge`]);
});

test('a browser that subscribed is sent an alert that its keys open, and the page shows and removes it', {
  skip,
}, async () => {
  const endpoint = await openPushEndpoint();
  try {
    await called(house.admin, 'POST', paths.pushDevices, { ...endpoint.subscribe(), name: 'Kitchen tablet' });
    await page.goto(`${house.url}/my-alerts`);
    await page.getByText('Kitchen tablet').waitFor();
    await page.getByText('You are told by notification').waitFor();
    await page.getByRole('button', { name: 'Test: Notification' }).click();
    await page.getByText('The test is on its way').waitFor();
    assert.match(endpoint.arrivals[0]?.text ?? '', /Test alert from Vedette/);
    assert.deepEqual(endpoint.faults, []);
    await page.getByRole('button', { name: 'No more notifications on Kitchen tablet' }).click();
    await page.getByText('No browser yet.').waitFor();
  } finally {
    await endpoint.close();
  }
});

test('channels are put in order, hours painted and quiet hours set by keyboard alone, and are there after', {
  skip,
}, async () => {
  await page.goto(`${house.url}/my-alerts`);
  await page.getByRole('button', { name: 'E-mail: arrow keys change its place' }).press('ArrowUp');
  await page.getByText('E-mail is now number 1 of 2.').waitFor({ state: 'attached' });
  await page.getByRole('switch', { name: 'At any hour' }).press('Space');
  const monday = page.getByRole('button', { name: 'Monday 08:00' });
  await monday.focus();
  const before = await monday.getAttribute('aria-pressed');
  await monday.press('Space');
  assert.notEqual(await monday.getAttribute('aria-pressed'), before);
  await monday.press('ArrowRight');
  await page.getByRole('button', { name: 'Monday 09:00' }).press('Space');
  await page.getByRole('switch', { name: 'Quiet hours' }).press('Space');
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter');
  await page.getByText('Saved.').waitFor();
  await page.reload();
  await page.getByLabel('Quiet from 22:00 to 07:00').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Monday 09:00' }).getAttribute('aria-pressed'), 'true');
  const order = await page.locator('.order-row strong').allInnerTexts();
  assert.deepEqual(order.slice(0, 2), ['E-mail', 'Notification']);
});
