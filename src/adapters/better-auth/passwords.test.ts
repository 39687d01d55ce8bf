// Passwords: how they are stored, and what happens to older forms.

import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { sql } from 'kysely';
import { identityHouse as open } from '../../../test/houses/identity.ts';
import { ada, browser, password, signedIn } from '../../core/ports/identity.contract.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { type Database, openDatabase } from '../sql/database.ts';
import { systemClock } from '../system/clock.ts';
import { openIdentity } from './identity.ts';
import { maxHashesAtOnce, maxHashesWaiting } from './passwords.ts';

test('the hash function is Argon2id: the vector of RFC 9106 §5.3', () => {
  const tag = argon2Sync('argon2id', {
    message: Buffer.alloc(32, 1),
    nonce: Buffer.alloc(16, 2),
    secret: Buffer.alloc(8, 3),
    associatedData: Buffer.alloc(12, 4),
    parallelism: 4,
    tagLength: 32,
    memory: 32,
    passes: 3,
  });
  assert.equal(tag.toString('hex'), '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
});

async function stored(database: Database): Promise<string> {
  const { rows } = await sql<{ password: string }>`select password from identity_account`.execute(
    database.kysely,
  );
  return rows[0]?.password ?? '';
}

function phcOf(message: string, cost: { memory: number; passes: number }): string {
  const nonce = Buffer.alloc(16, 7);
  const tag = argon2Sync('argon2id', { message, nonce, parallelism: 1, tagLength: 32, ...cost });
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${base64(nonce)}$${base64(tag)}`;
}

/** The tables as they were before there was Argon2id, with one account and its session. */
async function before(t: TestContext) {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  t.after(() => database.close());
  const options = {
    database: database.kysely,
    baseUrl: 'http://localhost:8080',
    secret: secret('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG'),
    log: silentLog,
    clock: systemClock(),
  };
  const old = {
    baseURL: options.baseUrl,
    secret: options.secret.reveal(),
    database: { db: options.database, type: 'sqlite' },
    emailAndPassword: { enabled: true },
    user: { modelName: 'identity_user' },
    account: { modelName: 'identity_account' },
    verification: { modelName: 'identity_verification' },
    session: { modelName: 'identity_session' },
    telemetry: { enabled: false },
    advanced: { cookiePrefix: 'vedette', disableCSRFCheck: true, disableOriginCheck: true },
  } satisfies BetterAuthOptions;
  await (await getMigrations(old)).runMigrations();
  const { api } = betterAuth(old);
  const body = { name: ada.name, email: ada.email, password: password.reveal() };
  const { headers } = await api.signUpEmail({ body, returnHeaders: true });
  return { database, options, cookie: browser(headers) };
}

test('passwords are stored by Argon2id, 19 MiB and two passes, each with a salt of its own', async (t) => {
  const { accounts, database } = await open(t);
  await accounts.create(ada);
  const first = await stored(database);
  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  await sql`delete from identity_account`.execute(database.kysely);
  await accounts.setPassword((await accounts.findByEmail(ada.email))?.id ?? '', password);
  assert.notEqual(await stored(database), first);
});

test('a hash with other parameters lets in and is replaced, but not where the password was wrong', async (t) => {
  const house = await open(t);
  await house.accounts.create(ada);
  const older = phcOf(password.reveal(), { memory: 4_096, passes: 3 });
  await sql`update identity_account set password = ${older}`.execute(house.database.kysely);
  const wrong = { ...ada, password: secret('something else') };
  await assert.rejects(house.identity.signIn(wrong, browser()), { code: 'credentials-wrong' });
  assert.equal(await stored(house.database), older);
  await signedIn(house);
  assert.match(await stored(house.database), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await signedIn(house);
});

test('accounts of before live on, their sessions sign in once more, and the old form of their passwords is replaced', async (t) => {
  const house = await before(t);
  const provider = await openIdentity(house.options);
  // Their cookies are signed without their name.
  assert.equal(await provider.identity.session(house.cookie), null);
  await signedIn(provider);
  assert.match(await stored(house.database), /^\$argon2id\$/);
  await signedIn(provider);
});

test('unknown, disabled and passwordless accounts cost a hash too: they wait in the same line', async (t) => {
  const { accounts, identity } = await open(t);
  await accounts.create({ ...ada, email: 'passwordless@example.org', password: null });
  const disabled = await accounts.create({ ...ada, email: 'disabled@example.org' });
  await accounts.setDisabled(disabled.id, true);
  for (const local of ['nobody', 'passwordless', 'disabled']) {
    const attempts = Array.from({ length: maxHashesAtOnce + maxHashesWaiting + 1 }, () =>
      identity.signIn({ email: `${local}@example.org`, password }, browser()).catch(({ code }) => code),
    );
    const codes = await Promise.all(attempts);
    assert.equal(codes.filter((code) => code === 'too-many-requests').length, 1, local);
    assert.equal(codes.filter((code) => code === 'credentials-wrong').length, codes.length - 1, local);
  }
});
