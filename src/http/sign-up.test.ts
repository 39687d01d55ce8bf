// Signing up, where the settings allow it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterTo, openBrowser, openHouseOfAda, tokenIn } from '../../test/houses/browser.ts';
import { openHouse, password } from '../../test/houses/http.ts';
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
  assert.equal(await closed.problem('POST', paths.signUpConfirm, { token: 'A'.repeat(43) }), 'not-allowed');
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
  assert.equal((await bob.call('POST', paths.signUpConfirm, { token })).status, 200);
  const me = Me.parse(await (await bob.call('GET', paths.me)).json());
  assert.deepEqual([me.role, me.organization.name, me.organizations.length], ['admin', 'Bar', 1]);
  assert.equal(await bob.problem('POST', paths.signUpConfirm, { token }), 'link-invalid');
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
  const other = { ...form('ada@example.org'), password: 'not her password' };
  assert.equal(await openBrowser(house).problem('POST', paths.signUp, other), 'conflict');
});

test('signing up is no way around the limit of guesses at a password', async () => {
  const { house } = await openHouseOfAda({ signUpOpen: true, sendsMail: false });
  const codes: string[] = [];
  for (let made = 0; made <= attempts.perAccount; made += 1) {
    const guess = { ...form('ada@example.org'), password: `not her password ${made}` };
    codes.push(await openBrowser(house, `192.0.2.${made}`).problem('POST', paths.signUp, guess));
  }
  assert.deepEqual(codes.slice(-2), ['conflict', 'too-many-requests']);
});
