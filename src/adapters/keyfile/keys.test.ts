import assert from 'node:assert/strict';
import { chmod, link, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keysContract } from '../../core/ports/keys.contract.ts';
import { secret } from '../../core/secret.ts';
import { keyFile } from './keys.ts';

async function freshPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-keys-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'keys.json');
}

keysContract('key file', async (t) => keyFile({ path: await freshPath(t) }));

const key = Uint8Array.from({ length: 16 }, (_, i) => i);

test('keys, epochs and the signing key survive opening again', async (t) => {
  const path = await freshPath(t);
  const first = await keyFile({ path });
  const wrapped = await first.wrap(key, 'c');
  await first.rotate();
  const second = await keyFile({ path });
  assert.deepEqual(new Uint8Array(await second.unwrap(wrapped, 'c')), key);
  assert.deepEqual(await second.publicKey(), await first.publicKey());
  assert.deepEqual(await second.sign(key), await first.sign(key));
  assert.equal((await second.wrap(key, 'c')).epoch, 2);
});

test('a destroyed epoch is not in the file any more, and stays destroyed', async (t) => {
  const path = await freshPath(t);
  const keys = await keyFile({ path });
  const wrapped = await keys.wrap(key, 'c');
  const kek = JSON.parse(await readFile(path, 'utf8')).secrets.epochs['1'];
  await keys.rotate();
  await keys.destroyEpoch(1);
  assert.equal((await readFile(path, 'utf8')).includes(kek), false);
  await assert.rejects((await keyFile({ path })).unwrap(wrapped, 'c'), { code: 'key-destroyed' });
});

test('the bytes of the file before are overwritten when an epoch is destroyed', async (t) => {
  const path = await freshPath(t);
  const keys = await keyFile({ path });
  await keys.rotate();
  const old = await open(path, 'r');
  t.after(() => old.close());
  await keys.destroyEpoch(1);
  assert.match(await old.readFile('latin1'), /^\0+$/);
});

test('the file is for its owner alone, and nothing else is left in its folder', async (t) => {
  const path = await freshPath(t);
  const keys = await keyFile({ path });
  await keys.rotate();
  await keys.destroyEpoch(1);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(dirname(path)), ['keys.json']);
});

test('what a crash in the middle of a change left is removed', async (t) => {
  const path = await freshPath(t);
  await keyFile({ path });
  await link(path, `${path}.0b5c.new`);
  await keyFile({ path });
  assert.deepEqual(await readdir(dirname(path)), ['keys.json']);
});

test('a file that others may read is refused with the command that mends it', async (t) => {
  const path = await freshPath(t);
  await keyFile({ path });
  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(path, mode);
    await assert.rejects(keyFile({ path }), { code: 'key-unavailable', message: /chmod 600 / });
  }
  await chmod(path, 0o600);
  await keyFile({ path });
});

test('a damaged file is refused, not replaced, and its content is not in the message', async (t) => {
  const path = await freshPath(t);
  await keyFile({ path });
  const text = await readFile(path, 'utf8');
  const file = JSON.parse(text);
  const broken = [
    '',
    text.slice(0, -20),
    '{}',
    JSON.stringify({ ...file, format: 'other-keys/2' }),
    JSON.stringify({ ...file, secrets: { ...file.secrets, currentEpoch: 7 } }),
    JSON.stringify({ ...file, secrets: { ...file.secrets, epochs: { 1: 'c2hvcnQ' } } }),
  ];
  for (const content of broken) {
    await writeFile(path, content);
    const refused = await keyFile({ path }).catch((error: unknown) => error);
    assert.ok(refused instanceof Error && 'code' in refused);
    assert.equal(refused.code, 'key-unavailable');
    assert.equal(`${refused.message}${refused.stack}`.includes(file.secrets.signingSeed), false);
    assert.equal(await readFile(path, 'utf8'), content);
  }
});

test('a passphrase keeps the secrets out of the file', async (t) => {
  const path = await freshPath(t);
  const keys = await keyFile({ path, passphrase: secret('correct horse') });
  const wrapped = await keys.wrap(key, 'c');
  const text = await readFile(path, 'utf8');
  assert.deepEqual(Object.keys(JSON.parse(text)), ['format', 'protected', 'protection', 'sealedSecrets']);
  await assert.rejects(keyFile({ path }), { code: 'key-unavailable', message: /passphrase/ });
  await assert.rejects(keyFile({ path, passphrase: secret('wrong horse') }), { code: 'key-unavailable' });
  await keys.rotate();
  const again = await keyFile({ path, passphrase: secret('correct horse') });
  assert.deepEqual(new Uint8Array(await again.unwrap(wrapped, 'c')), key);
  assert.equal((await again.wrap(key, 'c')).epoch, 2);
});

test('a file without a passphrase is protected when it is first opened with one', async (t) => {
  const path = await freshPath(t);
  const unguarded = await keyFile({ path });
  const wrapped = await unguarded.wrap(key, 'c');
  const seed = JSON.parse(await readFile(path, 'utf8')).secrets.signingSeed;
  const guarded = await keyFile({ path, passphrase: secret('correct horse') });
  assert.deepEqual(new Uint8Array(await guarded.unwrap(wrapped, 'c')), key);
  assert.equal((await readFile(path, 'utf8')).includes(seed), false);
});

test('callers who make the file at the same time share one', async (t) => {
  const path = await freshPath(t);
  const all = await Promise.all(Array.from({ length: 8 }, () => keyFile({ path })));
  const publicKeys = await Promise.all(all.map(async (keys) => (await keys.publicKey()).toHex()));
  assert.equal(new Set(publicKeys).size, 1);
});

test('a change that cannot be written changes nothing in memory either', async (t) => {
  const path = await freshPath(t);
  const keys = await keyFile({ path });
  await rm(dirname(path), { recursive: true });
  await writeFile(dirname(path), 'no folder any more');
  await assert.rejects(keys.rotate());
  assert.equal((await keys.wrap(key, 'c')).epoch, 1);
});

test('a key file of a newer format is told as such, and is no reason to look for a backup', async (t) => {
  const path = await freshPath(t);
  await keyFile({ path });
  await writeFile(path, (await readFile(path, 'utf8')).replace('vedette-keys/1', 'vedette-keys/2'));
  await assert.rejects(keyFile({ path }), { code: 'data-newer', message: /newer Vedette.*vedette-keys\/2/ });
});

test('opened only to be read, the file is not made, and one that others may read is read and left as it is', async (t) => {
  const path = await freshPath(t);
  await assert.rejects(keyFile({ path, readOnly: true }), { code: 'key-unavailable', message: /missing/ });
  const wrapped = await (await keyFile({ path })).wrap(new Uint8Array(16), 'c');
  await chmod(path, 0o444);
  const before = await readFile(path);
  const keys = await keyFile({ path, readOnly: true, passphrase: secret('correct horse') });
  assert.deepEqual(new Uint8Array(await keys.unwrap(wrapped, 'c')), new Uint8Array(16));
  await assert.rejects(keys.rotate(), { code: 'data-read-only' });
  assert.deepEqual(await readFile(path), before);
});
