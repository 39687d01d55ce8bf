// What a check says of a Vault before the program depends on it: one line for each thing that is wrong.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { freePort } from '../../../test/servers/free-port.ts';
import { startVault, type VaultServer, vaultIsMissing } from '../../../test/servers/vault.ts';
import { silentLog } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { foundBy, tryKeys } from '../../core/setting-finding.testing.ts';
import { systemClock } from '../system/clock.ts';
import { vaultAddress } from './address.ts';
import { vaultKeys } from './keys.ts';
import { checkVault } from './opening-check.ts';

const skip = vaultIsMissing;
let server: VaultServer;
let folder = '';
let names = 0;

before(async () => {
  if (skip !== false) return;
  server = await startVault();
  folder = await mkdtemp(join(tmpdir(), 'vedette-vault-check-'));
});
after(async () => {
  if (skip !== false) return;
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

type Rules = Readonly<Record<string, readonly string[]>>;

/** As the guide shows it. */
const documented = (name: string): Rules => ({
  [`transit/encrypt/${name}-epoch-*`]: ['update'],
  [`transit/decrypt/${name}-epoch-*`]: ['update'],
  [`transit/sign/${name}-signing`]: ['update'],
  [`transit/keys/${name}-*`]: ['create', 'read', 'update'],
});

async function written(text: string): Promise<string> {
  const path = join(folder, `file-${++names}`);
  await writeFile(path, text);
  return path;
}

/** An address whose token may do what these rules say. */
async function allowed(rules: (name: string) => Rules = documented): Promise<string> {
  const name = `check${++names}`;
  const path = Object.fromEntries(
    Object.entries(rules(name)).map(([each, capabilities]) => [each, { capabilities }]),
  );
  await server.call('POST', `sys/policies/acl/${name}`, { policy: JSON.stringify({ path }) });
  return addressOf(name, `token-file=${await written(await server.token([name]))}`);
}

const addressOf = (name: string, signIn: string) =>
  `vault://${new URL(server.origin).host}/transit/${name}?${signIn}`;

async function makeKeys(url: string): Promise<void> {
  const address = vaultAddress(secret(url));
  const asRoot = {
    ...address,
    signIn: { by: 'token', tokenFile: await written(server.rootToken) } as const,
  };
  const keys = await vaultKeys({ address: asRoot, clock: systemClock(), log: silentLog, mayMake: true });
  keys.close();
}

const found = (url: string, isUsed: boolean | null = false) =>
  foundBy(checkVault(secret(url), { clock: systemClock(), isUsed: async () => isUsed, tryKeys }));

test('before the first start no keys are right, and where something was recorded they are wrong', {
  skip,
}, async () => {
  const url = await allowed();
  for (const isUsed of [false, null]) {
    const before = await found(url, isUsed);
    assert.deepEqual([before.wrong, before.risky], [[], []]);
    assert.match(before.right.at(-1) ?? '', /no keys yet; the first start makes them/);
  }
  const lost = await found(url, true);
  assert.equal(lost.wrong.length, 1);
  assert.match(lost.wrong[0] ?? '', /no key check\d+-epochs in transit.*Mend the address/);
  await makeKeys(url);
  const after = await found(url, true);
  assert.deepEqual([after.wrong, after.risky], [[], []], 'the policy of the guide is enough');
  assert.ok(after.right.includes('The keys were used.'));
});

test('each right that is missing is one line with the rule to add', { skip }, async () => {
  const without = (part: string) => (name: string) =>
    Object.fromEntries(Object.entries(documented(name)).filter(([path]) => !path.includes(part)));
  const missing: readonly [string, RegExp][] = [
    [
      '/encrypt/',
      /wrap keys \(transit\/encrypt\/check\d+-epoch-1\).*path "transit\/encrypt\/check\d+-epoch-\*"/,
    ],
    ['/decrypt/', /unwrap keys.*path "transit\/decrypt\/check\d+-epoch-\*" { capabilities = \["update"\] }/],
    ['/sign/', /sign \(.*path "transit\/sign\/check\d+-signing"/],
    ['/keys/', /know the current epoch.*path "transit\/keys\/check\d+-\*" .*"create", "read", "update"/],
  ];
  for (const [part, sentence] of missing) {
    const { wrong } = await found(await allowed(without(part)));
    assert.equal(wrong.length, 1, JSON.stringify(wrong));
    assert.match(wrong[0] ?? '', sentence);
  }
  assert.equal((await found(await allowed(() => ({})))).wrong.length, 4);
});

test('who may only read keys cannot make the first ones, and cannot destroy an epoch later', {
  skip,
}, async () => {
  const url = await allowed((name) => ({ ...documented(name), [`transit/keys/${name}-*`]: ['read'] }));
  assert.match((await found(url)).wrong.join(), /make its keys.*"create", "read", "update"/);
  await makeKeys(url);
  const { wrong, risky } = await found(url, true);
  assert.deepEqual(wrong, []);
  assert.match(risky.join(), /begin an epoch, destroy an epoch/);
});

test('a wrong role, a token that ended, a mount that is none and a root token are told', {
  skip,
}, async () => {
  const nobody = await found(addressOf('x', `role-id=none&secret-id-file=${await written('hunter22')}`));
  assert.equal(nobody.wrong.length, 1);
  assert.match(nobody.wrong[0] ?? '', /does not let this process in by approle.*Check the role/);
  assert.doesNotMatch(JSON.stringify(nobody), /hunter22/);
  const ended = await found(addressOf('x', `token-file=${await written('hvs.ended')}`));
  assert.match(ended.wrong.join(), /does not know the token in .*has ended, or was revoked/);
  const empty = await found(addressOf('x', `token-file=${join(folder, 'nothing')}`));
  assert.match(empty.wrong.join(), /should be in .*nothing, but the file is missing/);
  const root = `token-file=${await written(server.rootToken)}`;
  const elsewhere = await found(addressOf('x', root).replace('/transit/', '/elsewhere/'));
  assert.match(elsewhere.wrong.join(), /nothing at elsewhere.*Mount the engine there/);
  const mighty = await found(addressOf(`check${++names}`, root));
  assert.deepEqual(mighty.wrong, []);
  assert.match(mighty.risky.join(), /may do everything/);
});

test('a wrapped secret ID is left to the start', { skip }, async () => {
  const file = await written('hvs.wrapped');
  const { risky, wrong } = await found(addressOf('x', `role-id=r&secret-id-file=${file}&wrapped=true`));
  assert.deepEqual(wrong, []);
  assert.match(risky.join(), /good for one start, and is left to it/);
});

test('sealed, away, and with a certificate of nobody known: each is told in its own line', {
  skip,
  timeout: 120_000,
}, async () => {
  const url = await allowed();
  await server.seal();
  try {
    assert.deepEqual((await found(url)).wrong, ['Vault is sealed. Unseal it; nothing else has to be done.']);
  } finally {
    await server.unseal();
  }
  const token = `token-file=${await written('hvs.any')}`;
  const away = await found(`vault://127.0.0.1:${await freePort()}/transit/x?${token}`);
  assert.match(away.wrong.join(), /does not answer at http:\/\/127/);
  await using secure = await startVault({ tls: true });
  const tls = `vaults://${new URL(secure.origin).host}/transit/x?${token}`;
  assert.match((await found(tls)).wrong.join(), /certificate of Vault.* as ca/);
  const known = await found(`${tls}&ca=${secure.certificates?.authority}`);
  assert.match(known.wrong.join(), /does not know the token/);
  const plain = await found(`vaults://${new URL(server.origin).host}/transit/x?${token}`);
  assert.match(plain.wrong.join(), /does not speak TLS/);
});
