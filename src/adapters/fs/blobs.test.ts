import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { branded, type Sha256 } from '../../core/brand.ts';
import { blobsContract } from '../../core/ports/blobs.contract.ts';
import { fsBlobs } from './blobs.ts';

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-blobs-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

blobsContract('file system blobs', async (t) => fsBlobs({ folder: await freshFolder(t) }));

/** Takes the right to write from this process: by becoming nobody where it is the super-user, else by mode. */
async function withoutRights(folders: readonly string[], work: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  for (const folder of folders) await chmod(folder, root ? 0o755 : 0o500);
  if (root) process.seteuid?.(65_534);
  try {
    await work();
  } finally {
    if (root) process.seteuid?.(0);
    for (const folder of folders) await chmod(folder, 0o700);
  }
}

const bytes = new TextEncoder().encode('the quick brown fox');
const expected = {
  sizeBytes: bytes.length,
  sha256: branded<Sha256>(createHash('sha256').update(bytes).digest('hex')),
};

test('objects survive opening again, and what was half written does not', async (t) => {
  const folder = await freshFolder(t);
  await (await fsBlobs({ folder })).put('a/b', bytes, expected);
  await writeFile(join(folder, 'unborn', 'torn'), 'half');
  const blobs = await fsBlobs({ folder });
  assert.deepEqual(await Array.fromAsync(blobs.list('')), [{ key: 'a/b', sizeBytes: bytes.length }]);
  assert.deepEqual(await readdir(join(folder, 'unborn')), []);
});

test('nobody else on the machine may read the objects', async (t) => {
  const folder = join(await freshFolder(t), 'blobs');
  await (await fsBlobs({ folder })).put('a/b', bytes, expected);
  for (const path of ['.', 'objects', 'objects/a', 'objects/a/b']) {
    assert.equal((await stat(join(folder, path))).mode & 0o077, 0, path);
  }
});

test('deleting the last object of a folder removes the folder', async (t) => {
  const folder = await freshFolder(t);
  const blobs = await fsBlobs({ folder });
  await blobs.put('a/b/c/d', bytes, expected);
  await blobs.put('a/e', bytes, expected);
  await blobs.delete('a/b/c/d');
  assert.deepEqual(await readdir(join(folder, 'objects/a')), ['e']);
  await blobs.delete('a/e');
  assert.deepEqual(await readdir(join(folder, 'objects')), []);
  await blobs.put('a/b/c/d', bytes, expected);
});

test('a folder that became empty while something was written is removed as well', async (t) => {
  const folder = await freshFolder(t);
  const blobs = await fsBlobs({ folder });
  for (let i = 0; i < 20; i += 1) await blobs.put(`old/${i}/a`, bytes, expected);
  await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      await Promise.all([blobs.put(`new/${i}`, bytes, expected), blobs.delete(`old/${i}/a`)]);
    }),
  );
  assert.deepEqual(await readdir(join(folder, 'objects')), ['new']);
});

test('storing leaves nothing behind but the object, whatever happened', async (t) => {
  const folder = await freshFolder(t);
  const blobs = await fsBlobs({ folder });
  const other = new TextEncoder().encode('another');
  const otherExpected = {
    sizeBytes: other.length,
    sha256: branded<Sha256>(createHash('sha256').update(other).digest('hex')),
  };
  await blobs.put('a', bytes, expected);
  await blobs.put('a', bytes, expected);
  await assert.rejects(blobs.put('a', other, otherExpected), { code: 'conflict' });
  await assert.rejects(blobs.put('b', bytes, otherExpected), { code: 'footage-damaged' });
  await assert.rejects(blobs.put('a/below', bytes, expected), { code: 'conflict' });
  assert.deepEqual(await readdir(join(folder, 'unborn')), []);
});

test('a damaged object is not taken for the one that is put again', async (t) => {
  const folder = await freshFolder(t);
  const blobs = await fsBlobs({ folder });
  await blobs.put('a', bytes, expected);
  await writeFile(join(folder, 'objects/a'), 'the quick brown cat');
  await assert.rejects(blobs.put('a', bytes, expected), { code: 'conflict' });
});

test('a file on another file system is copied', async (t) => {
  const shared = await mkdtemp('/dev/shm/vedette-').catch(() => null);
  if (shared === null) return t.skip('there is no second file system at /dev/shm');
  t.after(() => rm(shared, { recursive: true, force: true }));
  const folder = await freshFolder(t);
  if ((await stat(shared)).dev === (await stat(folder)).dev)
    return t.skip('/dev/shm is no other file system');
  const takeFile = join(shared, 'recording');
  await writeFile(takeFile, bytes);
  const blobs = await fsBlobs({ folder });
  await blobs.put('a', { takeFile }, expected);
  assert.deepEqual(new Uint8Array(await blobs.get('a')), bytes);
  assert.deepEqual(await readdir(shared), []);
});

test('files that are no objects are not listed', async (t) => {
  const folder = await freshFolder(t);
  const blobs = await fsBlobs({ folder });
  await writeFile(join(folder, 'objects', '.DS_Store'), '');
  await mkdir(join(folder, 'objects', 'lost+found'));
  assert.deepEqual(await Array.fromAsync(blobs.list('')), []);
});

test('a folder that cannot be written is refused with what to do', async (t) => {
  const folder = await freshFolder(t);
  const blobs = await fsBlobs({ folder });
  await blobs.put('a/b', bytes, expected);
  const folders = ['.', 'unborn', 'objects', 'objects/a'].map((name) => join(folder, name));
  await withoutRights(folders, async () => {
    await assert.rejects(fsBlobs({ folder }), { code: 'data-read-only' });
    await assert.rejects(blobs.put('c', bytes, expected), { code: 'data-read-only' });
    await assert.rejects(blobs.delete('a/b'), { code: 'data-read-only' });
  });
  assert.deepEqual(new Uint8Array(await blobs.get('a/b')), bytes);
});

test('the room left is what the file system says', async (t) => {
  const freeBytes = await (await fsBlobs({ folder: await freshFolder(t) })).freeBytes();
  assert.ok(freeBytes !== null && freeBytes > 0);
});

test('opened only to be read, objects are served and nothing is changed', async (t) => {
  const folder = await freshFolder(t);
  await (await fsBlobs({ folder })).put('a/b', bytes, expected);
  await writeFile(join(folder, 'unborn', 'left'), '');
  const blobs = await fsBlobs({ folder, readOnly: true });
  assert.deepEqual(await blobs.get('a/b'), bytes);
  await assert.rejects(blobs.put('a/c', bytes, expected), { code: 'data-read-only' });
  await assert.rejects(blobs.delete('a/b'), { code: 'data-read-only' });
  assert.deepEqual((await readdir(join(folder, 'unborn'))).length, 1);
  const none = await fsBlobs({ folder: join(folder, 'none'), readOnly: true });
  assert.deepEqual(await Array.fromAsync(none.list('')), []);
});

test('what is put arrives, though another process removes its folder just then, with the last object in it', async (t) => {
  const folder = await freshFolder(t);
  const [one, other] = [await fsBlobs({ folder }), await fsBlobs({ folder, isShared: true })];
  for (let time = 0; time < 20; time += 1) {
    await one.put(`inbox/day/${time}`, bytes, expected);
    await other.delete(`inbox/day/${time}`);
  }
  await one.put('inbox/day/last', bytes, expected);
  assert.deepEqual(await Array.fromAsync(other.list('')), [
    { key: 'inbox/day/last', sizeBytes: bytes.length },
  ]);
});
