// Signing in beyond the password: codes, passkeys, proofs, and what a session is worth.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { type Browser, openBrowser, signedInBrowser } from '../../test/houses/browser.ts';
import { type House, openHouse, password } from '../../test/houses/http.ts';
import { organization as organizationRow } from '../../test/houses/rows.ts';
import { softAuthenticator } from '../../test/servers/authenticator.ts';
import { branded } from '../core/brand.ts';
import { codeOfApp } from '../core/ports/second-factor.contract.ts';
import { secret } from '../core/secret.ts';
import { CeremonyOptions, Passkey, RecoveryCodes, SecondFactorBegun } from './contract/account.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { Me, SignInAnswer } from './contract/session.ts';
import { attempts, proofMs } from './limits.ts';

const origin = 'http://localhost:8080';
const email = 'ada@example.org';
const credentials = { email, password };

async function open(): Promise<{ house: House; ada: Browser }> {
  const house = await openHouse();
  await house.setUp();
  return { house, ada: await signedInBrowser(house, email) };
}

/** Sets up a code app; gives its next codes, each of them fresh. */
async function withApp({ house, ada }: { house: House; ada: Browser }) {
  const begun = SecondFactorBegun.parse(await (await ada.call('POST', paths.secondFactor)).json());
  const code = async () => {
    await house.deps.clock.advance(30_000);
    return codeOfApp(secret(begun.uri), house.deps.clock.now());
  };
  assert.equal((await ada.call('POST', paths.secondFactorConfirm, { code: await code() })).status, 204);
  return { code, begun };
}

async function nextOf(response: Response): Promise<string> {
  assert.equal(response.status, 200);
  return SignInAnswer.parse(await response.json()).next;
}

test('with a second factor the password leads to the second step only, and each code counts once', async () => {
  const { house, ada } = await open();
  const { code } = await withApp({ house, ada });
  const browser = openBrowser(house);
  assert.equal(await nextOf(await browser.call('POST', paths.session, credentials)), 'second-step');
  assert.equal(await browser.problem('GET', paths.me), 'not-signed-in');
  const right = await code();
  assert.equal(await browser.problem('POST', paths.secondStep, { code: '000000' }), 'code-wrong');
  assert.equal(await nextOf(await browser.call('POST', paths.secondStep, { code: right })), 'done');
  assert.equal((await browser.call('GET', paths.me)).status, 200);
  const replay = openBrowser(house);
  await replay.call('POST', paths.session, credentials);
  assert.equal(await replay.problem('POST', paths.secondStep, { code: right }), 'code-wrong');
  assert.equal(await openBrowser(house).problem('POST', paths.secondStep, { code: right }), 'not-signed-in');
});

test('guessing codes locks the second factor, from however many addresses, and a recovery code then does not help', async () => {
  const { house, ada } = await open();
  const { code, begun } = await withApp({ house, ada });
  const guessers = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => {
      const browser = openBrowser(house, `192.0.2.${index}`);
      // Whoever guesses codes knows the password.
      const { headers } = await house.deps.identity.signIn(
        { email, password: secret(password) },
        new Headers(),
      );
      const [name = '', value = ''] = headers.getSetCookie()[0]?.split(/[=;]/) ?? [];
      browser.jar.set(name, value);
      return browser;
    }),
  );
  const codes: string[] = [];
  for (const guesser of guessers) {
    codes.push(await guesser.problem('POST', paths.secondStep, { code: '000000' }));
  }
  assert.equal(codes.filter((each) => each === 'code-wrong').length, 10);
  assert.equal(codes.at(-1), 'too-many-requests');
  const [recoveryCode = ''] = begun.recoveryCodes;
  const owner = openBrowser(house, '198.51.100.7');
  await owner.call('POST', paths.session, credentials);
  assert.equal(await owner.problem('POST', paths.secondStep, { code: recoveryCode }), 'too-many-requests');
  await house.deps.clock.advance(15 * 60_000);
  await owner.call('POST', paths.session, credentials);
  assert.equal(await nextOf(await owner.call('POST', paths.secondStep, { code: recoveryCode })), 'done');
  assert.match(await code(), /^\d{6}$/);
});

test('one address that tries codes over and over is stopped before the codes are looked at', async () => {
  const house = await openHouse();
  const browser = openBrowser(house);
  for (let made = 0; made < attempts.perAddress; made += 1) {
    assert.equal(await browser.problem('POST', paths.secondStep, { code: '000000' }), 'not-signed-in');
  }
  assert.equal(await browser.problem('POST', paths.secondStep, { code: '000000' }), 'too-many-requests');
});

test('a cookie that was there before signing in, or before the second factor, is worth nothing afterwards', async () => {
  const { house, ada } = await open();
  const before = ada.cookie();
  const again = openBrowser(house);
  again.jar.set('vedette.session_token', ada.jar.get('vedette.session_token') ?? '');
  await again.call('POST', paths.session, credentials);
  assert.notEqual(again.jar.get('vedette.session_token'), ada.jar.get('vedette.session_token'));
  await withApp({ house, ada });
  assert.equal((await house.call('GET', paths.me, { cookie: before })).status, 401);
  assert.equal((await ada.call('GET', paths.me)).status, 200);
});

test('a passkey signs in without a second step, and one answer signs in once', async () => {
  const { house, ada } = await open();
  const device = softAuthenticator(origin);
  const asked = async (browser: Browser, path: string) =>
    CeremonyOptions.parse(await (await browser.call('POST', path)).json()).options;
  const answer = device.create(await asked(ada, paths.passkeyOptions));
  const made = await ada.call('POST', paths.passkeys, { name: 'Phone', answer });
  assert.equal(made.status, 201);
  const browser = openBrowser(house);
  const signed = device.get(await asked(browser, paths.passkeySignInOptions));
  const cookie = browser.cookie();
  assert.equal(await nextOf(await browser.call('POST', paths.passkeySignIn, { answer: signed })), 'done');
  assert.equal((await browser.call('GET', paths.me)).status, 200);
  const replayed = await house.call('POST', paths.passkeySignIn, { cookie, json: { answer: signed } });
  assert.equal(replayed.status, 401);
  const { id } = Passkey.parse(await made.json());
  assert.equal((await ada.call('DELETE', paths.passkey(id))).status, 204);
  const late = device.get(await asked(browser, paths.passkeySignInOptions));
  assert.equal(await browser.problem('POST', paths.passkeySignIn, { answer: late }), 'passkey-refused');
});

test('a proof holds for ten minutes; what changes access asks for one then', async () => {
  const { house, ada } = await open();
  const provenUntil = async () => Me.parse(await (await ada.call('GET', paths.me)).json()).provenUntil;
  assert.equal(await provenUntil(), house.deps.clock.now() + proofMs);
  await house.deps.clock.advance(proofMs);
  const asking = [
    ['POST', paths.secondFactor],
    ['DELETE', paths.secondFactor],
    ['POST', paths.recoveryCodes],
    ['POST', paths.passkeyOptions],
    ['DELETE', paths.passkey('x')],
  ] as const;
  for (const [method, path] of asking) assert.equal(await ada.problem(method, path), 'proof-required', path);
  assert.equal(await ada.problem('POST', paths.accountEmail, { email: 'b@example.org' }), 'proof-required');
  const wrong = await ada.call('POST', paths.proof, { password: 'wrong' });
  const { code, detail } = Problem.parse(await wrong.json());
  assert.deepEqual([code, detail], ['credentials-wrong', 'The password is wrong.']);
  assert.equal(await ada.problem('POST', paths.secondFactor), 'proof-required');
  assert.equal((await ada.call('POST', paths.proof, { password })).status, 204);
  assert.equal(await provenUntil(), house.deps.clock.now() + proofMs);
  assert.equal((await ada.call('POST', paths.secondFactor)).status, 200);
});

test('with a second factor a proof is a code; a passkey proves as well, but only of its own account', async () => {
  const { house, ada } = await open();
  const { code } = await withApp({ house, ada });
  assert.equal(await ada.problem('POST', paths.proof, { password }), 'credentials-wrong');
  assert.equal((await ada.call('POST', paths.proof, { code: await code() })).status, 204);
  const renewed = RecoveryCodes.parse(await (await ada.call('POST', paths.recoveryCodes)).json());
  assert.equal(renewed.recoveryCodes.length, 10);
  const device = softAuthenticator(origin);
  const asked = async (browser: Browser, path: string) =>
    CeremonyOptions.parse(await (await browser.call('POST', path)).json()).options;
  const answer = device.create(await asked(ada, paths.passkeyOptions));
  await ada.call('POST', paths.passkeys, { name: 'Phone', answer });
  await house.deps.clock.advance(proofMs);
  const passkey = async (browser: Browser) => ({
    passkey: z
      .record(z.string(), z.unknown())
      .parse(device.get(await asked(browser, paths.passkeySignInOptions))),
  });
  assert.equal((await ada.call('POST', paths.proof, await passkey(ada))).status, 204);
  assert.equal((await ada.call('DELETE', paths.secondFactor)).status, 204);
  const { member } = await house.enrol('manager');
  const bob = await signedInBrowser(house, member.email);
  assert.equal(await bob.problem('POST', paths.proof, await passkey(bob)), 'passkey-refused');
});

test('proofs are guessed at no more often than passwords', async () => {
  const { ada } = await open();
  const codes: string[] = [];
  for (let made = 0; made <= attempts.perAccount; made += 1) {
    codes.push(await ada.problem('POST', paths.proof, { password: 'wrong' }));
  }
  assert.deepEqual(codes.slice(-2), ['credentials-wrong', 'too-many-requests']);
});

test('where the organization asks for a second factor, a session without one reaches its account and says so', async () => {
  const { house, ada } = await open();
  const { organization } = Me.parse(await (await ada.call('GET', paths.me)).json());
  const policy = { requireSecondFactor: true };
  await house.deps.records.organizations.update(branded(organization.id), { policy });
  const me = async () => Me.parse(await (await ada.call('GET', paths.me)).json());
  assert.deepEqual([(await me()).needsSecondFactor, (await me()).organization], [true, organization]);
  assert.equal(await ada.problem('GET', paths.sites), 'second-factor-required');
  assert.equal((await ada.call('GET', paths.account)).status, 200);
  await withApp({ house, ada });
  assert.equal((await me()).needsSecondFactor, false);
  assert.equal((await ada.call('GET', paths.sites)).status, 200);
});

/** Adds a passkey on a new device, in this browser. */
async function withDevice(browser: Browser) {
  const device = softAuthenticator(origin);
  const { options } = CeremonyOptions.parse(await (await browser.call('POST', paths.passkeyOptions)).json());
  const added = await browser.call('POST', paths.passkeys, { name: 'Phone', answer: device.create(options) });
  assert.equal(added.status, 201);
  return { device, passkey: Passkey.parse(await added.json()) };
}

test('who knows only the password of somebody with a passkey sets up nothing beside it and takes nothing away', async () => {
  const { house, ada } = await open();
  const before = openBrowser(house, '203.0.113.9');
  await before.call('POST', paths.session, credentials);
  const begun = SecondFactorBegun.parse(await (await before.call('POST', paths.secondFactor)).json());
  const { passkey, device } = await withDevice(ada);
  const after = openBrowser(house, '203.0.113.9');
  await after.call('POST', paths.session, credentials);
  for (const attacker of [before, after]) {
    assert.equal(await attacker.problem('POST', paths.proof, { password }), 'credentials-wrong');
    const code = await codeOfApp(secret(begun.uri), house.deps.clock.now());
    const refused: [string, string, unknown?][] = [
      ['POST', paths.secondFactorConfirm, { code }],
      ['POST', paths.secondFactor],
      ['POST', paths.passkeyOptions],
      ['POST', paths.passkeys, { name: 'Mine', answer: {} }],
      ['DELETE', paths.passkey(passkey.id)],
      ['POST', paths.accountEmail, { email: 'mallory@evil.example' }],
    ];
    for (const [method, path, json] of refused) {
      assert.equal(await attacker.problem(method, path, json), 'proof-required', `${method} ${path}`);
    }
  }
  // The owner, who has the passkey, goes on: also in a browser that signed in by password.
  const own = await signedInBrowser(house, email);
  const { options } = CeremonyOptions.parse(
    await (await own.call('POST', paths.passkeySignInOptions)).json(),
  );
  assert.equal((await own.call('POST', paths.proof, { passkey: device.get(options) })).status, 204);
  assert.equal((await own.call('POST', paths.secondFactor)).status, 200);
});

test('with the last factor goes what it was worth: where one is asked for, no session goes on without', async () => {
  const { house } = await open();
  const acme = { ...organizationRow(), name: 'Acme', policy: { requireSecondFactor: true } };
  await house.deps.records.organizations.insert(acme);
  const { member } = await house.enrol('manager', { organizationId: acme.id });
  const browser = await signedInBrowser(house, member.email);
  const reaches = async () => (await browser.call('GET', paths.cameras)).status;
  assert.equal(await reaches(), 403);
  await withApp({ house, ada: browser });
  assert.equal(await reaches(), 200);
  assert.equal((await browser.call('DELETE', paths.secondFactor)).status, 204);
  assert.equal(await reaches(), 403);
  const { passkey } = await withDevice(browser);
  assert.equal(await reaches(), 200);
  assert.equal((await browser.call('DELETE', paths.passkey(passkey.id))).status, 204);
  assert.equal(await reaches(), 403);
});
