// The list of incidents, the duty screen and the reports: in a real browser on the real program.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { paths } from '../../src/http/contract/paths.ts';
import type { Camera } from '../../src/core/site/camera.ts';
import { type Folder, openFolder } from '../houses/many-incidents.ts';
import * as rows from '../houses/rows.ts';
import { chromiumMissing } from './chromium.ts';
import { called, type House, openHouse, openSignedIn } from './house.ts';

const skip = chromiumMissing();
const parts = new AsyncDisposableStack();
const dayMs = 86_400_000;
let house: House;
let folder: Folder;
let gate: Camera;
let ada: Parameters<Folder['addResolved']>[2]['by'];

before(async () => {
  if (skip !== false) return;
  house = parts.use(await openHouse());
  folder = parts.use(await openFolder(house.folder));
  const [bakery] = await folder.records.organizations.page(null, 1);
  assert.ok(bakery);
  const [shop] = await folder.records.sites.list(bakery.id);
  const [admin] = await folder.records.members.list(bakery.id);
  assert.ok(shop !== undefined && admin !== undefined);
  ada = admin.id;
  // Switched off: nothing but these tests makes incidents.
  gate = rows.camera(shop, { id: rows.id(), name: 'Gate', enabled: false });
  await folder.records.cameras.insert(gate);
});

after(() => parts.disposeAsync());

test('incidents are filtered, selected from one to another, and acknowledged at once; what cannot be is told', {
  skip,
}, async () => {
  const low = { severity: 'low' } as const;
  for (let minutes = 1; minutes <= 35; minutes += 1) await folder.add(gate, minutes * 60_000, low);
  const high = await folder.add(gate, 40 * 60_000, { severity: 'high' });
  const { page, faults } = await openSignedIn(house);
  await page.goto(`${house.url}/incidents`);
  await ticks(page).nth(29).waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await ticks(page).nth(35).waitFor();
  assert.equal(await ticks(page).count(), 36, 'no page skips one or shows one twice');

  await page.getByLabel('Severity').selectOption('High');
  await ticks(page).nth(1).waitFor({ state: 'detached' });
  assert.equal(new URL(page.url()).searchParams.get('severity'), 'high');
  await page.getByLabel('Severity').selectOption('Low');
  await ticks(page).nth(4).waitFor();

  await ticks(page).nth(0).check();
  await ticks(page)
    .nth(3)
    .click({ modifiers: ['Shift'] });
  await page.getByText('4 incidents selected').waitFor();
  // One comes meanwhile, and the list is read again: the selection stays.
  const [chosen] = await folder.records.incidents.list({ organizationId: gate.organizationId, limit: 1 });
  assert.ok(chosen);
  const newest = await folder.add(gate, 1_000, low);
  await called(house.admin, 'POST', paths.acknowledge(high.id));
  await page.locator(`a.incident-row[href="/incidents/${newest.id}"]`).waitFor();
  await page.getByText('4 incidents selected').waitFor();
  // Somebody else is faster with one of them.
  await folder.records.incidents.update({ ...chosen, state: 'resolved', resolution: 'test' }, 'open');
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
  await page.getByText('3 acknowledged, 1 not').waitFor();
  await page
    .getByText(/resolved/)
    .first()
    .waitFor();
  assert.deepEqual(faults, []);
});

test('on the duty screen a new incident appears by itself and sounds until one key acknowledges it', {
  skip,
}, async () => {
  const { organizationId } = gate;
  for (const left of await folder.records.incidents.list({ organizationId, limit: 100 })) {
    if (left.state === 'resolved') continue;
    await folder.records.incidents.update({ ...left, state: 'resolved', resolution: 'test' }, left.state);
  }
  const { page, faults } = await openSignedIn(house);
  await page.addInitScript(countTones);
  await page.clock.install();
  await page.goto(`${house.url}/duty`);
  await page.getByRole('heading', { name: 'All quiet' }).waitFor();
  await page.keyboard.press('Shift');
  await page.getByText('Sound is off.').waitFor({ state: 'detached' });
  assert.equal(await tones(page), 0, 'nothing sounds while all is quiet');

  await folder.add(gate, 0, { severity: 'high', endAt: null });
  await page.getByRole('heading', { name: 'Person at Shop' }).waitFor();
  await page.waitForFunction(() => document.title.startsWith('(1) Duty'));
  // Again and again: six tones each time.
  await page.waitForFunction(() => Number(document.documentElement.dataset.tones) > 12);

  await page.keyboard.press('m');
  await page.getByText('Sound is muted.').waitFor();
  await page.keyboard.press('m');
  await page.keyboard.press('a');
  await page.getByRole('heading', { name: 'All quiet' }).waitFor();
  const [acknowledged] = await folder.records.incidents.list({ organizationId, limit: 1 });
  assert.deepEqual([acknowledged?.state, acknowledged?.assigneeId], ['acknowledged', ada]);
  const silent = await tones(page);
  // Longer than the pause between two signals, shorter than what makes a connection lost.
  await page.clock.runFor(6_000);
  assert.equal(await tones(page), silent, 'it is silent once somebody looks after it');
  assert.deepEqual(faults, []);
});

test('fifty incidents at once stand on the wall, the most severe first, and the connection is watched', {
  skip,
}, async () => {
  for (let one = 0; one < 50; one += 1) {
    await folder.add(gate, one * 1_000, { severity: one === 30 ? 'high' : 'normal' });
  }
  const { page } = await openSignedIn(house, undefined, { expected: /./ });
  await page.goto(`${house.url}/duty`);
  await page.getByText('50 to acknowledge').waitFor();
  await page
    .getByRole('button', { name: /Look at Person at Shop/ })
    .nth(49)
    .waitFor();
  const first = page.locator('.duty-stage');
  assert.equal(await first.getAttribute('data-severity'), 'high');
  // Who speaks to the computer switches letters off; keys with a name stay.
  await page.evaluate(() => localStorage.setItem('vedette-letter-keys', 'off'));
  await page.keyboard.press('j');
  assert.equal(await first.getAttribute('data-severity'), 'high');
  await page.evaluate(() => localStorage.removeItem('vedette-letter-keys'));
  await page.keyboard.press('j');
  await page.waitForFunction(
    () => document.querySelector('.duty-stage')?.getAttribute('data-severity') === 'normal',
  );
  await page.context().setOffline(true);
  await page.getByText('Connection lost.').waitFor({ timeout: 12_000 });
  await page.context().setOffline(false);
  await page.getByText('Connection lost.').waitFor({ state: 'detached' });
});

test('a report draws false alarms by camera and week, and gives them as a file', { skip }, async () => {
  for (const [days, resolution] of [
    [1, 'false-alarm'],
    [8, 'false-alarm'],
    [9, 'intrusion'],
  ] as const) {
    await folder.addResolved(gate, days * dayMs, { resolution, by: ada, waitMs: 42_000 });
  }
  const { page, faults } = await openSignedIn(house);
  await page.goto(`${house.url}/reports`);
  await page.getByRole('rowheader', { name: /Gate/ }).waitFor();
  await page.getByRole('img', { name: /False alarms among all/ }).waitFor();
  assert.equal(await page.getByRole('table', { name: /False alarms of all incidents/ }).count(), 1);
  await page.getByText('A year', { exact: true }).click();
  await page.waitForFunction(() => document.querySelectorAll('.heat thead th').length === 54);
  assert.equal(new URL(page.url()).searchParams.get('weeks'), '52');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download CSV' }).click();
  assert.match((await download).suggestedFilename(), /\.csv$/);
  assert.deepEqual(faults, []);
});

const ticks = (page: Page) => page.getByRole('checkbox', { name: /Select the incident/ });

const tones = (page: Page) => page.evaluate(() => Number(document.documentElement.dataset.tones ?? 0));

/** Runs in the page before it does: counts the tones that are started. */
function countTones(): void {
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function count(this: OscillatorNode, when?: number) {
    const { dataset } = document.documentElement;
    dataset.tones = String(Number(dataset.tones ?? 0) + 1);
    return start.call(this, when);
  };
}
