// Bad input: fields that nobody offered, bodies that are none, foreign pages, foreign names.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../test/houses/http.ts';
import { makePerson, makeTenant } from '../../test/houses/tenancy.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { maxBodyBytes } from './limits.ts';
import type { Route } from './route.ts';

async function open() {
  const house = await openHouse();
  const [alpha, beta] = [await makeTenant(house, 'Alpha'), await makeTenant(house, 'Beta')];
  const admin = await makePerson(house, alpha, 'admin');
  const viewer = await makePerson(house, alpha, 'viewer', [alpha.site.id]);
  return { house, alpha, beta, admin, viewer };
}

async function code(response: Response): Promise<string> {
  return Problem.parse(await response.json()).code;
}

/** Routes that change something, as requests of a foreign page would. */
const changing = ({ method }: Route) => method !== 'get';
/** What is signed by its sender is looked at only where the signature fits. */
const isSigned = ({ errors }: Route) => errors.includes('device-event-refused');
const address = ({ path }: Route) => path.replace(/\{\w+\}/g, '01890a5d-ac96-774b-bcce-b302099a8057');

test('what a body names beside what is asked for changes nothing: no role, no organization, no owner', async () => {
  const { house, alpha, beta, admin, viewer } = await open();
  const { records } = house.deps;
  const more = {
    ...{ id: viewer.member.id, organizationId: beta.organization.id, organization_id: beta.organization.id },
    ...{ role: 'admin', userId: admin.member.userId, isAdmin: true, permissions: ['manage-people'] },
    ...{ siteIds: [], createdAt: 0, email: 'eve@example.org', isStrong: true, hasSecondFactor: true },
    ...{ __proto__: { role: 'admin' }, constructor: { prototype: { role: 'admin' } } },
  };
  const patched = await house.call('PATCH', paths.account, {
    cookie: viewer.cookie,
    json: { ...more, name: 'Vi' },
  });
  assert.equal(patched.status, 200);
  const kept = await records.members.find(viewer.member.id);
  assert.deepEqual({ ...kept, lastSeenAt: null }, { ...viewer.member, name: 'Vi', lastSeenAt: null });
  const site = await house.call('POST', paths.sites, {
    cookie: admin.cookie,
    json: { ...more, name: 'Barn', timeZone: 'UTC', arming: 'armed-away' },
  });
  assert.equal(site.status, 201);
  assert.deepEqual((await records.sites.list(beta.organization.id)).length, 2);
  const barn = (await records.sites.list(alpha.organization.id)).find(({ name }) => name === 'Barn');
  assert.equal(barn?.arming, 'disarmed');
  const organization = {
    ...more,
    name: 'Alpha',
    id: beta.organization.id,
    policy: { requireSecondFactor: false, x: 1 },
  };
  await house.call('PATCH', paths.organization, { cookie: admin.cookie, json: organization });
  assert.equal((await records.organizations.find(beta.organization.id))?.name, beta.organization.name);
  const raw = '{"__proto__":{"role":"admin"},"name":"Vi"}';
  const headers = { 'content-type': 'application/json' };
  await house.call('PATCH', paths.account, { cookie: viewer.cookie, body: raw, headers });
  assert.equal((await records.members.find(viewer.member.id))?.role, 'viewer');
  assert.equal(Object.hasOwn(Object.prototype, 'role'), false);
});

test('whatever is sent as a body, the answer is a sentence and never a fault of ours', async () => {
  const { house, admin } = await open();
  const json = { 'content-type': 'application/json' };
  const bodies: readonly [string, Record<string, string>, string][] = [
    ['', json, 'request-invalid'],
    ['{', json, 'request-invalid'],
    ['null', json, 'request-invalid'],
    ['[]', json, 'request-invalid'],
    ['"x"', json, 'request-invalid'],
    ['1e999', json, 'request-invalid'],
    [`${'['.repeat(30_000)}`, json, 'request-invalid'],
    ['a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 'request-invalid'],
    ['{}', { 'content-type': 'text/plain' }, 'request-invalid'],
    ['x'.repeat(maxBodyBytes + 1), json, 'body-too-large'],
  ];
  const routes = house.http.routes.filter(
    (route) => changing(route) && route.body !== null && !isSigned(route),
  );
  for (const route of routes) {
    for (const [body, headers, expected] of bodies) {
      const options = { cookie: admin.cookie, body, headers };
      const response = await house.call(route.method.toUpperCase(), address(route), options);
      const what = `${route.method} ${route.path} ${body.slice(0, 20)}`;
      assert.equal(await code(response), expected, what);
    }
    // Fields that nobody knows are left out; these must only not break anything.
    for (const body of [`${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, '{"name":"\\ud800","token":{}}']) {
      const options = { cookie: admin.cookie, body, headers: json };
      const response = await house.call(route.method.toUpperCase(), address(route), options);
      assert.ok(response.status < 500, `${route.method} ${route.path} ${response.status}`);
    }
  }
  assert.ok(routes.length >= 25);
});

test('a body that says it is short, or never ends, is cut off where the limit is', async () => {
  const { house, admin } = await open();
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(16 * 1024).fill(32));
    },
  });
  const headers = {
    ...{ host: 'localhost:8080', cookie: admin.cookie },
    ...{ 'content-type': 'application/json', 'content-length': '2' },
  };
  const request = new Request(`http://localhost:8080${paths.sites}`, {
    ...{ method: 'POST', headers, body: endless, duplex: 'half' },
  } as RequestInit);
  assert.equal(await code(await house.http.fetch(request)), 'body-too-large');
  assert.ok(pulled < 10, `${pulled} parts were read`);
});

test('no page of another site can change anything, at any address, whoever is signed in', async () => {
  const { house, admin } = await open();
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:8080.evil.example' },
    { origin: 'http://localhost' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];
  for (const route of house.http.routes.filter(changing)) {
    for (const headers of foreign) {
      const options = { cookie: admin.cookie, headers };
      const response = await house.call(route.method.toUpperCase(), address(route), options);
      assert.equal(await code(response), 'origin-refused', `${route.method} ${route.path}`);
    }
  }
  assert.equal((await house.call('GET', paths.me, { cookie: admin.cookie })).status, 200);
});

test('no address changes anything by GET, and other methods are not there', async () => {
  const { house, admin } = await open();
  for (const route of house.http.routes.filter(changing)) {
    const isThere = house.http.routes.some(({ method, path }) => method === 'get' && path === route.path);
    if (isThere) continue;
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const response = await house.call(method, address(route), { cookie: admin.cookie });
      assert.equal(response.status, 404, `${method} ${route.path}`);
    }
  }
  for (const header of ['x-http-method-override', 'x-method-override', 'x-http-method']) {
    const response = await house.call('POST', paths.me, {
      cookie: admin.cookie,
      headers: { [header]: 'GET' },
    });
    assert.equal(response.status, 404);
  }
});

test('no answer sends the browser, or names a link, to where the request said it came from', async () => {
  const { house, admin } = await open();
  const evil = {
    ...{ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' },
    ...{
      'x-original-url': '//evil.example',
      'x-rewrite-url': '//evil.example',
      referer: 'https://evil.example/',
    },
  };
  const invited = await house.call('POST', paths.invitations, {
    cookie: admin.cookie,
    headers: evil,
    json: { email: 'bob@example.org', role: 'manager' },
  });
  assert.match(await invited.text(), /"link":"http:\/\/localhost:8080\/invitation#/);
  assert.ok(house.letters.every(({ text }) => !text.includes('evil')));
  const ways = [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/%5cevil.example',
    '/.//evil.example',
  ];
  for (const { method, path } of house.http.routes.filter(({ allow }) => allow === 'public')) {
    for (const way of ways) {
      const query = new URLSearchParams({
        returnTo: way,
        next: way,
        url: way,
        redirect: way,
        state: way,
        code: 'x',
      });
      const response = await house.call(method.toUpperCase(), `${path}?${query}`, { headers: evil });
      const location = response.headers.get('location');
      const to = location === null ? null : new URL(location, 'http://localhost:8080').origin;
      assert.ok(to === null || to === 'http://localhost:8080', `${method} ${path} → ${location}`);
      await response.body?.cancel();
    }
  }
});

test('a foreign host name is refused at every address, before anything else happens', async () => {
  const { house, admin } = await open();
  for (const route of house.http.routes) {
    for (const host of ['evil.example', 'localhost.evil.example:8080', '127.0.0.1.evil.example', '']) {
      const options = { cookie: admin.cookie, headers: { host } };
      const response = await house.call(route.method.toUpperCase(), address(route), options);
      assert.equal(await code(response), 'origin-refused', `${route.method} ${route.path} at ${host}`);
    }
  }
});

test('ids that are none, of others, or tricks are addresses with nothing there', async () => {
  const { house, admin } = await open();
  const tricks = [
    'x',
    '0',
    '..',
    '%2e%2e',
    "' or 1=1 --",
    '00000000-0000-0000-0000-000000000000',
    '%00',
    '*',
    'null',
  ];
  const named = house.http.routes.filter((route) => route.path.includes('{') && !isSigned(route));
  for (const { method, path } of named) {
    for (const trick of tricks) {
      const place = path.replace(/\{\w+\}/g, () => encodeURIComponent(trick));
      const response = await house.call(method.toUpperCase(), place, {
        ...{ cookie: admin.cookie, headers: { 'content-type': 'application/json' } },
        ...(method === 'get' ? {} : { body: '{}' }),
      });
      assert.ok([400, 404, 410].includes(response.status), `${method} ${place}: ${response.status}`);
    }
  }
});

test('a key behind the question mark that a route does not know is named, with the one that was meant', async () => {
  const { house, admin } = await open();
  const { cookie } = admin;
  const asked = async (path: string) => {
    const response = await house.call('GET', path, { cookie });
    assert.equal(response.status, 400, path);
    return Problem.parse(await response.json());
  };
  const cameraId = '01890a5d-ac96-774b-bcce-b302099a8057';
  const clip = `${paths.clip(cameraId)}?from=0&to=1000`;
  const misspelt = await asked(`${clip}&blurr=masks`);
  assert.equal(misspelt.code, 'request-invalid');
  assert.equal(misspelt.detail, 'There is no "blurr" to ask for here. Did you mean "blur"?');
  assert.deepEqual(misspelt.fields, { blurr: misspelt.detail });
  assert.equal(
    (await asked(`${clip}&Blur=masks`)).detail,
    'There is no "Blur" to ask for here. Did you mean "blur"?',
  );
  assert.equal(
    (await asked(`${clip}&hide=1`)).detail,
    'There is no "hide" to ask for here. It may be "from", "to" or "blur".',
  );
  assert.equal((await asked(`${clip}&blur=masks&blur=masks`)).detail, 'Give "blur" once.');
  assert.match(
    (await asked(`${paths.sites}?x=1`)).detail,
    /^There is no "x" .* takes nothing behind a "\?"\.$/,
  );
  const odd = await asked(`${paths.sites}?__proto__=1&constructor=2`);
  assert.match(odd.detail, /^There is no "__proto__" to ask for here\. .* There is no "constructor"/);
  assert.equal((await asked(`${paths.sites}?${'x'.repeat(2000)}=1`)).fields, undefined);
});

test('every route refuses a key that it does not know, unless it takes any', async () => {
  const { house } = await open();
  const anyKey = house.http.routes.filter(({ query }) => query.def.catchall !== undefined);
  assert.deepEqual(
    anyKey.map(({ path }) => path).toSorted(),
    [
      paths.deviceEvents('{deviceId}'),
      paths.deviceReport('{deviceId}'),
      paths.picture('{cameraId}'),
      paths.imageFile('{imageId}'),
      paths.snapshot('{incidentId}'),
      paths.providerLogout('{providerId}'),
      paths.singleSignOnCallback('{providerId}'),
      '/healthz',
      '/metrics',
      '/readyz',
    ].toSorted(),
  );
  const live = await house.call('GET', '/healthz?probe=7');
  assert.equal(live.status, 200);
});
