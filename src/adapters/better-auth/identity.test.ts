// Identity through its port, on a real database.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { openDatabase } from '../sql/database.ts';
import { systemClock } from '../system/clock.ts';
import { betterAuthIdentity } from './identity.ts';

const password = secret('correct horse battery');
const person = { name: 'Ada', email: 'Ada@Example.org', password };

async function open(baseUrl = 'http://localhost:8080') {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const options = {
    database: database.kysely,
    baseUrl,
    secret: secret('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'),
    log: silentLog,
    clock: systemClock(),
  };
  return { identity: await betterAuthIdentity(options), database, options };
}

function cookieHeader(headers: Headers): Headers {
  const pairs = headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  return new Headers({ cookie: pairs.join('; ') });
}

test('who signs in is known by the cookie until signing out, and then the same cookie is worth nothing', async () => {
  const { identity } = await open();
  const made = await identity.createUser(person);
  const { user, headers } = await identity.signIn({ email: 'ada@example.org', password }, new Headers());
  assert.deepEqual(user, made);
  const signedIn = cookieHeader(headers);
  assert.deepEqual(await identity.user(signedIn), made);
  const cleared = await identity.signOut(signedIn);
  assert.match(cleared.getSetCookie().join('\n'), /Max-Age=0/);
  assert.equal(await identity.user(signedIn), null);
});

test('the session cookie is out of reach of scripts and other sites, and with https of plain http', async () => {
  for (const [baseUrl, secure] of [
    ['http://localhost:8080', false],
    ['https://cams.example.org', true],
  ] as const) {
    const { identity } = await open(baseUrl);
    await identity.createUser(person);
    const { headers } = await identity.signIn({ email: person.email, password }, new Headers());
    const [cookie = ''] = headers.getSetCookie();
    assert.match(cookie, /HttpOnly/);
    assert.match(cookie, /SameSite=(Lax|Strict)/);
    assert.equal(/Secure/.test(cookie), secure);
  }
});

test('an unknown account and a wrong password get the same answer', async () => {
  const { identity } = await open();
  await identity.createUser(person);
  const wrong = { email: person.email, password: secret('something else') };
  const unknown = { email: 'nobody@example.org', password };
  for (const attempt of [wrong, unknown]) {
    await assert.rejects(identity.signIn(attempt, new Headers()), { code: 'credentials-wrong' });
  }
});

test('an address has one account, whatever its case and however many ask at once', async () => {
  const { identity } = await open();
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => identity.createUser(person)));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  await assert.rejects(identity.createUser({ ...person, email: 'ADA@example.org' }), { code: 'conflict' });
});

test('a short password is refused', async () => {
  const { identity } = await open();
  await assert.rejects(identity.createUser({ ...person, password: secret('short') }), {
    code: 'request-invalid',
  });
});

test('a forged or tampered cookie is nobody, and the tables survive being opened again', async () => {
  const { identity, options } = await open();
  await identity.createUser(person);
  const { headers } = await identity.signIn({ email: person.email, password }, new Headers());
  const cookie = cookieHeader(headers).get('cookie') ?? '';
  const again = await betterAuthIdentity(options);
  assert.equal((await again.user(new Headers({ cookie })))?.email, 'ada@example.org');
  const forged = cookie.replace(/\.[^.]*$/, '.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D');
  assert.equal(await again.user(new Headers({ cookie: forged })), null);
  const otherSecret = await betterAuthIdentity({
    ...options,
    secret: secret('x'.repeat(20) + 'y'.repeat(20)),
  });
  assert.equal(await otherSecret.user(new Headers({ cookie })), null);
});
