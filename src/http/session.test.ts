// Signing in and out where something else is wrong: it is told, and not taken for something it is not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookieOf, openHouse, password } from '../../test/houses/http.ts';
import { organization as organizationRow, provider as providerRow } from '../../test/houses/rows.ts';
import { branded, type ProviderId } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import { silentLog } from '../core/ports/log.ts';
import { secret } from '../core/secret.ts';
import { paths } from './contract/paths.ts';
import { SignedOut } from './contract/session.ts';
import { accountOf } from './routes/welcome.ts';

test('who signs out is out, and the log says why the provider could not be asked', async (t) => {
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: (_: string, fields: unknown) => void warnings.push(fields) };
  const house = await openHouse({}, log);
  await house.setUp();
  const { member } = await house.enrol('viewer');
  const acme = organizationRow();
  await house.deps.records.organizations.insert(acme);
  const provider = providerRow(acme, { domains: ['acme.example'] });
  await house.deps.records.providers.insert(provider);
  const providerId = branded<ProviderId>(provider.id);
  const who = { userId: member.userId, organizationId: acme.id, subject: 'a', providerSessionId: null };
  const headers = await house.deps.identity.signInFromProvider({ ...who, providerId }, new Headers());
  t.mock.method(house.deps.singleSignOn, 'endSessionUrl', () => Promise.reject(new Error('no such host')));
  const cookie = cookieOf(new Response(null, { headers }));
  const out = await house.call('DELETE', paths.session, { cookie });
  assert.equal(SignedOut.parse(await out.json()).endSessionUrl, null);
  assert.equal((await house.call('GET', paths.account, { cookie })).status, 401);
  assert.match(JSON.stringify(warnings), new RegExp(providerId));
});

test('a server that is busy is not taken for an address that is taken', async (t) => {
  const house = await openHouse();
  await house.setUp();
  const { accounts, identity } = house.deps;
  const person = { name: 'Ada', email: 'ada@example.org', password: secret(password), isMailboxProven: true };
  const wrong = { ...person, password: secret('some other password') };
  await assert.rejects(accountOf(house.deps, wrong, new Headers()), { code: 'conflict' });
  t.mock.method(identity, 'signIn', () => Promise.reject(new VedetteError('too-many-requests')));
  await assert.rejects(accountOf({ accounts, identity }, person, new Headers()), {
    code: 'too-many-requests',
  });
});
