// What every keeper of passkeys keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { branded, type OrganizationId, type ProviderId } from '../brand.ts';
import { ada, browser, type ProviderUnderTest, password, signedIn } from './identity.contract.ts';

/** What an authenticator or its browser does otherwise than it should. */
export interface Misconduct {
  /** The page that asks. */
  readonly origin?: string;
  readonly rpId?: string;
  readonly isUserVerified?: boolean;
  readonly counter?: number;
  readonly challenge?: string;
  /** Base64url; whose passkey the answer says it is. */
  readonly userHandle?: string;
}

/** A phone or key with a browser, at the page that the provider expects. */
export interface Authenticator {
  /** `navigator.credentials.create` with these options; the answer in JSON form. */
  create(options: unknown, misconduct?: Misconduct): unknown;
  /** `navigator.credentials.get`. */
  get(options: unknown, misconduct?: Misconduct): unknown;
}

export interface PasskeysUnderTest extends ProviderUnderTest {
  /** A fresh device, without passkeys. */
  newAuthenticator(): Authenticator;
}

const refused = { code: 'passkey-refused' };

/** A signed-in account with a passkey on a device of its own. */
export async function withPasskey(provider: PasskeysUnderTest, email: string) {
  await provider.accounts.create({ ...ada, email });
  const person = await signedIn(provider, { email, password });
  const device = provider.newAuthenticator();
  const { options, headers } = await provider.passkeys.registration(person.headers);
  const both = together(person.headers, browser(headers));
  const passkey = await provider.passkeys.register({ name: 'Phone', answer: device.create(options) }, both);
  return { ...person, device, passkey };
}

function together(...requests: readonly Headers[]): Headers {
  return new Headers({ cookie: requests.map((headers) => headers.get('cookie')).join('; ') });
}

/** Runs the suite; `open` gives a provider without accounts. */
export function passkeysContract(name: string, open: (t: TestContext) => Promise<PasskeysUnderTest>): void {
  test(`${name}: a passkey signs in, strongly, without a password or an address`, async (t) => {
    const provider = await open(t);
    const { device, user, passkey } = await withPasskey(provider, 'ada@example.org');
    assert.deepEqual(await provider.passkeys.list(user.id), [passkey]);
    assert.equal(passkey.name, 'Phone');
    assert.equal(passkey.createdAt, provider.nowMs());
    for (let time = 0; time < 2; time += 1) {
      const { options, headers } = await provider.passkeys.authentication(browser());
      const signed = await provider.passkeys.signIn(device.get(options), browser(headers));
      assert.deepEqual(signed.user, user);
      assert.equal((await provider.identity.session(browser(signed.headers)))?.session.isStrong, true);
    }
  });

  test(`${name}: only an account's own session adds a passkey, and only with its own ceremony`, async (t) => {
    const provider = await open(t);
    const adas = await withPasskey(provider, 'ada@example.org');
    const eves = await withPasskey(provider, 'eve@example.org');
    await assert.rejects(provider.passkeys.registration(browser()), { code: 'not-signed-in' });
    const source = {
      userId: adas.user.id,
      providerId: branded<ProviderId>('provider'),
      organizationId: branded<OrganizationId>('organization'),
      subject: 'ada',
      providerSessionId: null,
    };
    const managed = browser(await provider.identity.signInFromProvider(source, browser()));
    await assert.rejects(provider.passkeys.registration(managed), { code: 'not-allowed' });
    const { options, headers } = await provider.passkeys.registration(adas.headers);
    const answer = provider.newAuthenticator().create(options);
    const stolen = together(eves.headers, browser(headers));
    await assert.rejects(provider.passkeys.register({ name: 'X', answer }, stolen), refused);
    await assert.rejects(provider.passkeys.register({ name: 'X', answer }, adas.headers), refused);
    assert.equal((await provider.passkeys.list(eves.user.id)).length, 1);
  });

  test(`${name}: a registration from another page, host or challenge, or without verification, is refused`, async (t) => {
    const provider = await open(t);
    await provider.accounts.create(ada);
    const person = await signedIn(provider);
    for (const misconduct of misconducts) {
      const { options, headers } = await provider.passkeys.registration(person.headers);
      const answer = provider.newAuthenticator().create(options, misconduct);
      const both = together(person.headers, browser(headers));
      await assert.rejects(
        provider.passkeys.register({ name: 'X', answer }, both),
        refused,
        JSON.stringify(misconduct),
      );
    }
    assert.deepEqual(await provider.passkeys.list(person.user.id), []);
  });

  test(`${name}: an answer from another page, host or challenge, or without verification, is refused`, async (t) => {
    const provider = await open(t);
    const { device, user } = await withPasskey(provider, 'ada@example.org');
    for (const misconduct of [...misconducts, { userHandle: 'ZXZl' }]) {
      const { options, headers } = await provider.passkeys.authentication(browser());
      const answer = device.get(options, misconduct);
      await assert.rejects(
        provider.passkeys.signIn(answer, browser(headers)),
        refused,
        JSON.stringify(misconduct),
      );
    }
    assert.equal((await provider.sessions.list(user.id)).length, 1);
  });

  test(`${name}: an answer counts once, in time, in the browser that was asked`, async (t) => {
    const provider = await open(t);
    const { device } = await withPasskey(provider, 'ada@example.org');
    const { options, headers } = await provider.passkeys.authentication(browser());
    // Most passkeys are copied between devices and do not count: nothing but the challenge tells a replay.
    const answer = device.get(options, { counter: 0 });
    const elsewhere = await provider.passkeys.authentication(browser());
    await assert.rejects(provider.passkeys.signIn(answer, browser()), refused);
    await assert.rejects(provider.passkeys.signIn(answer, browser(elsewhere.headers)), refused);
    const atOnce = await Promise.allSettled(
      [1, 2, 3].map(() => provider.passkeys.signIn(answer, browser(headers))),
    );
    assert.equal(atOnce.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(provider.passkeys.signIn(answer, browser(headers)), refused);
    const late = await provider.passkeys.authentication(browser());
    await provider.pass(5 * 60_000);
    await assert.rejects(provider.passkeys.signIn(device.get(late.options), browser(late.headers)), refused);
  });

  test(`${name}: a counter that does not go on tells of a copy: refused`, async (t) => {
    const provider = await open(t);
    const { device } = await withPasskey(provider, 'ada@example.org');
    const signIn = async (counter: number) => {
      const { options, headers } = await provider.passkeys.authentication(browser());
      return provider.passkeys.signIn(device.get(options, { counter }), browser(headers));
    };
    await signIn(5);
    await assert.rejects(signIn(5), refused);
    await assert.rejects(signIn(4), refused);
    await signIn(6);
  });

  test(`${name}: proof is by a passkey of this account, and signs nobody in`, async (t) => {
    const provider = await open(t);
    const adas = await withPasskey(provider, 'ada@example.org');
    const eves = await withPasskey(provider, 'eve@example.org');
    const prove = async (device: Authenticator) => {
      const { options, headers } = await provider.passkeys.authentication(adas.headers);
      return provider.passkeys.verify(
        adas.user.id,
        device.get(options),
        together(adas.headers, browser(headers)),
      );
    };
    await prove(adas.device);
    await assert.rejects(prove(eves.device), refused);
    assert.equal((await provider.sessions.list(adas.user.id)).length, 1);
  });

  test(`${name}: a removed passkey is worth nothing, and only its person removes it`, async (t) => {
    const provider = await open(t);
    const adas = await withPasskey(provider, 'ada@example.org');
    const eves = await withPasskey(provider, 'eve@example.org');
    await assert.rejects(provider.passkeys.remove(eves.user.id, adas.passkey.id), { code: 'not-found' });
    await provider.passkeys.remove(adas.user.id, adas.passkey.id);
    await assert.rejects(provider.passkeys.remove(adas.user.id, adas.passkey.id), { code: 'not-found' });
    const { options, headers } = await provider.passkeys.authentication(browser());
    await assert.rejects(provider.passkeys.signIn(adas.device.get(options), browser(headers)), refused);
    assert.deepEqual(await provider.passkeys.list(adas.user.id), []);
  });

  test(`${name}: a disabled account's passkey does not sign in`, async (t) => {
    const provider = await open(t);
    const { device, user } = await withPasskey(provider, 'ada@example.org');
    await provider.accounts.setDisabled(user.id, true);
    const { options, headers } = await provider.passkeys.authentication(browser());
    await assert.rejects(provider.passkeys.signIn(device.get(options), browser(headers)), refused);
  });

  test(`${name}: nonsense is refused like a wrong passkey`, async (t) => {
    const provider = await open(t);
    const { headers: person } = await withPasskey(provider, 'ada@example.org');
    for (const answer of [null, {}, 'x', { id: 'x', rawId: 'x', type: 'public-key', response: {} }]) {
      const { headers } = await provider.passkeys.authentication(browser());
      await assert.rejects(provider.passkeys.signIn(answer, browser(headers)), refused);
      const registration = await provider.passkeys.registration(person);
      const both = together(person, browser(registration.headers));
      await assert.rejects(provider.passkeys.register({ name: 'X', answer }, both), refused);
    }
  });
}

const misconducts: readonly Misconduct[] = [
  { origin: 'https://evil.example' },
  { rpId: 'evil.example' },
  { isUserVerified: false },
  { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
];
