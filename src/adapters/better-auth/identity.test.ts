// Identity through its port, on a real database.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cookiesOf, identityContract } from '../../core/ports/identity.contract.ts';
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

identityContract('better-auth identity', async () => (await open()).identity);

test('the session cookie travels over https only, where people reach this installation over https', async () => {
  for (const [baseUrl, secure] of [
    ['http://localhost:8080', false],
    ['https://cams.example.org', true],
  ] as const) {
    const { identity } = await open(baseUrl);
    await identity.createUser(person);
    const { headers } = await identity.signIn({ email: person.email, password }, new Headers());
    const [cookie = ''] = headers.getSetCookie();
    assert.equal(/Secure/.test(cookie), secure);
  }
});

test('sessions outlive a restart, and end with the secret that signed them', async () => {
  const { identity, options } = await open();
  await identity.createUser(person);
  const { headers } = await identity.signIn({ email: person.email, password }, new Headers());
  const cookie = cookiesOf(headers).get('cookie') ?? '';
  const again = await betterAuthIdentity(options);
  assert.equal((await again.user(new Headers({ cookie })))?.email, 'ada@example.org');
  const otherSecret = await betterAuthIdentity({
    ...options,
    secret: secret('x'.repeat(20) + 'y'.repeat(20)),
  });
  assert.equal(await otherSecret.user(new Headers({ cookie })), null);
});
