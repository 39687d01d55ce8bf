// Setting up, signing in, and who may reach what.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { cookieOf, openHouse, password, setupForm } from '../../test/houses/http.ts';
import { branded } from '../core/brand.ts';
import { machinePermissions } from '../core/organization/access-key.ts';
import { secret } from '../core/secret.ts';
import { Camera } from './contract/cameras.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { Me, Welcome } from './contract/session.ts';
import { attempts } from './limits.ts';

const someId = '01890a5d-ac96-774b-bcce-b302099a8057';

async function code(response: Response): Promise<string> {
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem = Problem.parse(await response.json());
  assert.equal(problem.status, response.status);
  return problem.code;
}

test('the first administrator is made with organization, site and camera, and is signed in', async () => {
  const house = await openHouse();
  const before = await (await house.call('GET', paths.welcome)).json();
  assert.deepEqual(before, {
    product: 'Vedette',
    version: '1.2.3',
    setupRequired: true,
    signUpOpen: false,
    sendsMail: true,
    hasSingleSignOn: false,
  });
  const cookie = await house.setUp();
  const me = Me.parse(await (await house.call('GET', paths.me, { cookie })).json());
  assert.equal(me.role, 'admin');
  assert.equal(me.organization.name, 'Bakery');
  const [site] = await house.deps.records.sites.list(branded(me.organization.id));
  assert.deepEqual([site?.name, site?.timeZone, site?.arming], ['Shop', 'Europe/Berlin', 'disarmed']);
  const [camera] = z.array(Camera).parse(await (await house.call('GET', paths.cameras, { cookie })).json());
  assert.deepEqual([camera?.name, camera?.status.state], ['Yard', 'starting']);
  const after = Welcome.parse(await (await house.call('GET', paths.welcome)).json());
  assert.equal(after.setupRequired, false);
});

test('setting up works exactly once, however many try at the same time', async () => {
  const house = await openHouse();
  const forms = [1, 2, 3, 4].map((n) => ({ ...setupForm(), email: `n${n}@example.org` }));
  const responses = await Promise.all(forms.map((json) => house.call('POST', paths.setup, { json })));
  assert.equal(responses.filter(({ status }) => status === 201).length, 1);
  assert.equal(await house.deps.records.organizations.count(), 1);
  assert.equal(await code(await house.call('POST', paths.setup, { json: setupForm() })), 'setup-done');
});

test('a wrong setup link, or a misspelt time zone, makes nothing', async () => {
  const house = await openHouse();
  const wrong = await house.call('POST', paths.setup, { json: { ...setupForm(), token: 'x' } });
  assert.equal(await code(wrong), 'setup-link-invalid');
  const zone = await house.call('POST', paths.setup, { json: { ...setupForm(), timeZone: 'Europe/Berln' } });
  assert.deepEqual(Object.keys(Problem.parse(await zone.json()).fields ?? {}), ['timeZone']);
  assert.equal(await house.deps.records.organizations.count(), 0);
  await house.setUp();
});

test('whether a setup link fits is told before anything is filled in', async () => {
  const house = await openHouse();
  const ask = (token: string) => house.call('POST', paths.setupLink, { json: { token } });
  assert.equal((await ask(setupForm().token)).status, 204);
  assert.equal(await code(await ask('x')), 'setup-link-invalid');
  await house.setUp();
  assert.equal(await code(await ask(setupForm().token)), 'setup-done');
});

test('an account that an interrupted setup left behind is taken up by who knows its password', async () => {
  const house = await openHouse();
  const { accounts } = house.deps;
  const { name, email } = setupForm();
  await accounts.create({ name, email, password: secret(password) });
  const guess = await house.call('POST', paths.setup, {
    json: { ...setupForm(), password: 'not the password' },
  });
  assert.equal(await code(guess), 'conflict');
  await house.setUp();
});

test('signing out ends the session for every copy of its cookie', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  assert.equal((await house.call('DELETE', paths.session, { cookie })).status, 200);
  assert.equal(await code(await house.call('GET', paths.me, { cookie })), 'not-signed-in');
});

test('unknown account and wrong password get the same answer, and guessing is stopped', async () => {
  const house = await openHouse();
  await house.setUp();
  const signIn = (email: string, attempt: string) =>
    house.call('POST', paths.session, { json: { email, password: attempt } });
  const wrong = await signIn('ada@example.org', 'wrong');
  const unknown = await signIn('eve@example.org', 'wrong');
  assert.equal(await wrong.text(), await unknown.text());
  for (let made = 1; made < attempts.perAccount; made++) await signIn('ADA@example.org', 'wrong');
  assert.equal(await code(await signIn('ada@example.org', password)), 'too-many-requests');
  await house.deps.clock.advance(attempts.windowMs);
  assert.equal((await signIn('ada@example.org', password)).status, 200);
});

test('guessing over many accounts from one address is stopped, and other addresses go on', async () => {
  const house = await openHouse();
  await house.setUp();
  const signIn = (email: string, peerAddress: string) =>
    house.call('POST', paths.session, { json: { email, password }, peerAddress });
  // Addresses of one IPv6 network are one guesser.
  for (let made = 0; made < attempts.perAddress; made++) {
    const response = await house.call('POST', paths.session, {
      json: { email: `nobody${made}@example.org`, password },
      peerAddress: `2001:db8::${made.toString(16)}`,
    });
    assert.equal(response.status, 401);
  }
  assert.equal(await code(await signIn('ada@example.org', '2001:db8::1')), 'too-many-requests');
  assert.equal(await code(await signIn('ada@example.org', '2001:db8:0:0:9::7%eth0')), 'too-many-requests');
  assert.equal((await signIn('ada@example.org', '192.0.2.7')).status, 200);
});

const publicRoutes = [
  'get /api/openapi.json',
  'get /api/v1/welcome',
  'get /.well-known/jwks.json',
  'get /healthz',
  'get /readyz',
  // Not there without a token, and then only for whoever shows it.
  'get /metrics',
  'get /api/v1/standing',
  'post /api/v1/setup',
  'post /api/v1/setup/link',
  'post /api/v1/sign-up',
  'post /api/v1/sign-up/confirm',
  'post /api/v1/session',
  'delete /api/v1/session',
  'post /api/v1/session/second-step',
  'post /api/v1/session/passkey',
  'post /api/v1/session/passkey/options',
  'post /api/v1/session/single-sign-on',
  'get /api/v1/session/single-sign-on/callback/{providerId}',
  'post /api/v1/password-reset',
  'post /api/v1/password-reset/finish',
  'post /api/v1/invitations/look',
  'post /api/v1/invitations/accept',
  'post /api/v1/providers/{providerId}/logout',
  // Signed with the secret of the device.
  'post /api/v1/devices/{deviceId}/events',
];

function filled(path: string): string {
  return path
    .replace('{sha256}', 'a'.repeat(64))
    .replace('{index}', '0')
    .replace(/\{\w+\}/g, someId);
}

test('nobody reaches anything unsigned but what is listed as public', async () => {
  const house = await openHouse();
  await house.setUp();
  const reachable: string[] = [];
  for (const { method, path } of house.http.routes) {
    const response = await house.call(method.toUpperCase(), filled(path), {
      signal: AbortSignal.timeout(5000),
    });
    if (response.status !== 401 || (await code(response)) !== 'not-signed-in')
      reachable.push(`${method} ${path}`);
    await response.body?.cancel().catch(() => {});
  }
  // Signing in without a body is a 400, not a 401; so this list is exact.
  assert.deepEqual(reachable.toSorted(), publicRoutes.toSorted());
});

test('pages of other sites cannot change anything with a visitor’s cookie', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  const siteId = (await house.deps.records.cameras.all())[0]?.siteId ?? never();
  const arm = (headers: Record<string, string>) =>
    house.call('PUT', paths.arming(siteId), { cookie, json: { arming: 'armed-away' }, headers });
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:9999' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://localhost:8080' },
  ]) {
    assert.equal(await code(await arm(headers)), 'origin-refused', JSON.stringify(headers));
  }
  const form = await house.call('PUT', paths.arming(siteId), {
    cookie,
    body: '{"arming":"armed-away"}',
    headers: { 'content-type': 'text/plain' },
  });
  assert.equal(await code(form), 'request-invalid');
  assert.equal((await arm({})).status, 200);
  assert.equal((await arm({ origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' })).status, 200);
});

test('a foreign host name that resolves to this machine is refused, addresses and our name are not', async () => {
  const house = await openHouse({ publicUrl: 'https://cams.example.org' });
  const host = (name: string) => house.call('GET', paths.welcome, { headers: { host: name } });
  assert.equal(await code(await host('evil.example:8080')), 'origin-refused');
  for (const name of ['127.0.0.1:8080', '192.168.1.4', '[::1]:8080', 'localhost', 'CAMS.example.org:443']) {
    assert.equal((await host(name)).status, 200, name);
  }
});

test('every answer says what browsers may do with it', async () => {
  const house = await openHouse();
  for (const path of [paths.welcome, paths.me, '/nothing', '/api/nothing']) {
    const { headers } = await house.call('GET', path);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
  }
});

test('whatever is malformed is told as a problem with the field at fault', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  const post = (options: object) => house.call('POST', paths.sites, { cookie, ...options });
  const json = { 'content-type': 'application/json' };
  const unnamed = await post({ json: { name: '', timeZone: 'Europe/Berlin' } });
  const fault = Problem.parse(await unnamed.json());
  const sentence = 'The name is missing. It must be 1 to 80 characters, without line breaks or hidden marks.';
  assert.deepEqual(
    [fault.code, fault.fields, fault.detail],
    ['request-invalid', { name: sentence }, sentence],
  );
  assert.equal(await code(await post({ body: '{', headers: json })), 'request-invalid');
  assert.equal(await code(await post({ body: '', headers: json })), 'request-invalid');
  const large = `{"name":"${'x'.repeat(70_000)}"}`;
  assert.equal(await code(await post({ body: large, headers: json })), 'body-too-large');
  assert.equal(await code(await house.call('GET', '/api/v1/nothing', { cookie })), 'not-found');
  assert.equal(await code(await house.call('GET', paths.camera('x'), { cookie })), 'not-found');
  assert.equal(await code(await house.call('GET', '/')), 'pages-missing');
});

test('an error inside is logged and says nothing of itself', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  house.deps.records.sites.list = () => Promise.reject(new Error('SELECT secret FROM table'));
  const response = await house.call('GET', paths.sites, { cookie });
  const text = await response.text();
  assert.equal(response.status, 500);
  assert.doesNotMatch(text, /SELECT|secret|stack/);
});

const Description = z.looseObject({
  openapi: z.string(),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        responses: z.record(z.string(), z.object({ content: z.record(z.string(), z.unknown()).optional() })),
      }),
    ),
  ),
});

test('the description of the API names every route, its security and its problems', async () => {
  const house = await openHouse();
  const document = Description.parse(await (await house.call('GET', paths.openapi)).json());
  assert.equal(document.openapi, '3.1.0');
  for (const { method, path, allow } of house.http.routes) {
    const operation = document.paths[path]?.[method];
    assert.ok(operation, `${method} ${path}`);
    const machines = machinePermissions.some((permission) => permission === allow);
    const ways = [{ session: [] }, ...(machines ? [{ accessKey: [] }] : [])];
    assert.deepEqual(operation.security, allow === 'public' ? [] : ways, `${method} ${path}`);
    assert.ok(operation.responses['403']?.content?.['application/problem+json']);
  }
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  assert.equal(new Set(ids).size, house.http.routes.length);
  const names = new Set(Object.keys(document.components.schemas));
  for (const [, name = ''] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    assert.ok(names.has(name), name);
  }
});

test('the session cookie of setting up is the one of signing in', async () => {
  const house = await openHouse();
  const first = await house.setUp();
  const second = cookieOf(
    await house.call('POST', paths.session, { json: { email: 'ada@example.org', password } }),
  );
  assert.equal(first.split('=')[0], second.split('=')[0]);
  assert.notEqual(first, second);
});

function never(): never {
  throw new Error('There should be a camera.');
}
