// The ways of signing in beside the password: passkeys, second factors and providers, in a real browser.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { totpCode } from '../../src/adapters/better-auth/totp.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { InvitationCreated } from '../../src/http/contract/people.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { startOpenIdProvider } from '../servers/openid-provider.ts';
import { chromiumMissing } from './chromium.ts';
import {
  type Account,
  called,
  enterPassword,
  type House,
  join,
  openHouse,
  openSignedIn,
  openWatched,
  signOutOnPage,
  waitForDoor,
} from './house.ts';

const skip = chromiumMissing();
const parts = new AsyncDisposableStack();
let house: House;

before(async () => {
  if (skip !== false) return;
  house = parts.use(await openHouse({ VEDETTE_ALLOW_PRIVATE_PROVIDERS: 'true' }));
});

after(() => parts.disposeAsync());

test('a passkey is added in the account, signs in without a password, and opens nothing once it is removed', {
  skip,
}, async () => {
  const paul = await join(house, { role: 'manager', siteIds: [] }, { name: 'Paul' });
  const { page, faults } = await openSignedIn(house, paul);
  await addAuthenticator(page);
  await page.goto(`${house.url}/account`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Phone of Paul');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Remove Phone of Paul' }).waitFor();

  await signOutOnPage(page);
  await signInWithPasskey(page);
  await waitForOverview(page);

  await page.goto(`${house.url}/account`);
  await page.getByRole('button', { name: 'Remove Phone of Paul' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('None yet.').waitFor();
  await signOutOnPage(page);
  await signInWithPasskey(page);
  await page
    .getByRole('alert')
    .getByText(/passkey/i)
    .waitFor();
  assert.deepEqual(faults, []);
});

test('a second factor is asked for after the password; a wrong code is told, and a recovery code works once', {
  skip,
}, async () => {
  const tina = await join(house, { role: 'manager', siteIds: [] }, { name: 'Tina' });
  const { page, faults } = await openSignedIn(house, tina);
  const { key, recoveryCode } = await setUpSecondFactor(page);

  await signOutOnPage(page);
  await enterPassword(page, tina);
  const code = page.getByLabel('Code from your app');
  await code.fill(wrongCode(key));
  await page.getByText(/code is wrong/i).waitFor();
  // A code counts once: the one of the setup is spent, and the next one counts as well.
  await code.fill(codeOf(key, 1));
  await waitForOverview(page);

  await signOutOnPage(page);
  await enterRecoveryCode(page, tina, recoveryCode);
  await waitForOverview(page);
  await signOutOnPage(page);
  await enterRecoveryCode(page, tina, recoveryCode);
  await page.getByText(/code is wrong/i).waitFor();
  assert.deepEqual(faults, []);
});

test('a person of a connected domain signs in at the provider, gets the role of their claim, and is out when they sign out there', {
  skip,
}, async () => {
  await using provider = await startOpenIdProvider({
    people: [
      { sub: 'carol', email: 'carol@acme.example', email_verified: true, name: 'Carol', groups: ['guards'] },
      { sub: 'dora', email: 'dora@acme.example', email_verified: true, name: 'Dora' },
    ],
  });
  const admin = await openSignedIn(house);
  const addresses = await connectOnPage(admin.page, provider.issuer);
  provider.setClient({
    clientId: 'vedette',
    clientSecret,
    redirectUris: [addresses.redirectUri],
    backChannelLogoutUri: addresses.backChannelLogoutUri,
    postLogoutUris: [`${house.url}/sign-in`],
  });

  const { page, faults } = await openWatched(house);
  await page.goto(house.url);
  await page.getByRole('button', { name: 'Sign in with your organization' }).click();
  await page.getByLabel('E-mail at work').fill('carol@acme.example');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Bakery' }).waitFor();
  await page.getByRole('button', { name: 'Continue to Acme' }).click();
  await signInThere(page, 'carol@acme.example');

  await admin.page.goto(`${house.url}/people`);
  await admin.page.getByRole('row').filter({ hasText: 'Carol' }).getByText('Manager').waitFor();

  // Who is invited at such an address is led to the provider, and chooses no password.
  const guest = await openWatched(house);
  await guest.page.goto(await invite('dora@acme.example'));
  await guest.page.getByRole('button', { name: 'Sign in with Acme' }).click();
  await signInThere(guest.page, 'dora@acme.example');
  await admin.page.reload();
  await admin.page.getByRole('row').filter({ hasText: 'Dora' }).getByText('Viewer').waitFor();

  // Nobody touches the page.
  await provider.signOut('carol@acme.example');
  await waitForDoor(page);
  const elsewhere = faults.filter((fault) => fault !== `request to ${provider.issuer}`);
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(admin.faults, []);
});

async function signInThere(page: Page, email: string): Promise<void> {
  await page.getByRole('heading', { name: 'Provider' }).waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await waitForOverview(page);
}

/** The link of an invitation as viewer of all sites that there are. */
async function invite(email: string): Promise<string> {
  const sites = await called<Site[]>(house.admin, 'GET', paths.sites);
  const input = { email, role: 'viewer', siteIds: sites.map(({ id }) => id) };
  return (await called<InvitationCreated>(house.admin, 'POST', paths.invitations, input)).link;
}

const clientSecret = 'a secret between the two of them';

/** Connects the provider in the organization page; what the page says is to be registered there. */
async function connectOnPage(page: Page, issuer: string) {
  await page.goto(`${house.url}/organization`);
  await page.getByRole('button', { name: 'Add provider' }).click();
  const form = page.getByRole('dialog', { name: 'Add a provider' });
  await form.getByLabel('Name', { exact: true }).fill('Acme');
  await form.getByLabel('Issuer').fill(issuer);
  await form.getByLabel('Client id').fill('vedette');
  await form.getByLabel('Client secret').fill(clientSecret);
  await form.getByLabel('E-mail domains').fill('acme.example');
  await form.getByLabel('Role of new people').selectOption('Viewer');
  await form.getByLabel('Claim for the role').fill('groups');
  await form.getByRole('button', { name: 'Add a value' }).click();
  await form.getByLabel('Value 1', { exact: true }).fill('guards');
  await form.getByLabel('Role of value 1').selectOption('Manager');
  await form.getByRole('button', { name: 'Add provider' }).click();
  const connected = page.getByRole('dialog', { name: 'Acme is connected' });
  await connected.getByRole('button', { name: 'Copy the logout address' }).waitFor();
  const [redirectUri = '', backChannelLogoutUri = ''] = await connected.locator('code').allInnerTexts();
  return { redirectUri, backChannelLogoutUri };
}

/** A fingerprint reader inside of the device (Web Authentication, WebDriver extension capability). */
async function addAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function signInWithPasskey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
}

async function waitForOverview(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
}

/** Sets one up in the account, with the key that the page shows to who cannot scan. */
async function setUpSecondFactor(page: Page) {
  await page.goto(`${house.url}/account`);
  await page.getByRole('button', { name: 'Set up a second factor' }).click();
  await page.getByText('Cannot scan it?').click();
  const shown = await page.locator('details code').innerText();
  const key = fromBase32(shown.replaceAll(' ', ''));
  await page.getByLabel('Code from your app').fill(codeOf(key, 0));
  const codes = page.getByRole('list', { name: 'Recovery codes' });
  const recoveryCode = await codes.getByRole('listitem').first().innerText();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: 'Switch the second factor off' }).waitFor();
  return { key, recoveryCode };
}

async function enterRecoveryCode(page: Page, account: Account, code: string): Promise<void> {
  await enterPassword(page, account);
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** What an app shows now, or `ahead` steps of 30 s later. */
function codeOf(key: Uint8Array, ahead: number): string {
  return totpCode(key, Math.floor(Date.now() / 30_000) + ahead);
}

/** A code that an app does not show within the next minute, nor did within the last. */
function wrongCode(key: Uint8Array): string {
  const near = new Set([-3, -2, -1, 0, 1, 2, 3].map((ahead) => codeOf(key, ahead)));
  return (
    ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find(
      (code) => !near.has(code),
    ) ?? ''
  );
}

/** RFC 4648 §6, as authenticator apps read it. */
function fromBase32(text: string): Uint8Array {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}
