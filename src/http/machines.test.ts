// Machines: access keys, and tokens that other services check by themselves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';
import { openHouse } from '../../test/houses/http.ts';
import { makeKey, makePerson, makeTenant } from '../../test/houses/tenancy.ts';
import { branded, type EpochMs } from '../core/brand.ts';
import { machinePermissions } from '../core/organization/access-key.ts';
import { Problem } from './contract/common.ts';
import { Token } from './contract/organization.ts';
import { paths } from './contract/paths.ts';

const audience = 'https://archive.example';

async function open() {
  const house = await openHouse();
  const tenant = await makeTenant(house, 'Alpha');
  const admin = await makePerson(house, tenant, 'admin');
  const owner = await makePerson(house, tenant, 'owner', [tenant.site.id]);
  const token = async (headers: Record<string, string>, lifeSeconds = 300) => {
    const response = await house.call('POST', paths.token, { headers, json: { audience, lifeSeconds } });
    return Token.parse(await response.json());
  };
  const verify = async (text: string, expected = audience) => {
    const keys = z.object({ keys: z.array(z.looseObject({})) });
    const set = keys.parse(await (await house.call('GET', paths.keySet)).json());
    const currentDate = new Date(house.deps.clock.now());
    return jwtVerify(text, createLocalJWKSet(set), { audience: expected, currentDate });
  };
  return { house, tenant, admin, owner, token, verify };
}

test('a token tells who calls and what they reach, and whoever has the key set can check it', async () => {
  const { house, tenant, admin, owner, token, verify } = await open();
  const { token: text, expiresAt } = await token({ cookie: owner.cookie });
  const { payload } = await verify(text);
  const { sub, organization, role, sites, aud, exp = 0 } = payload;
  assert.deepEqual(
    { sub, organization, role, sites, aud },
    {
      sub: owner.member.id,
      organization: tenant.organization.id,
      role: 'owner',
      sites: [tenant.site.id],
      aud: audience,
    },
  );
  assert.equal(expiresAt, exp * 1000);
  assert.notEqual(decodeProtectedHeader(text).alg, 'none');
  await assert.rejects(verify(text, 'https://somebody-else.example'));
  await house.deps.clock.advance(300_000);
  await assert.rejects(verify(text), { code: 'ERR_JWT_EXPIRED' });
  const all = await verify((await token({ cookie: admin.cookie })).token);
  assert.equal(all.payload.sites, null);
});

test('a token of a key tells its permissions, and ends no later than the key', async () => {
  const { house, tenant, admin, token, verify } = await open();
  const expiresAt = branded<EpochMs>(house.deps.clock.now() + 20_000);
  const key = await makeKey(house, tenant, admin.member, ['view', 'arm'], { expiresAt });
  const made = await token({ authorization: `Bearer ${key}` }, 3_600);
  const { payload } = await verify(made.token);
  assert.deepEqual([payload.permissions, payload.role], [['view', 'arm'], undefined]);
  assert.equal(made.expiresAt, expiresAt);
});

test('the key set has public halves only, may be kept for a while, and is there for anybody', async () => {
  const { house, token, owner } = await open();
  await token({ cookie: owner.cookie });
  const response = await house.call('GET', paths.keySet);
  assert.match(response.headers.get('cache-control') ?? '', /^public, max-age=\d+$/);
  const { keys } = z.object({ keys: z.array(z.looseObject({})).min(1) }).parse(await response.json());
  for (const key of keys) {
    assert.ok(!Object.hasOwn(key, 'd') && !Object.hasOwn(key, 'k'));
    assert.ok(Object.hasOwn(key, 'kid'));
  }
});

test('a token opens nothing here, and neither does anything else that is no key', async () => {
  const { house, owner, token } = await open();
  const { token: text } = await token({ cookie: owner.cookie });
  const [head = '', body = ''] = text.split('.');
  const junk = [
    `Bearer ${text}`,
    `Bearer ${head}.${body}.`,
    'Bearer',
    'Bearer ',
    'Bearer  ',
    'bearer null',
    `Bearer vdt_${'A'.repeat(43)}`,
    `Bearer ${'x'.repeat(100_000)}`,
    'Bearer vdt_ vdt_',
    "Bearer vdt_' or 1=1 --",
    'Basic YWRhOnBhc3N3b3Jk',
    'Digest username="ada"',
    ',',
  ];
  for (const authorization of junk) {
    for (const cookie of [undefined, owner.cookie]) {
      const headers = { authorization, ...(cookie === undefined ? {} : { cookie }) };
      const response = await house.call('GET', paths.sites, { headers });
      assert.equal(Problem.parse(await response.json()).code, 'not-signed-in', authorization.slice(0, 40));
    }
  }
});

test('a key can do no more than who made it, from the moment that they can do less', async () => {
  const { house, tenant, admin } = await open();
  const maker = await makePerson(house, tenant, 'admin');
  const key = await makeKey(house, tenant, maker.member, machinePermissions);
  const headers = { authorization: `Bearer ${key}` };
  const post = () => house.call('POST', paths.sites, { headers, json: { name: 'Barn', timeZone: 'UTC' } });
  assert.equal((await post()).status, 201);
  const json = { role: 'owner', siteIds: [tenant.elsewhere.id] };
  await house.call('PATCH', paths.person(maker.member.id), { cookie: admin.cookie, json });
  assert.equal((await post()).status, 403);
  const listed = await (await house.call('GET', paths.sites, { headers })).text();
  assert.ok(listed.includes(tenant.elsewhere.id) && !listed.includes(tenant.site.id));
  await house.call('DELETE', paths.person(maker.member.id), { cookie: admin.cookie });
  assert.equal((await house.call('GET', paths.sites, { headers })).status, 401);
});
