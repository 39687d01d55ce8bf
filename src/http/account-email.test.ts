// Changing the address of an account, and who would like to.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  adaEmail,
  canSignIn,
  letterTo,
  openBrowser,
  openHouseOfAda,
  signedInBrowser,
  tokenIn,
} from '../../test/houses/browser.ts';
import { password } from '../../test/houses/http.ts';
import { at, provider } from '../../test/houses/rows.ts';
import { branded } from '../core/brand.ts';
import { paths } from './contract/paths.ts';
import { Me } from './contract/session.ts';

const next = 'another correct horse';

test('a new address counts when its mailbox says so; the old one is told', async () => {
  const { house, ada } = await openHouseOfAda();
  const asked = await ada.call('POST', paths.accountEmail, { email: 'Ada@New.example' });
  assert.deepEqual(await asked.json(), { isConfirmed: false });
  assert.match((await letterTo(house, adaEmail)).text, /ada@new\.example/);
  const token = tokenIn(await letterTo(house, 'ada@new.example'));
  assert.equal(await canSignIn(house, 'ada@new.example', password), false);
  assert.equal((await ada.call('POST', paths.accountEmailConfirm, { token })).status, 204);
  assert.equal(await canSignIn(house, 'ada@new.example', password), true);
  assert.equal(await canSignIn(house, adaEmail, password), false);
  assert.equal(Me.parse(await (await ada.call('GET', paths.me)).json()).email, 'ada@new.example');
  assert.equal(await ada.problem('POST', paths.accountEmailConfirm, { token }), 'link-invalid');
});

test('a link for a new address is worth nothing in the session of another account, or without one', async () => {
  const { house, ada } = await openHouseOfAda();
  const { member } = await house.enrol('owner');
  const bob = await signedInBrowser(house, member.email);
  await ada.call('POST', paths.accountEmail, { email: 'victim@example.org' });
  const token = tokenIn(await letterTo(house, 'victim@example.org'));
  assert.equal(await bob.problem('POST', paths.accountEmailConfirm, { token }), 'not-allowed');
  assert.equal(
    await openBrowser(house).problem('POST', paths.accountEmailConfirm, { token }),
    'not-signed-in',
  );
  assert.equal(await canSignIn(house, 'victim@example.org', password), false);
  assert.equal((await ada.call('POST', paths.accountEmailConfirm, { token })).status, 204);
});

test('of two addresses asked for in two tabs one counts; a changed password makes open links void', async () => {
  const { house, ada } = await openHouseOfAda();
  await ada.call('POST', paths.accountEmail, { email: 'one@example.org' });
  await ada.call('POST', paths.accountEmail, { email: 'two@example.org' });
  const one = tokenIn(await letterTo(house, 'one@example.org'));
  const two = tokenIn(await letterTo(house, 'two@example.org'));
  assert.equal((await ada.call('POST', paths.accountEmailConfirm, { token: two })).status, 204);
  assert.equal(await ada.problem('POST', paths.accountEmailConfirm, { token: one }), 'link-invalid');
  await ada.call('POST', paths.accountEmail, { email: 'three@example.org' });
  const three = tokenIn(await letterTo(house, 'three@example.org'));
  assert.equal((await ada.call('PUT', paths.accountPassword, { current: password, next })).status, 204);
  assert.equal(await ada.problem('POST', paths.accountEmailConfirm, { token: three }), 'link-invalid');
});

test('whether an address is taken is told to its mailbox only', async () => {
  const { house, ada } = await openHouseOfAda();
  const { member } = await house.enrol('owner');
  const taken = await ada.call('POST', paths.accountEmail, { email: member.email });
  const free = await ada.call('POST', paths.accountEmail, { email: 'free@example.org' });
  assert.equal(await taken.text(), await free.text());
  assert.doesNotMatch((await letterTo(house, member.email)).text, /http/);
});

test('without a mail server a new address counts at once, but not one for which a provider vouches', async () => {
  const { house, ada } = await openHouseOfAda({ sendsMail: false });
  const changed = await ada.call('POST', paths.accountEmail, { email: 'new@example.org' });
  assert.deepEqual(await changed.json(), { isConfirmed: true });
  assert.equal(await canSignIn(house, 'new@example.org', password), true);
  const { organization } = Me.parse(await (await ada.call('GET', paths.me)).json());
  const acme = { ...organization, createdAt: at(0), policy: { requireSecondFactor: false } };
  await house.deps.records.providers.insert(
    provider({ ...acme, id: branded(acme.id) }, { domains: ['acme.example'] }),
  );
  assert.equal(await ada.problem('POST', paths.accountEmail, { email: 'boss@acme.example' }), 'not-allowed');
});
