// A forgotten password: one link, once, and nobody learns who has an account.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  adaEmail,
  type Browser,
  canSignIn,
  letterTo,
  openBrowser,
  openHouseOfAda,
  tokenIn,
} from '../../test/houses/browser.ts';
import { type House, password } from '../../test/houses/http.ts';
import { organization as organizationRow, provider as providerRow } from '../../test/houses/rows.ts';
import { softAuthenticator } from '../../test/servers/authenticator.ts';
import { codeOfApp } from '../core/ports/second-factor.contract.ts';
import { secret } from '../core/secret.ts';
import { CeremonyOptions, SecondFactorBegun } from './contract/account.ts';
import { paths } from './contract/paths.ts';
import { InvitationCreated } from './contract/people.ts';
import { attempts, linkLifeMs } from './limits.ts';

const next = 'another correct horse';

test('a forgotten password is set anew by a link, once, and every session ends', async () => {
  const { house, ada } = await openHouseOfAda();
  const stranger = openBrowser(house);
  assert.equal((await stranger.call('POST', paths.passwordReset, { email: 'ADA@example.org' })).status, 204);
  const token = tokenIn(await letterTo(house, adaEmail));
  const finish = (given: string) =>
    stranger.call('POST', paths.passwordResetFinish, { token: given, password: next });
  assert.equal(
    (await stranger.call('POST', paths.passwordResetFinish, { token, password: 'x' })).status,
    400,
  );
  const statuses = await Promise.all([finish(token), finish(token), finish(token)]);
  assert.deepEqual(statuses.map(({ status }) => status).toSorted(), [204, 410, 410]);
  assert.equal(await ada.problem('GET', paths.me), 'not-signed-in');
  assert.equal(await canSignIn(house, adaEmail, next), true);
  assert.equal((await finish(token)).status, 410);
});

test('an expired link, one made void by another, and a made-up one reset nothing', async () => {
  const { house } = await openHouseOfAda();
  const stranger = openBrowser(house);
  const ask = async (index: number) => {
    const before = house.letters.length;
    await stranger.call('POST', paths.passwordReset, { email: adaEmail });
    return tokenIn(
      await letterTo(house, adaEmail, (letter) => house.letters.indexOf(letter) >= before + index),
    );
  };
  const [first, second] = [await ask(0), await ask(0)];
  const finish = (token: string) => ({ token, password: next });
  assert.equal((await stranger.call('POST', paths.passwordResetFinish, finish(second))).status, 204);
  assert.equal(await stranger.problem('POST', paths.passwordResetFinish, finish(first)), 'link-invalid');
  await house.deps.clock.advance(linkLifeMs);
  const late = await ask(0);
  await house.deps.clock.advance(linkLifeMs);
  assert.equal(await stranger.problem('POST', paths.passwordResetFinish, finish(late)), 'link-invalid');
  const madeUp = finish('A'.repeat(43));
  for (let made = 0; made < attempts.perAddress; made += 1) {
    await stranger.problem('POST', paths.passwordResetFinish, madeUp);
  }
  assert.equal(await stranger.problem('POST', paths.passwordResetFinish, madeUp), 'too-many-requests');
});

test('asking for a new password tells nobody who has an account, and floods no mailbox', async () => {
  const { house } = await openHouseOfAda();
  const stranger = openBrowser(house);
  const ask = (address: string) => stranger.call('POST', paths.passwordReset, { email: address });
  const answers = [await ask(adaEmail), await ask('nobody@example.org')];
  const [known, unknown] = answers.map(({ status, headers }) => [status, [...headers]]);
  assert.deepEqual(known, unknown);
  for (let made = 0; made < 20; made += 1) await ask(adaEmail);
  await letterTo(house, adaEmail, () => house.letters.length >= 3);
  await ask('nobody@example.org');
  assert.equal(house.letters.filter(({ to }) => to === adaEmail).length, 3);
});

test('a disabled account and one that only a provider opens get no link', async () => {
  const { house } = await openHouseOfAda();
  const { accounts, records } = house.deps;
  const acme = organizationRow();
  await records.organizations.insert(acme);
  await records.providers.insert(providerRow(acme, { domains: ['acme.example'] }));
  const disabled = await house.enrol('owner');
  await accounts.setDisabled(disabled.member.userId, true);
  await accounts.create({ name: 'Eve', email: 'eve@acme.example', password: null });
  const stranger = openBrowser(house);
  for (const address of [disabled.member.email, 'eve@acme.example', adaEmail]) {
    await stranger.call('POST', paths.passwordReset, { email: address });
  }
  await letterTo(house, adaEmail);
  assert.doesNotMatch((await letterTo(house, 'eve@acme.example')).text, /http/);
  assert.equal(
    house.letters.some(({ to }) => to === disabled.member.email),
    false,
  );
});

/** Asks for a link and sets `next` with it. */
async function reset(house: House, email: string): Promise<void> {
  const stranger = openBrowser(house);
  await stranger.call('POST', paths.passwordReset, { email });
  const token = tokenIn(await letterTo(house, email, ({ subject }) => subject.startsWith('A new password')));
  const set = await stranger.call('POST', paths.passwordResetFinish, { token, password: next });
  assert.equal(set.status, 204);
}

/** Accepts an invitation whose link somebody else saw, and leaves a passkey and a code app in the account. */
async function trojan(house: House, email: string) {
  const { cookie } = await house.enrol('admin');
  const json = { email, role: 'manager', siteIds: [] };
  const made = await house.call('POST', paths.invitations, { cookie, json });
  const token = InvitationCreated.parse(await made.json()).link.split('#')[1] ?? '';
  const attacker = openBrowser(house, '203.0.113.9');
  const account = { name: 'V', password };
  assert.equal((await attacker.call('POST', paths.invitationAccept, { token, account })).status, 204);
  const { device } = await withDevice(attacker);
  return { attacker, device };
}

async function withDevice(browser: Browser) {
  const device = softAuthenticator('http://localhost:8080');
  const { options } = CeremonyOptions.parse(await (await browser.call('POST', paths.passkeyOptions)).json());
  const added = await browser.call('POST', paths.passkeys, { name: 'Phone', answer: device.create(options) });
  assert.equal(added.status, 201);
  const begun = SecondFactorBegun.parse(await (await browser.call('POST', paths.secondFactor)).json());
  return { device, begun };
}

async function signsInWith(house: House, device: ReturnType<typeof softAuthenticator>): Promise<boolean> {
  const browser = openBrowser(house, '203.0.113.9');
  const asked = await browser.call('POST', paths.passkeySignInOptions);
  const { options } = CeremonyOptions.parse(await asked.json());
  return (await browser.call('POST', paths.passkeySignIn, { answer: device.get(options) })).ok;
}

test('the first reset of an account whose mailbox nobody showed before leaves no way in that somebody planted', async () => {
  const { house } = await openHouseOfAda();
  const email = 'victim@bank.example';
  const { attacker, device } = await trojan(house, email);
  assert.equal(await signsInWith(house, device), true);
  await reset(house, email);
  assert.equal(await signsInWith(house, device), false);
  assert.equal(await attacker.problem('GET', paths.me), 'not-signed-in');
  assert.equal(await canSignIn(house, email, next), true);
  const told = await letterTo(house, email, ({ subject }) => subject.endsWith('a new password'));
  assert.match(told.text, /somebody may have set up before are removed/);
});

test('later resets keep the owner’s own passkeys and code apps, and name them', async () => {
  const { house, ada } = await openHouseOfAda();
  const { device, begun } = await withDevice(ada);
  await house.deps.clock.advance(30_000);
  const code = await codeOfApp(secret(begun.uri), house.deps.clock.now());
  assert.equal((await ada.call('POST', paths.secondFactorConfirm, { code })).status, 204);
  await reset(house, adaEmail);
  assert.equal(await signsInWith(house, device), true);
  const told = await letterTo(house, adaEmail, ({ subject }) => subject.endsWith('a new password'));
  assert.match(told.text, /set up as before: a code app, the passkey “Phone”/);
  const session = await house.call('POST', paths.session, { json: { email: adaEmail, password: next } });
  assert.deepEqual(await session.json(), { next: 'second-step' });
});
