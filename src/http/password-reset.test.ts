// A forgotten password: one link, once, and nobody learns who has an account.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  adaEmail,
  canSignIn,
  letterTo,
  openBrowser,
  openHouseOfAda,
  tokenIn,
} from '../../test/houses/browser.ts';
import { paths } from './contract/paths.ts';
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

test('a disabled account and one without a password get no link', async () => {
  const { house } = await openHouseOfAda();
  const { accounts } = house.deps;
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
