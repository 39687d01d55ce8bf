// Logout tokens: those of a real provider, and those that are none.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import {
  type ProviderUnderTest,
  signInAtProvider,
  startOpenIdProvider,
  type Token,
} from '../../../test/servers/openid-provider.ts';
import { branded, type OrganizationId, type ProviderId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Provider } from '../../core/organization/provider.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { manualClock } from '../memory/clock.ts';
import { guardedFetch } from '../outbound/fetch.ts';
import { openIdConnect } from './single-sign-on.ts';

const redirectUri = 'https://cams.example.org/callback';
const client = { clientId: 'vedette', clientSecret: 'a-secret-of-the-client', redirectUris: [redirectUri] };
const ada = { sub: 'ada-1', email: 'ada@example.org' };
const event = 'http://schemas.openid.net/event/backchannel-logout';

async function open(t: TestContext) {
  const server = await startOpenIdProvider({ clients: [client], people: [ada] });
  t.after(() => server.stop());
  const clock = manualClock(Date.now());
  const provider: Provider = {
    id: branded<ProviderId>('0190a000-0000-7000-8000-000000000001'),
    organizationId: branded<OrganizationId>('0190a000-0000-7000-8000-000000000002'),
    name: 'Acme',
    issuer: server.issuer,
    clientId: client.clientId,
    clientSecret: secret(client.clientSecret),
    domains: ['example.org'],
    roleClaim: null,
    roleByValue: {},
    defaultRole: null,
    createdAt: clock.now(),
  };
  const reach = { fetch: guardedFetch({ allowPrivateAddresses: true }), allowPrivateHosts: true };
  return { server, provider, singleSignOn: openIdConnect({ clock, log: silentLog, ...reach }) };
}

const failing = (sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof VedetteError, String(error));
  assert.equal(error.code, 'provider-failed');
  assert.match(error.detail, sentence);
  return true;
};

const segment = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A logout token as it should be, or with other claims. */
function logoutToken(server: ProviderUnderTest, change: Partial<Token['claims']> = {}, typ = 'logout+jwt') {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: server.issuer,
    aud: 'vedette',
    iat: now,
    exp: now + 120,
    jti: crypto.randomUUID(),
    sub: ada.sub,
    sid: 'session-1',
    events: { [event]: {} },
    ...change,
  };
  return server.sign({ header: { alg: 'RS256', typ }, claims });
}

test('logout tokens with a nonce, without their event, of another client, old or damaged are refused', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  const now = Math.floor(Date.now() / 1000);
  const verify = async (change: Partial<Token['claims']>, typ?: string) =>
    singleSignOn.verifyLogout(provider, await logoutToken(server, change, typ));
  assert.deepEqual(await verify({ jti: 'token-1' }), {
    subject: ada.sub,
    sessionId: 'session-1',
    tokenId: 'token-1',
  });
  assert.equal((await verify({ sub: undefined }, 'JWT')).subject, null);
  await assert.rejects(verify({ nonce: 'n' }), failing(/a logout token that is none/));
  await assert.rejects(verify({ events: {} }), failing(/a logout token that is none/));
  await assert.rejects(verify({ jti: undefined }), failing(/a logout token that is none/));
  await assert.rejects(verify({ sub: undefined, sid: undefined }), failing(/a logout token that is none/));
  await assert.rejects(verify({}, 'at+jwt'), failing(/a logout token that is none/));
  await assert.rejects(verify({ aud: 'another' }), failing(/signed for another client/));
  await assert.rejects(verify({ iss: 'https://evil.example' }), failing(/of another issuer/));
  await assert.rejects(verify({ iat: now - 3_600, exp: undefined }), failing(/has expired/));
  await assert.rejects(verify({ iat: now + 3_600 }), failing(/not valid yet/));
  await assert.rejects(verify({ exp: now - 90 }), failing(/has expired/));
  const [header, , signature] = (await logoutToken(server)).split('.');
  const [, claims] = (await logoutToken(server, { sub: 'bob-1' })).split('.');
  const changed = singleSignOn.verifyLogout(provider, `${header}.${claims}.${signature}`);
  await assert.rejects(changed, failing(/signature is wrong/));
  const unsigned = singleSignOn.verifyLogout(provider, `${segment({ alg: 'none' })}.${claims}.`);
  await assert.rejects(unsigned, failing(/not accepted|damaged/));
});

test('logout tokens with unknown keys do not make us storm the provider', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  await singleSignOn.check(provider);
  const [, claims] = (await logoutToken(server)).split('.');
  for (let index = 0; index < 20; index += 1) {
    const token = `${segment({ alg: 'RS256', kid: `key-${index}` })}.${claims}.c2ln`;
    await assert.rejects(singleSignOn.verifyLogout(provider, token), failing(/does not publish/));
  }
  assert.equal(server.requests.filter((request) => request === 'GET /jwks').length, 2);
});

test('the logout that a real provider sends over the back channel names the session that was signed in', async (t) => {
  const { server, singleSignOn, provider } = await open(t);
  const { promise: told, resolve } = Promise.withResolvers<string>();
  const edge = createServer(async (request, response) => {
    resolve(new URLSearchParams(await text(request)).get('logout_token') ?? '');
    response.end();
  });
  await new Promise<void>((listening) => edge.listen(0, '127.0.0.1', listening));
  t.after(() => edge.close());
  const address = edge.address();
  assert.ok(typeof address === 'object' && address !== null);
  server.setClient({ ...client, backChannelLogoutUri: `http://127.0.0.1:${address.port}/logout` });
  const { url, state } = await singleSignOn.begin(provider, { redirectUri, again: false });
  const callbackUrl = await signInAtProvider(url, ada.email, { redirectUri });
  const vouched = await singleSignOn.finish(provider, { callbackUrl, redirectUri, state });
  await server.signOut(ada.email);
  const logout = await singleSignOn.verifyLogout(provider, await told);
  assert.equal(logout.subject, ada.sub);
  assert.equal(logout.sessionId, vouched.sessionId);
});
