// Keys in Vault's own Transit engine.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import {
  serviceAccountJwt,
  startVault,
  type VaultServer,
  vaultIsMissing,
} from '../../../test/servers/vault.ts';
import { keysContract } from '../../core/ports/keys.contract.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { systemClock } from '../system/clock.ts';
import { vaultAddress } from './address.ts';
import { vaultKeys } from './keys.ts';

const skip = vaultIsMissing;
let server: VaultServer;
let folder = '';
/** Written once: who opens while another writes it finds it empty. */
let rootFile = '';
let names = 0;
const key = Uint8Array.from({ length: 16 }, (_, index) => index);

/** What the documentation says a process needs, for names that begin with `v`. */
const policy = {
  path: {
    'transit/encrypt/v*': { capabilities: ['update'] },
    'transit/decrypt/v*': { capabilities: ['update'] },
    'transit/sign/v*': { capabilities: ['update'] },
    'transit/keys/v*': { capabilities: ['create', 'read', 'update'] },
  },
};

before(async () => {
  if (skip !== false) return;
  server = await startVault({ standby: true });
  folder = await mkdtemp(join(tmpdir(), 'vedette-vault-test-'));
  rootFile = await written('root', server.rootToken);
  await server.call('POST', 'sys/policies/acl/vedette', { policy: JSON.stringify(policy) });
});
after(async () => {
  if (skip !== false) return;
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const freshName = () => `v${++names}`;

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function open(
  t: TestContext,
  { name = freshName(), origin = server.origin, mayMake = true, signIn = '' } = {},
) {
  const how = signIn === '' ? `token-file=${rootFile}` : signIn;
  const scheme = origin.startsWith('https') ? 'vaults' : 'vault';
  const address = vaultAddress(secret(`${scheme}://${new URL(origin).host}/transit/${name}?${how}`));
  const keys = await vaultKeys({ address, clock: systemClock(), log: silentLog, mayMake });
  t.after(() => keys.close());
  return keys;
}

/** A role of AppRole whose tokens live so long; the query that signs in with it. */
async function approle({ ttl = '1h', longest = '1h', wrapped = false, policies = ['vedette'] } = {}) {
  const role = `auth/approle/role/r${++names}`;
  await server.call('POST', role, { token_policies: policies, token_ttl: ttl, token_max_ttl: longest });
  const { data } = await server.call('GET', `${role}/role-id`);
  const headers: Record<string, string> = wrapped ? { 'X-Vault-Wrap-TTL': '60s' } : {};
  const made = await server.call('POST', `${role}/secret-id`, {}, headers);
  const secretId = wrapped ? made.wrap_info?.token : made.data?.secret_id;
  const file = await written(`secret-${names}`, String(secretId));
  return `role-id=${data?.role_id}&secret-id-file=${file}${wrapped ? '&wrapped=true' : ''}`;
}

if (skip === false) keysContract('Vault', (t) => open(t));

test('keys, epochs and the signing key are found again by another process', { skip }, async (t) => {
  const name = freshName();
  const one = await open(t, { name });
  const wrapped = await one.wrap(key, 'c');
  assert.equal(await one.rotate(), 2);
  const other = await open(t, { name, mayMake: false });
  assert.deepEqual(await other.unwrap(wrapped, 'c'), key);
  assert.deepEqual(await other.publicKey(), await one.publicKey());
  assert.equal((await other.wrap(key, 'c')).epoch, 2);
});

test('two processes that start and turn together fork nothing', { skip }, async (t) => {
  const name = freshName();
  const [one, other] = await Promise.all([open(t, { name }), open(t, { name })]);
  assert.deepEqual(await one.publicKey(), await other.publicKey());
  const turning = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).rotate());
  assert.equal(new Set(await Promise.all(turning)).size, 20);
  assert.equal((await one.wrap(key, 'c')).epoch, (await other.wrap(key, 'c')).epoch);
});

test('a destroyed epoch is out of Vault for good, and those before and after it stay', {
  skip,
}, async (t) => {
  const name = freshName();
  const keys = await open(t, { name });
  const first = await keys.wrap(key, 'c');
  await keys.rotate();
  const second = await keys.wrap(key, 'c');
  await keys.rotate();
  await keys.destroyEpoch(2);
  await assert.rejects(keys.unwrap(second, 'c'), { code: 'key-destroyed' });
  assert.deepEqual(await keys.unwrap(first, 'c'), key);
  // Not even who may do everything brings the version back.
  const back = { min_decryption_version: 1, min_encryption_version: 1 };
  await assert.rejects(server.call('POST', `transit/keys/${name}-epoch-2/config`, back), /min available/);
});

test('where something was written, missing keys are refused and none are made', { skip }, async (t) => {
  const name = freshName();
  await assert.rejects(open(t, { name, mayMake: false }), { code: 'key-unavailable', message: /no key/ });
  await assert.rejects(server.call('GET', `transit/keys/${name}-epochs`), /404/);
});

test('AppRole lets in, and the policy of the documentation is enough for everything', { skip }, async (t) => {
  const keys = await open(t, { signIn: await approle() });
  const wrapped = await keys.wrap(key, 'c');
  await keys.rotate();
  await keys.destroyEpoch(wrapped.epoch);
  await keys.sign(key);
});

test('a wrapped secret ID is taken out once, and one that somebody took is told as such', {
  skip,
}, async (t) => {
  const signIn = await approle({ wrapped: true });
  await (await open(t, { signIn })).wrap(key, 'c');
  await assert.rejects(open(t, { signIn }), { code: 'key-unavailable', message: /somebody else did/ });
});

test('Kubernetes lets in with the token of the service account', { skip }, async (t) => {
  const jwt = await written('jwt', serviceAccountJwt);
  await (await open(t, { signIn: `role=vedette&jwt-file=${jwt}` })).wrap(key, 'c');
  const wrong = await written('wrong-jwt', 'another');
  const refused = open(t, { signIn: `role=vedette&jwt-file=${wrong}` });
  await assert.rejects(refused, {
    code: 'key-unavailable',
    message: /does not let this process in by kubernetes/,
  });
});

test('a right that is missing is named by its path, and by the check before it is needed', {
  skip,
}, async (t) => {
  const name = freshName();
  await open(t, { name });
  const narrow = {
    path: {
      ...policy.path,
      'transit/keys/v*': { capabilities: ['read'] },
      [`transit/decrypt/${name}-epoch-1`]: { capabilities: ['deny'] },
    },
  };
  await server.call('POST', 'sys/policies/acl/narrow', { policy: JSON.stringify(narrow) });
  const keys = await open(t, { name, mayMake: false, signIn: await approle({ policies: ['narrow'] }) });
  const message = new RegExp(`path "transit/decrypt/${name}-epoch-1" { capabilities = \\["update"\\] }`);
  await assert.rejects(keys.unwrap(await keys.wrap(key, 'c'), 'c'), { code: 'key-unavailable', message });
  await assert.rejects(keys.rotate(), { code: 'key-unavailable', message: /epochs\/rotate/ });
});

test('tokens that were revoked, and those that a restart forgot, are had again', { skip }, async (t) => {
  const keys = await open(t, { signIn: await approle() });
  const wrapped = await keys.wrap(key, 'c');
  await server.call('POST', 'auth/token/revoke-all');
  const many = await Promise.all(Array.from({ length: 10 }, () => keys.unwrap(wrapped, 'c')));
  assert.ok(many.every((each) => each.toHex() === key.toHex()));
});

test('a token that ends is renewed, and had anew when renewals end', { skip }, async (t) => {
  const keys = await open(t, { signIn: await approle({ ttl: '1s', longest: '2s' }) });
  const until = performance.now() + 4_000;
  while (performance.now() < until) await keys.wrap(key, 'c');
});

test('a token in a file is read again when an agent replaces it', { skip }, async (t) => {
  const file = await written('agent', await server.token(['vedette']));
  const keys = await open(t, { signIn: `token-file=${file}` });
  await server.call('POST', 'auth/token/revoke-all');
  await assert.rejects(keys.wrap(key, 'c'), { code: 'key-unavailable' });
  await written('agent', await server.token(['vedette']));
  await keys.wrap(key, 'c');
});

test('a sealed Vault is one clear error, at once after the first, and is back when unsealed', {
  skip,
}, async (t) => {
  const keys = await open(t);
  const wrapped = await keys.wrap(key, 'c');
  await server.seal();
  try {
    const first = await Promise.allSettled(Array.from({ length: 5 }, () => keys.unwrap(wrapped, 'c')));
    for (const each of first) {
      assert.ok(each.status === 'rejected' && /Vault is sealed/.test(String(each.reason)));
      assert.equal(each.reason.code, 'key-unavailable');
    }
    const began = performance.now();
    await assert.rejects(keys.unwrap(wrapped, 'c'), /sealed/);
    assert.ok(performance.now() - began < 1_000);
  } finally {
    await server.unseal();
  }
  assert.deepEqual(await eventually(() => keys.unwrap(wrapped, 'c')), key);
});

test('a seal that is short, a quota that is full and a standby are not noticed', { skip }, async (t) => {
  const name = freshName();
  const keys = await open(t, { name, origin: server.standbyOrigin ?? '' });
  const wrapped = await keys.wrap(key, 'c');
  await server.call('POST', 'test/busy', { times: 3 });
  assert.deepEqual(await keys.unwrap(wrapped, 'c'), key);
  await server.seal();
  const waiting = keys.unwrap(wrapped, 'c');
  await server.unseal();
  assert.deepEqual(await waiting, key);
});

test('a Vault that is killed and started again loses nothing that was wrapped', { skip }, async (t) => {
  const keys = await open(t, { signIn: await approle() });
  const wrapped: Awaited<ReturnType<typeof keys.wrap>>[] = [];
  const ended = new AbortController();
  const traffic = (async () => {
    while (!ended.signal.aborted) wrapped.push(await keys.wrap(key, 'c'));
  })();
  await server.kill();
  await server.start();
  await server.call('POST', 'sys/policies/acl/vedette', { policy: JSON.stringify(policy) });
  await eventually(async () => assert.ok(wrapped.length > 20));
  ended.abort();
  await traffic;
  for (const each of wrapped) assert.deepEqual(await keys.unwrap(each, 'c'), key);
});

test('no secret is in an error', { skip }, async (t) => {
  const file = await written('bad', 'hvs.a-token-of-nobody');
  const failed = await open(t, { signIn: `token-file=${file}` }).catch((error: unknown) => error);
  assert.ok(failed instanceof Error);
  assert.equal(JSON.stringify([failed, failed.message, failed.stack]).includes('a-token-of-nobody'), false);
});

/** For what comes back in its own time. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
