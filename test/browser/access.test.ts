// Who gets in, what they see there, and how it ends: in a real browser on the real program.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { paths } from '../../src/http/contract/paths.ts';
import type { InvitationCreated, Person } from '../../src/http/contract/people.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { administrator, clientOf } from '../servers/vedette.ts';
import { chromiumMissing } from './chromium.ts';
import {
  type Account,
  ageProof,
  called,
  type House,
  join,
  openHouse,
  openSignedIn,
  openUserMenu,
  openWatched,
  waitForDoor,
} from './house.ts';

const skip = chromiumMissing();
const parts = new AsyncDisposableStack();
let house: House;
let shop: Site;
let store: Site;

before(async () => {
  if (skip !== false) return;
  house = parts.use(await openHouse({ VEDETTE_SIGN_UP: 'open' }));
  store = await called<Site>(house.admin, 'POST', paths.sites, { name: 'Store', timeZone: 'Europe/Berlin' });
  const sites = await called<Site[]>(house.admin, 'GET', paths.sites);
  const found = sites.find(({ name }) => name === 'Shop');
  assert.ok(found);
  shop = found;
});

after(() => parts.disposeAsync());

test('an admin invites an owner to one of two sites; the link makes the account, and shows that site only', {
  skip,
}, async () => {
  const admin = await openSignedIn(house, administrator, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const link = await inviteOnPage(admin.page, 'olga@example.org', 'Store');
  assert.ok(link.startsWith(`${house.url}/invitation#`), link);

  const owner = await openWatched(house);
  await owner.page.goto(`${house.url}/invitation`);
  await owner.page.getByRole('heading', { name: 'The link is not whole' }).waitFor();
  // All of it, into the same tab: only what is after the # differs.
  await owner.page.goto(link);
  await owner.page.getByRole('heading', { name: 'Bakery' }).waitFor();
  await owner.page.getByText('invites you').waitFor();
  assert.equal(new URL(owner.page.url()).hash, '', 'the secret does not stay in the address bar');
  await owner.page.getByLabel('Your name').fill('Olga');
  await owner.page.getByLabel('Choose a password').fill('many loaves of bread');
  await owner.page.getByRole('button', { name: 'Accept and sign in' }).click();

  await owner.page.getByRole('heading', { name: 'Store' }).first().waitFor();
  assert.equal(await owner.page.getByText('Shop').count(), 0, 'another site is not shown');
  assert.equal(await owner.page.getByRole('link', { name: 'People' }).count(), 0);
  await owner.page.goto(`${house.url}/sites/${shop.id}`);
  await owner.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  assert.equal(await owner.page.getByText('Shop').count(), 0, 'nor at its address');

  // The same link again is worth nothing.
  const late = await openWatched(house);
  await late.page.goto(link);
  await late.page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  await admin.page.getByRole('button', { name: 'Done' }).click();
  await admin.page.reload();
  await rowOf(admin.page, 'Olga').getByText('Store').waitFor();
  for (const { faults } of [admin, owner, late]) assert.deepEqual(faults, []);
});

test('with an old proof a change of a role asks who one is; cancelling changes nothing, the password lets it through', {
  skip,
}, async () => {
  const vera = await join(house, { role: 'viewer', siteIds: [store.id] }, { name: 'Vera' });
  const anna = await join(house, { role: 'admin', siteIds: [] }, { name: 'Anna' });
  const { page, faults } = await openSignedIn(house, anna);
  await page.goto(`${house.url}/people`);
  await rowOf(page, 'Vera').getByText('Viewer').waitFor();
  await ageProof(house, page, anna);

  await page.getByRole('button', { name: 'Change Vera' }).click();
  await page.getByLabel('Role').selectOption('Manager');
  const question = page.getByRole('dialog', { name: 'Confirm that it is you' });
  const person = page.getByRole('dialog', { name: 'Vera' });
  await person.getByRole('button', { name: 'Save' }).click();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'hidden' });
  assert.equal(await roleOf(vera), 'viewer', 'cancelled: nothing is changed');
  assert.equal(await person.getByLabel('Role').inputValue(), 'manager', 'what was chosen is still there');

  await person.getByRole('button', { name: 'Save' }).click();
  await question.getByLabel('Your password').fill('not the password');
  await question.getByRole('button', { name: 'Confirm' }).click();
  await question.getByText(/password is wrong/i).waitFor();
  assert.equal(await roleOf(vera), 'viewer', 'a wrong password changes nothing');
  await question.getByLabel('Your password').fill(anna.password);
  await question.getByRole('button', { name: 'Confirm' }).click();
  await person.waitFor({ state: 'hidden' });
  await rowOf(page, 'Vera').getByText('Manager').waitFor();
  assert.equal(await roleOf(vera), 'manager');
  assert.deepEqual(faults, []);
});

test('the open page of a removed member shows nothing more within seconds', { skip }, async () => {
  const rita = await join(house, { role: 'owner', siteIds: [store.id] }, { name: 'Rita' });
  // React says on the console what the page says to Rita.
  const owner = await openSignedIn(house, rita, { expected: /status of 4|belongs to no organization/ });
  await owner.page.getByRole('heading', { name: 'Store' }).first().waitFor();

  const admin = await openSignedIn(house);
  await admin.page.goto(`${house.url}/people`);
  await admin.page.getByRole('button', { name: 'Change Rita' }).click();
  await admin.page.getByRole('button', { name: 'Remove…' }).click();
  await admin.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await rowOf(admin.page, 'Rita').waitFor({ state: 'detached' });

  // Nobody touches the page.
  await owner.page.getByText('Store').first().waitFor({ state: 'detached' });
  await owner.page.getByRole('button', { name: 'Sign out' }).click();
  await waitForDoor(owner.page);
  for (const { faults } of [admin, owner]) assert.deepEqual(faults, []);
});

test('who belongs to two organizations goes over from one to the other, and sees one at a time', {
  skip,
}, async () => {
  const sam = await join(house, { role: 'manager', siteIds: [] }, { name: 'Sam' });
  const link = await invitedToAnother(sam.email);

  const { page, faults } = await openSignedIn(house, sam);
  await page.goto(link);
  await page.getByRole('button', { name: 'Accept as Sam' }).click();
  await page.getByRole('heading', { name: 'Forge' }).first().waitFor();
  assert.equal(await page.getByText('Shop').count(), 0);

  await openUserMenu(page);
  await page
    .getByRole('list', { name: 'Organizations' })
    .getByRole('button', { name: /Bakery/ })
    .click();
  await page.getByRole('heading', { name: 'Shop' }).first().waitFor();
  assert.equal(await page.getByText('Forge').count(), 0);
  await page.reload();
  await page.getByRole('heading', { name: 'Shop' }).first().waitFor();
  assert.deepEqual(faults, []);
});

/** Invites an owner to one site, and copies the link as a person would. */
async function inviteOnPage(page: Page, email: string, site: string): Promise<string> {
  await page.goto(`${house.url}/people`);
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Role').selectOption('Owner');
  await page.getByRole('checkbox', { name: site }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await page.getByRole('button', { name: 'Copy the link: copied' }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

/** The link of an invitation to "Smithy", which somebody else made with a site "Forge". */
async function invitedToAnother(email: string): Promise<string> {
  const smith = clientOf(house.vedette.url);
  await called(smith, 'POST', paths.signUp, {
    name: 'Wayland',
    email: 'wayland@example.org',
    password: 'hammer and tongs',
    organizationName: 'Smithy',
    siteName: 'Forge',
    timeZone: 'Europe/London',
  });
  const invitation = { email, role: 'manager', siteIds: [] };
  return (await called<InvitationCreated>(smith, 'POST', paths.invitations, invitation)).link;
}

function rowOf(page: Page, name: string) {
  return page.getByRole('row').filter({ hasText: name });
}

async function roleOf({ email }: Account): Promise<string | undefined> {
  const people = await called<Person[]>(house.admin, 'GET', paths.people);
  return people.find((person) => person.email === email)?.role;
}
