// Image sources in a real browser, where there is Kafka: made, its secret shown once and copied, renewed, removed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ImageSources } from '../../src/http/contract/organization.ts';
import { paths } from '../../src/http/contract/paths.ts';
import { clusterIsMissing, startCluster } from '../servers/cluster.ts';
import { administrator, setUp } from '../servers/vedette.ts';
import { chromiumMissing, openChromium } from './chromium.ts';
import { called, freePort, openSignedIn } from './house.ts';

test('a source is made, its secret is shown once and copied, renewed, and it is removed', {
  skip: clusterIsMissing || chromiumMissing(),
  timeout: 300_000,
}, async () => {
  await using cluster = await startCluster();
  const port = String(await freePort());
  const vedette = await cluster.start('http', { VEDETTE_PORT: port });
  const admin = await setUp(vedette, null);
  await using browser = await openChromium();
  const house = { url: `http://localhost:${port}`, browser };
  const { page, faults } = await openSignedIn(house, administrator, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const dialog = page.getByRole('dialog');
  const copied = async () => {
    const secret = dialog.locator('.secret code');
    await secret.waitFor();
    await dialog.getByRole('button', { name: 'Copy the secret' }).click();
    await dialog.getByRole('button', { name: 'Copy the secret: copied' }).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(text, await secret.textContent());
    assert.match(text, /^vds_/);
    return text;
  };
  await page.goto(`${house.url}/organization`);
  const section = page.getByRole('region', { name: 'Image sources' });
  await section.getByText('vedette.images').waitFor();
  await section.getByRole('button', { name: 'Add a source' }).press('Enter');

  // Nothing is made of a form that is not filled in.
  await dialog.getByRole('button', { name: 'Add the source' }).click();
  await dialog.getByText('The name is missing.').waitFor();
  assert.equal(await dialog.getByLabel('Name').getAttribute('aria-invalid'), 'true');
  await dialog.getByLabel('Name').fill('Gatehouse');
  await dialog.getByText('Some sites').click();
  await dialog.getByRole('button', { name: 'Add the source' }).click();
  await dialog.getByText('Choose at least one site, or every site.').waitFor();
  await dialog.getByLabel('Shop').check();
  await dialog.getByRole('button', { name: 'Add the source' }).click();

  const first = await copied();
  // What is shown once is not closed by a click beside it.
  await page.mouse.click(5, 5);
  assert.equal(await dialog.count(), 1);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();
  await section.getByText('Shop · by Ada').waitFor();
  await section.getByText('never used').waitFor();
  assert.equal(await section.getByText(first).count(), 0);

  await section.getByRole('button', { name: 'Renew the secret of Gatehouse' }).click();
  await dialog.getByText('Stop the sender first').waitFor();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await section.getByRole('button', { name: 'Renew the secret of Gatehouse' }).click();
  await dialog.getByRole('button', { name: 'Renew', exact: true }).click();
  assert.notEqual(await copied(), first);
  await dialog.getByRole('button', { name: 'I have kept it' }).click();

  await section.getByRole('button', { name: 'Remove Gatehouse' }).click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await section.getByText('nothing is taken from the topic').waitFor();
  assert.deepEqual(ImageSources.parse(await called(admin, 'GET', paths.imageSources)).sources, []);
  assert.deepEqual(faults, []);
});
