// Passkeys through their port, with an authenticator in software; and where they cannot work.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityHouse } from '../../../test/houses/identity.ts';
import { softAuthenticator } from '../../../test/servers/authenticator.ts';
import { ada, browser, signedIn } from '../../core/ports/identity.contract.ts';
import { passkeysContract } from '../../core/ports/passkeys.contract.ts';
import { maxPasskeysOfAccount } from './passkeys.ts';

for (const baseUrl of ['http://localhost:8080', 'https://cams.example.org']) {
  passkeysContract(`better-auth at ${baseUrl}`, async (t) => ({
    ...(await identityHouse(t, { baseUrl })),
    newAuthenticator: () => softAuthenticator(baseUrl),
  }));
}

function withHeader(headers: Headers, name: string, value: string): Headers {
  const changed = new Headers(headers);
  changed.set(name, value);
  return changed;
}

test('an installation that is known by an IP address says that passkeys need a name', async (t) => {
  for (const baseUrl of ['http://192.168.1.5:8080', 'http://[fd00::5]:8080']) {
    const { accounts, passkeys, ...house } = await identityHouse(t, { baseUrl });
    await accounts.create(ada);
    const { headers } = await signedIn(house);
    for (const asked of [passkeys.registration(headers), passkeys.authentication(browser())]) {
      await assert.rejects(asked, { code: 'passkey-refused', message: /host name.*VEDETTE_PUBLIC_URL/s });
    }
  }
});

test('a page that is visited by an IP address or another name says where passkeys work', async (t) => {
  const { passkeys } = await identityHouse(t);
  for (const [name, value, form] of [
    ['host', '192.168.1.5:8080', /IP address.*http:\/\/localhost:8080/],
    ['origin', 'http://[fd00::5]:8080', /IP address.*http:\/\/localhost:8080/],
    ['host', 'cams.lan:8080', /one host only.*http:\/\/localhost:8080/],
  ] as const) {
    const asked = passkeys.authentication(withHeader(browser(), name, value));
    await assert.rejects(asked, { code: 'passkey-refused', message: form });
  }
  await passkeys.authentication(withHeader(browser(), 'host', 'localhost:8080'));
});

test('the browser is asked for a discoverable passkey, verified, and not for one that exists', async (t) => {
  const { accounts, passkeys, ...house } = await identityHouse(t);
  await accounts.create(ada);
  const { headers } = await signedIn(house);
  const device = softAuthenticator('http://localhost:8080');
  for (let count = 0; count < maxPasskeysOfAccount; count += 1) {
    const ceremony = await passkeys.registration(headers);
    assert.partialDeepStrictEqual(ceremony.options, {
      rp: { id: 'localhost', name: 'Vedette' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: Array.from({ length: count }, () => ({ type: 'public-key' })),
    });
    const cookie = `${headers.get('cookie')}; ${browser(ceremony.headers).get('cookie')}`;
    const answer = device.create(ceremony.options);
    await passkeys.register({ name: `Phone ${count}`, answer }, withHeader(headers, 'cookie', cookie));
  }
  await assert.rejects(passkeys.registration(headers), { code: 'conflict' });
});
