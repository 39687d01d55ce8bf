// Signing up, where the settings allow it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canSignIn, letterTo, openBrowser, openHouseOfAda, tokenIn } from '../../test/houses/browser.ts';
import { openHouse, password } from '../../test/houses/http.ts';
import { organization as organizationRow, provider as providerRow } from '../../test/houses/rows.ts';
import { paths } from './contract/paths.ts';
import { Me } from './contract/session.ts';
import { attempts } from './limits.ts';

function form(email: string) {
  return {
    name: 'Bob',
    email,
    password,
    organizationName: 'Bar',
    siteName: 'Inn',
    timeZone: 'Europe/Berlin',
  };
}

test('nobody signs up unless the settings say so, or before the server is set up', async () => {
  const { house } = await openHouseOfAda();
  const closed = openBrowser(house);
  assert.equal(await closed.problem('POST', paths.signUp, form('bob@example.org')), 'not-allowed');
  assert.equal(
    await closed.problem('POST', paths.signUpConfirm, { token: 'A'.repeat(43), password }),
    'not-allowed',
  );
  const fresh = openBrowser(await openHouse({ signUpOpen: true }));
  assert.equal(await fresh.problem('POST', paths.signUp, form('bob@example.org')), 'not-ready');
});

test('an account is made when its mailbox says so, once, with an organization of its own', async () => {
  const { house } = await openHouseOfAda({ signUpOpen: true });
  const bob = openBrowser(house);
  const asked = await bob.call('POST', paths.signUp, form('Bob@example.org'));
  assert.deepEqual(await asked.json(), { next: 'confirm' });
  const token = tokenIn(await letterTo(house, 'Bob@example.org'));
  assert.equal(await house.deps.accounts.findByEmail('bob@example.org'), null);
  const chosen = { token, password: 'chosen with the letter' };
  assert.equal(await bob.problem('POST', paths.signUpConfirm, { token }), 'request-invalid');
  assert.equal((await bob.call('POST', paths.signUpConfirm, chosen)).status, 200);
  // Whoever filled in the form chose nothing that opens the account.
  assert.equal(await canSignIn(house, 'bob@example.org', password), false);
  assert.equal(await canSignIn(house, 'bob@example.org', chosen.password), true);
  assert.equal((await house.deps.accounts.findByEmail('bob@example.org'))?.isMailboxProven, true);
  const me = Me.parse(await (await bob.call('GET', paths.me)).json());
  assert.deepEqual([me.role, me.organization.name, me.organizations.length], ['admin', 'Bar', 1]);
  assert.equal(await bob.problem('POST', paths.signUpConfirm, chosen), 'link-invalid');
});

test('a taken address looks like any other; only its mailbox is told', async () => {
  const { house } = await openHouseOfAda({ signUpOpen: true });
  const stranger = openBrowser(house);
  const taken = await stranger.call('POST', paths.signUp, form('ada@example.org'));
  const free = await stranger.call('POST', paths.signUp, form('free@example.org'));
  assert.deepEqual([taken.status, await taken.text()], [free.status, await free.text()]);
  assert.doesNotMatch((await letterTo(house, 'ada@example.org')).text, /http/);
  assert.equal(
    await stranger.problem('POST', paths.signUp, { ...form('x@example.org'), timeZone: 'X' }),
    'request-invalid',
  );
});

test('without a mail server the account is there at once, and an address that is taken is refused', async () => {
  const { house } = await openHouseOfAda({ signUpOpen: true, sendsMail: false });
  const bob = openBrowser(house);
  const made = await bob.call('POST', paths.signUp, form('bob@example.org'));
  assert.deepEqual(await made.json(), { next: 'done' });
  assert.equal((await bob.call('GET', paths.me)).status, 200);
  assert.equal((await house.deps.accounts.findByEmail('bob@example.org'))?.isMailboxProven, false);
  const { password: _, ...without } = form('eve@example.org');
  assert.equal(await openBrowser(house).problem('POST', paths.signUp, without), 'request-invalid');
  const other = { ...form('ada@example.org'), password: 'not her password' };
  assert.equal(await openBrowser(house).problem('POST', paths.signUp, other), 'conflict');
});

test('at the domain of a provider nobody makes an account, with a mail server or without', async () => {
  for (const sendsMail of [true, false]) {
    const { house } = await openHouseOfAda({ signUpOpen: true, sendsMail });
    const acme = organizationRow();
    await house.deps.records.organizations.insert(acme);
    await house.deps.records.providers.insert(providerRow(acme, { domains: ['acme.example'] }));
    const bob = openBrowser(house);
    assert.equal(await bob.problem('POST', paths.signUp, form('bob@Acme.example')), 'not-allowed');
    assert.equal(await house.deps.accounts.findByEmail('bob@acme.example'), null);
  }
});

test('signing up is no way around the limit of guesses at a password', async () => {
  const { house } = await openHouseOfAda({ signUpOpen: true, sendsMail: false });
  const codes: string[] = [];
  for (let made = 0; made <= attempts.perAccount; made += 1) {
    const guess = { ...form('ada@example.org'), password: `not her password ${made}` };
    codes.push(await openBrowser(house).problem('POST', paths.signUp, guess));
  }
  assert.deepEqual(codes.slice(-2), ['conflict', 'too-many-requests']);
});
