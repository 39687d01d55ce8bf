// What every store of blobs keeps.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { branded, type Sha256 } from '../brand.ts';
import type { Blobs } from './blobs.ts';

const callers = 16;

/** Bytes that differ with `seed`. */
function content(seed: number, sizeBytes = 5_000): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 31 + seed * 17 + (i >> 8)) & 0xff);
}

/** What `put` is told to expect of `bytes`. */
function announced(bytes: Uint8Array): { sizeBytes: number; sha256: Sha256 } {
  const sha256 = branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
  return { sizeBytes: bytes.length, sha256 };
}

async function keysOf(blobs: Blobs, prefix: string): Promise<string[]> {
  return (await Array.fromAsync(blobs.list(prefix))).map(({ key }) => key);
}

async function fileWith(t: TestContext, bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-take-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'recording');
  await writeFile(path, bytes);
  return path;
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Runs the suite; `open` gives an empty store. */
export function blobsContract(name: string, open: (t: TestContext) => Promise<Blobs>): void {
  readingContract(name, open);
  writeOnceContract(name, open);
  takeFileContract(name, open);
  listContract(name, open);
}

function readingContract(name: string, open: (t: TestContext) => Promise<Blobs>): void {
  test(`${name}: what was put can be read, whole and in ranges`, async (t) => {
    const blobs = await open(t);
    const bytes = content(1);
    await blobs.put('a/b/c.mp4', bytes, announced(bytes));
    assert.deepEqual(new Uint8Array(await blobs.get('a/b/c.mp4')), bytes);
    assert.deepEqual(await blobs.head('a/b/c.mp4'), { key: 'a/b/c.mp4', sizeBytes: 5_000 });
    for (const [start, end] of [
      [0, 1],
      [0, 5_000],
      [4_999, 5_000],
      [17, 4_111],
      [10, 10],
    ] as const) {
      const range = await blobs.get('a/b/c.mp4', { start, end });
      assert.deepEqual(new Uint8Array(range), bytes.slice(start, end));
    }
    assert.deepEqual(new Uint8Array(await blobs.get('a/b/c.mp4', { start: 4_000 })), bytes.slice(4_000));
  });

  test(`${name}: a range beyond the end gives what there is`, async (t) => {
    const blobs = await open(t);
    const bytes = content(2);
    await blobs.put('a', bytes, announced(bytes));
    const tail = await blobs.get('a', { start: 4_990, end: 9_999 });
    assert.deepEqual(new Uint8Array(tail), bytes.slice(4_990));
    assert.equal((await blobs.get('a', { start: 5_000, end: 6_000 })).length, 0);
    assert.equal((await blobs.get('a', { start: 7_000 })).length, 0);
  });

  test(`${name}: an object may be empty`, async (t) => {
    const blobs = await open(t);
    await blobs.put('empty', new Uint8Array(0), announced(new Uint8Array(0)));
    assert.equal((await blobs.get('empty')).length, 0);
    assert.equal((await blobs.head('empty'))?.sizeBytes, 0);
  });

  test(`${name}: what is not there is not found, and deleting it succeeds`, async (t) => {
    const blobs = await open(t);
    await assert.rejects(blobs.get('nothing/here'), { code: 'not-found' });
    assert.equal(await blobs.head('nothing/here'), null);
    await blobs.delete('nothing/here');
    const bytes = content(3);
    await blobs.put('nothing/here', bytes, announced(bytes));
    await blobs.delete('nothing/here');
    await blobs.delete('nothing/here');
    await assert.rejects(blobs.get('nothing/here'), { code: 'not-found' });
    assert.equal(await blobs.head('nothing'), null);
    await blobs.put('nothing/here', bytes, announced(bytes));
  });

  test(`${name}: the room left is a number, or there is no limit`, async (t) => {
    const freeBytes = await (await open(t)).freeBytes();
    assert.ok(freeBytes === null || freeBytes >= 0);
  });
}

function writeOnceContract(name: string, open: (t: TestContext) => Promise<Blobs>): void {
  test(`${name}: an object is never replaced, and putting the same again succeeds`, async (t) => {
    const blobs = await open(t);
    const [first, second] = [content(1), content(2)];
    await blobs.put('a', first, announced(first));
    await blobs.put('a', first, announced(first));
    await assert.rejects(blobs.put('a', second, announced(second)), { code: 'conflict' });
    const shorter = first.slice(0, 10);
    await assert.rejects(blobs.put('a', shorter, announced(shorter)), { code: 'conflict' });
    assert.deepEqual(new Uint8Array(await blobs.get('a')), first);
  });

  test(`${name}: of parallel callers with different bytes for one key exactly one wins`, async (t) => {
    const blobs = await open(t);
    const bodies = Array.from({ length: callers }, (_, i) => content(i));
    const results = await Promise.allSettled(bodies.map((b) => blobs.put('deep/race', b, announced(b))));
    const winners = bodies.filter((_, i) => results[i]?.status === 'fulfilled');
    assert.equal(winners.length, 1);
    for (const result of results) {
      if (result.status === 'rejected') assert.equal(result.reason.code, 'conflict');
    }
    assert.deepEqual(new Uint8Array(await blobs.get('deep/race')), winners[0]);
  });

  test(`${name}: parallel callers with the same bytes for one key all succeed`, async (t) => {
    const blobs = await open(t);
    const bytes = content(1);
    await Promise.all(Array.from({ length: callers }, () => blobs.put('same', bytes, announced(bytes))));
    assert.deepEqual(await keysOf(blobs, ''), ['same']);
  });

  test(`${name}: puts and deletes side by side in one folder do not disturb each other`, async (t) => {
    const blobs = await open(t);
    await Promise.all(
      Array.from({ length: callers }, async (_, i) => {
        const bytes = content(i, 100);
        for (let round = 0; round < 10; round += 1) {
          await blobs.put(`folder/of/${i}`, bytes, announced(bytes));
          await blobs.delete(`folder/of/${i}`);
        }
        await blobs.put(`folder/of/${i}`, bytes, announced(bytes));
      }),
    );
    assert.equal((await keysOf(blobs, 'folder/')).length, callers);
  });

  test(`${name}: bytes of another size or hash than announced are not stored`, async (t) => {
    const blobs = await open(t);
    const bytes = content(1);
    const wrongHash = { ...announced(bytes), sha256: announced(content(2)).sha256 };
    const wrongSize = { ...announced(bytes), sizeBytes: 4_999 };
    await assert.rejects(blobs.put('a', bytes, wrongHash), { code: 'footage-damaged' });
    await assert.rejects(blobs.put('a', bytes, wrongSize), { code: 'footage-damaged' });
    assert.equal(await blobs.head('a'), null);
  });

  test(`${name}: the bytes of a caller may change after they were put`, async (t) => {
    const blobs = await open(t);
    const bytes = Buffer.from(content(1));
    await blobs.put('a', bytes, announced(bytes));
    bytes.fill(0);
    const read = await blobs.get('a');
    assert.deepEqual(new Uint8Array(read), content(1));
    read.fill(0);
    assert.deepEqual(new Uint8Array(await blobs.get('a')), content(1));
  });

  test(`${name}: keys that would leave the store, or that some store cannot take, are refused`, async (t) => {
    const blobs = await open(t);
    const bytes = content(1, 10);
    const badKeys = [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../a',
      'a/../../b',
      'a/./b',
      'A',
      'a b',
      'a\\b',
    ];
    for (const key of [...badKeys, 'a\0', 'é', 'x'.repeat(256), 'a/'.repeat(300)]) {
      await assert.rejects(blobs.put(key, bytes, announced(bytes)), { code: 'request-invalid' }, key);
      await assert.rejects(blobs.delete(key), { code: 'request-invalid' }, key);
      assert.equal(await blobs.head(key), null);
      await assert.rejects(blobs.get(key), { code: 'not-found' }, key);
    }
    assert.deepEqual(await keysOf(blobs, ''), []);
  });
}

function takeFileContract(name: string, open: (t: TestContext) => Promise<Blobs>): void {
  test(`${name}: a file that is taken becomes the object and is gone`, async (t) => {
    const blobs = await open(t);
    const bytes = content(1);
    const takeFile = await fileWith(t, bytes);
    await blobs.put('taken', { takeFile }, announced(bytes));
    assert.deepEqual(new Uint8Array(await blobs.get('taken')), bytes);
    assert.equal(await exists(takeFile), false);
    // The answer was lost: the caller tries again, and the file is gone already.
    await blobs.put('taken', { takeFile }, announced(bytes));
    // The file is still there because the process ended before it was removed.
    await writeFile(takeFile, bytes);
    await blobs.put('taken', { takeFile }, announced(bytes));
    assert.equal(await exists(takeFile), false);
  });

  test(`${name}: a file that cannot be taken stays where it is`, async (t) => {
    const blobs = await open(t);
    const [first, second] = [content(1), content(2)];
    await blobs.put('taken', first, announced(first));
    const takeFile = await fileWith(t, second);
    await assert.rejects(blobs.put('taken', { takeFile }, announced(second)), { code: 'conflict' });
    assert.equal(await exists(takeFile), true);
    const wrongSize = { ...announced(second), sizeBytes: 4_999 };
    await assert.rejects(blobs.put('other', { takeFile }, wrongSize), { code: 'footage-damaged' });
    assert.equal(await exists(takeFile), true);
    assert.equal(await blobs.head('other'), null);
  });

  test(`${name}: a file that does not exist is not found`, async (t) => {
    const blobs = await open(t);
    const takeFile = `${await fileWith(t, content(1))}-missing`;
    await assert.rejects(blobs.put('a', { takeFile }, announced(content(1))), { code: 'not-found' });
  });
}

function listContract(name: string, open: (t: TestContext) => Promise<Blobs>): void {
  test(`${name}: the list has every key with the prefix and its size, in key order`, async (t) => {
    const blobs = await open(t);
    const keys = ['a-b', 'a/b', 'a/b-c/d', 'a.b', 'a0', 'ab/c', 'b/a', 'a_/x', 'a/c'];
    for (const key of keys) {
      const bytes = content(1, key.length);
      await blobs.put(key, bytes, announced(bytes));
    }
    const all = await Array.fromAsync(blobs.list(''));
    assert.deepEqual(
      all,
      keys.toSorted().map((key) => ({ key, sizeBytes: key.length })),
    );
    assert.deepEqual(await keysOf(blobs, 'a/'), ['a/b', 'a/b-c/d', 'a/c']);
    assert.deepEqual(await keysOf(blobs, 'a/b'), ['a/b', 'a/b-c/d']);
    assert.deepEqual(await keysOf(blobs, 'a'), keys.filter((key) => key.startsWith('a')).sort());
    assert.deepEqual(await keysOf(blobs, 'zz/top'), []);
  });

  test(`${name}: the list of any keys under any prefix is what sorting and filtering gives`, async (t) => {
    const segment = fc.string({
      unit: fc.constantFrom('a', 'b', '-', '.', '_', '0'),
      minLength: 1,
      maxLength: 3,
    });
    // Files have a suffix that folders do not, so that no key is a folder of another.
    const key = fc
      .array(
        segment.filter((part) => part !== '.' && part !== '..'),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => `${parts.join('/')}.mp4z`);
    const cases = fc.asyncProperty(fc.uniqueArray(key, { maxLength: 8 }), segment, async (keys, prefix) => {
      const blobs = await open(t);
      const bytes = content(1, 3);
      for (const each of keys) await blobs.put(each, bytes, announced(bytes));
      assert.deepEqual(await keysOf(blobs, prefix), keys.filter((each) => each.startsWith(prefix)).sort());
    });
    await fc.assert(cases, { numRuns: 30 });
  });
}
