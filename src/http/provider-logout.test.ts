// Providers and their back channel, against a real provider on loopback.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { z } from 'zod';
import { cookieOf, openHouse } from '../../test/houses/http.ts';
import { makePerson, makeTenant, missingNames } from '../../test/houses/tenancy.ts';
import { startOpenIdProvider } from '../../test/servers/openid-provider.ts';
import { branded, type ProviderId } from '../core/brand.ts';
import { Problem } from './contract/common.ts';
import { Provider } from './contract/organization.ts';
import { paths } from './contract/paths.ts';
import { attempts } from './limits.ts';

const client = {
  clientId: 'vedette',
  clientSecret: 'a-secret-of-the-client-and-nobody-else',
  redirectUris: [],
};
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

async function open(t: TestContext) {
  const server = await startOpenIdProvider({
    clients: [{ ...client, redirectUris: ['http://localhost:8080/callback'] }],
  });
  t.after(() => server.stop());
  const house = await openHouse({ nowMs: Date.now() });
  const tenant = await makeTenant(house, 'Alpha');
  const { cookie } = await makePerson(house, tenant, 'admin');
  const add = (json: object) => house.call('POST', paths.providers, { cookie, json });
  const form = {
    ...{ name: 'Acme', issuer: server.issuer, clientId: client.clientId, clientSecret: client.clientSecret },
    ...{ domains: ['acme.example'], roleClaim: null, roleByValue: {}, defaultRole: 'viewer' },
  };
  return { server, house, tenant, cookie, add, form };
}

async function withSession(t: TestContext) {
  const opened = await open(t);
  const { house, tenant, server, add, form } = opened;
  const { id } = Provider.parse(await (await add(form)).json());
  const providerId = branded<ProviderId>(id);
  const { member } = await makePerson(house, tenant, 'viewer', [tenant.site.id]);
  const enter = async (providerSessionId: string) => {
    const who = { userId: member.userId, organizationId: tenant.organization.id, subject: 'bob-1' };
    const headers = await house.deps.identity.signInFromProvider(
      { ...who, providerId, providerSessionId },
      new Headers(),
    );
    const cookie = cookieOf(new Response(null, { headers }));
    return async () => (await house.call('GET', paths.sites, { cookie })).status;
  };
  const now = () => Math.floor(house.deps.clock.now() / 1000);
  const token = (claims: object) =>
    server.sign({
      header: { alg: 'RS256', typ: 'logout+jwt' },
      claims: {
        ...{
          iss: server.issuer,
          aud: client.clientId,
          iat: now(),
          exp: now() + 120,
          jti: crypto.randomUUID(),
        },
        ...{ events: { [logoutEvent]: {} }, ...claims },
      },
    });
  const send = (text: string, to: string = providerId) =>
    house.call('POST', paths.providerLogout(to), {
      body: new URLSearchParams({ logout_token: text }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      peerAddress: '192.0.2.9',
    });
  return { ...opened, providerId, enter, token, send };
}

async function code(response: Response): Promise<string> {
  return Problem.parse(await response.json()).code;
}

test('a provider is asked before it is added, and never shows its secret', async (t) => {
  const { server, house, cookie, add, form } = await open(t);
  const made = await add(form);
  const text = await made.text();
  assert.equal(made.status, 201, text);
  assert.ok(!text.includes(client.clientSecret));
  const provider = Provider.parse(JSON.parse(text));
  assert.equal(provider.redirectUri, `http://localhost:8080${paths.singleSignOnCallback(provider.id)}`);
  assert.equal(provider.backChannelLogoutUri, `http://localhost:8080${paths.providerLogout(provider.id)}`);
  assert.ok(server.requests.includes('GET /.well-known/openid-configuration'));
  const taken = await add({ ...form, name: 'Other' });
  assert.equal(await code(taken), 'conflict');
  for (const domains of [[], ['*'], ['a b.example'], ['http://acme.example']]) {
    assert.equal(await code(await add({ ...form, domains })), 'request-invalid', String(domains));
  }
  server.behave('garbage');
  assert.equal(await code(await add({ ...form, domains: ['b.example'] })), 'provider-failed');
  const all = z.array(Provider).parse(await (await house.call('GET', paths.providers, { cookie })).json());
  assert.equal(all.length, 1);
  assert.equal((await house.call('DELETE', paths.provider(provider.id), { cookie })).status, 204);
});

test('a logout token ends the session that it names, once, and no copy of the answer is kept', async (t) => {
  const { enter, token, send } = await withSession(t);
  const [first, second] = [await enter('s1'), await enter('s2')];
  assert.deepEqual([await first(), await second()], [200, 200]);
  const text = await token({ sub: 'bob-1', sid: 's1' });
  const done = await send(text);
  assert.equal(done.status, 200);
  assert.equal(done.headers.get('cache-control'), 'no-store');
  assert.deepEqual([await first(), await second()], [401, 200]);
  assert.equal(await code(await send(text)), 'request-invalid');
  assert.equal((await send(await token({ sub: 'bob-1' }))).status, 200);
  assert.equal(await second(), 401);
});

test('a token whose work failed is good for another try', async (t) => {
  const { house, enter, token, send } = await withSession(t);
  const isIn = await enter('s1');
  const broken = t.mock.method(house.deps.sessions, 'endOfProvider', () =>
    Promise.reject(new Error('The disk is away.')),
  );
  const text = await token({ sub: 'bob-1', sid: 's1' });
  assert.equal((await send(text)).status, 500);
  broken.mock.restore();
  assert.equal((await send(text)).status, 200);
  assert.equal(await isIn(), 401);
  assert.equal(await code(await send(text)), 'request-invalid');
});

test('of many who send the same token at once exactly one is heard', async (t) => {
  const { token, send } = await withSession(t);
  const text = await token({ sub: 'bob-1' });
  const statuses = (await Promise.all(Array.from({ length: 8 }, () => send(text)))).map(
    ({ status }) => status,
  );
  assert.deepEqual(statuses.toSorted(), [200, ...Array<number>(7).fill(400)]);
});

test('what is no logout token of this provider ends nothing, and says nothing of what is there', async (t) => {
  const { house, enter, token, send, providerId } = await withSession(t);
  const isIn = await enter('s1');
  const bad = [
    await token({ sub: 'bob-1', iss: 'https://login.example.org' }),
    await token({ sub: 'bob-1', aud: 'somebody-else' }),
    await token({ sub: 'bob-1', events: {} }),
    await token({ sub: 'bob-1', nonce: 'n' }),
    await token({ sub: 'bob-1', iat: 1, exp: 2 }),
    await token({}),
    `${await token({ sub: 'bob-1' })}x`,
    'eyJhbGciOiJub25lIn0.e30.',
    'x'.repeat(10_000),
    '',
  ];
  const unknown = await send('x', missingNames(house).providerId);
  const like = await unknown.text();
  assert.equal(unknown.status, 400);
  for (const text of bad) {
    const response = await send(text);
    assert.deepEqual([response.status, await response.text()], [400, like], text.slice(0, 40));
  }
  const json = await house.call('POST', paths.providerLogout(providerId), { json: { logout_token: 'x' } });
  assert.equal(await code(json), 'request-invalid');
  const large = await send('x'.repeat(100_000));
  assert.equal(await code(large), 'body-too-large');
  assert.equal(await isIn(), 200);
});

test('who goes on sending what is not good is stopped, also with what is, and before anything is looked at', async (t) => {
  const { house, send, token } = await withSession(t);
  for (let sent = 0; sent < attempts.perAddress; sent++) assert.equal((await send('x')).status, 400);
  const looked = t.mock.method(house.deps.singleSignOn, 'verifyLogout');
  for (let sent = 0; sent < 5; sent++) assert.equal(await code(await send('x')), 'too-many-requests');
  assert.equal(await code(await send(await token({ sub: 'bob-1' }))), 'too-many-requests');
  assert.equal(looked.mock.callCount(), 0);
});

test('sessions of a provider reach nothing once it is removed', async (t) => {
  const { house, cookie, enter, providerId } = await withSession(t);
  const isIn = await enter('s1');
  assert.equal(await isIn(), 200);
  await house.call('DELETE', paths.provider(providerId), { cookie });
  assert.equal(await isIn(), 403);
});

test('where strangers make organizations, only the first one connects a provider, unless the operator says all', async () => {
  for (const [settings, status] of [
    [{ signUpOpen: true }, 403],
    [{ signUpOpen: true, providersOf: 'all' }, 502],
    [{ signUpOpen: false, providersOf: 'first-organization' }, 403],
    [{}, 502],
  ] as const) {
    const house = await openHouse(settings);
    const first = await house.setUp();
    await house.deps.clock.advance(1);
    const second = await house.join('admin');
    const json = {
      ...{ name: 'Acme', issuer: 'http://127.0.0.1:1', clientId: 'v', clientSecret: 's' },
      ...{ domains: ['acme.example'], roleClaim: null, roleByValue: {}, defaultRole: null },
    };
    const add = async (cookie: string) =>
      (await house.call('POST', paths.providers, { cookie, json })).status;
    assert.equal(await add(second), status);
    assert.equal(await add(first), 502);
  }
});
