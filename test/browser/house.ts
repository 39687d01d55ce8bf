// A program with a browser before it, and people who can sign in: what the tests of access begin with.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, Page } from 'playwright-core';
import { paths } from '../../src/http/contract/paths.ts';
import type { InvitationCreated, InvitationInput } from '../../src/http/contract/people.ts';
import {
  administrator,
  type Client,
  clientOf,
  eventually,
  setUp,
  startVedette,
  temporaryFolder,
  type Vedette,
} from '../servers/vedette.ts';
import { openChromium, openPage, type WatchedPage } from './chromium.ts';

/** Longest wait for what a person would see, in ms. */
export const patienceMs = 20_000;

export interface House extends AsyncDisposable {
  readonly vedette: Vedette;
  /** Its pages, as the links that it makes name them: passkeys belong to a name, not to an address. */
  readonly url: string;
  readonly folder: string;
  readonly browser: Browser;
  /** Ada, admin of "Bakery" with the site "Shop", over the API. */
  readonly admin: Client;
}

export interface Account {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export async function openHouse(environment: Record<string, string> = {}): Promise<House> {
  const parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  // Its links name the port of the settings: it has to be a real one.
  const port = String(await freePort());
  const vedette = parts.use(await startVedette(folder.path, { VEDETTE_PORT: port, ...environment }));
  const browser = await openChromium();
  parts.defer(() => browser.close());
  const admin = await setUp(vedette, null);
  return {
    vedette,
    url: `http://localhost:${port}`,
    folder: folder.path,
    browser,
    admin,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}

/** The answer of a call that has to succeed. */
export async function called<T>(client: Client, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await client.call<T>(method, path, body);
  if (answer.status < 300) return answer.body;
  throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** Makes the account of a new member, invited by `by`; their role is over the sites of `invitation`. */
export async function join(
  house: House,
  invitation: Omit<InvitationInput, 'email'>,
  { name, by = house.admin }: { name: string; by?: Client },
): Promise<Account> {
  const account = { name, email: `${name.toLowerCase()}@example.org`, password: 'many loaves of bread' };
  const { link } = await called<InvitationCreated>(by, 'POST', paths.invitations, {
    ...invitation,
    email: account.email,
  });
  const token = new URL(link).hash.slice(1);
  const { password } = account;
  await called(clientOf(house.vedette.url), 'POST', paths.invitationAccept, {
    token,
    account: { name, password },
  });
  return account;
}

/** A page in a browser profile of its own. Refusals are what these tests are about: they are no faults. */
export async function openWatched(
  house: Pick<House, 'browser' | 'url'>,
  options: Parameters<typeof openPage>[2] = {},
): Promise<WatchedPage> {
  const opened = await openPage(house.browser, house.url, { expected: /status of 4[0-9]{2}/, ...options });
  opened.page.context().setDefaultTimeout(patienceMs);
  return opened;
}

/** Fills in the sign-in page, which has to be open or be led to. */
export async function enterPassword(page: Page, { email, password }: Omit<Account, 'name'>): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** A page of somebody who signed in with their password; the administrator if nobody is named. */
export async function openSignedIn(
  house: Pick<House, 'browser' | 'url'>,
  account: Omit<Account, 'name'> = administrator,
  options: Parameters<typeof openPage>[2] = {},
): Promise<WatchedPage> {
  const opened = await openWatched(house, options);
  await opened.page.goto(house.url);
  await enterPassword(opened.page, account);
  await opened.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return opened;
}

/** Opens the menu of who is signed in. */
export async function openUserMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: /account and theme/ }).click();
}

export async function signOutOnPage(page: Page): Promise<void> {
  await openUserMenu(page);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await waitForDoor(page);
}

/** Waits until the page is the sign-in. */
export async function waitForDoor(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
}

/**
 * Lets the proof of who one is grow old, in all sessions of a person: no setting does, and a test does not wait ten minutes. Resolves when the
 * program has noticed, which remembers sessions for two seconds.
 */
export async function ageProof(house: House, page: Page, { email }: Account): Promise<void> {
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  using database = new DatabaseSync(`${house.folder}/vedette.sqlite`, { timeout: 5_000 });
  database
    .prepare(
      'UPDATE identity_session SET provenAt = ? WHERE userId = (SELECT id FROM identity_user WHERE email = ?)',
    )
    .run(hourAgo, email);
  await eventually('the proof is old', patienceMs, async () => {
    const { provenUntil } = await (await page.request.get(house.url + paths.me)).json();
    return provenUntil < Date.now() ? true : null;
  });
}
