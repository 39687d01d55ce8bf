// Moving objects, and what a thorough look finds of those that came before.

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { memoryBlobs } from '../../adapters/memory/blobs.ts';
import { branded, type Sha256 } from '../../core/brand.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import { type MovedObject, moveObjects, type ObjectLedger } from './objects.ts';

function ledger(): ObjectLedger {
  const moved = new Map<string, MovedObject>();
  const inOrder = () => [...moved.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    page: async (after, limit) =>
      inOrder()
        .filter(({ key }) => key > after)
        .slice(0, limit),
    find: async (keys) => inOrder().filter(({ key }) => keys.includes(key)),
    count: async () => moved.size,
    add: async (objects) => {
      for (const each of objects) moved.set(each.key, each);
    },
    remove: async (key) => void moved.delete(key),
  };
}

async function put(blobs: Blobs, key: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const sha256 = branded<Sha256>(hash('sha256', bytes));
  await blobs.put(key, bytes, { sizeBytes: bytes.length, sha256 });
}

async function replaced(blobs: Blobs, key: string, text: string): Promise<void> {
  await blobs.delete(key);
  await put(blobs, key, text);
}

const textOf = async (blobs: Blobs, key: string) => new TextDecoder().decode(await blobs.get(key));

/** Two objects that were moved. */
async function moved() {
  const [from, to] = [memoryBlobs(), memoryBlobs()];
  const known = ledger();
  for (const key of ['a', 'b']) await put(from, key, `bytes of ${key}`);
  const expected = new Map([['b', hash('sha256', 'bytes of b')]]);
  const move = (isThorough: boolean) =>
    moveObjects({
      ...{ from, to, ledger: known, isThorough },
      expected: async () => expected,
      walked: () => {},
    });
  const first = await move(false);
  assert.deepEqual([first.copied, first.differing, first.damaged], [2, [], []]);
  return { from, to, move };
}

test('an object that was damaged in the target is found by a thorough look alone, and copied by the next run', async () => {
  const { to, move } = await moved();
  await replaced(to, 'b', 'bytes of x');
  assert.deepEqual((await move(false)).differing, []);
  const found = await move(true);
  assert.equal(found.differing.length, 1);
  assert.match(found.differing[0] ?? '', /^b: the target gives back other bytes.*run this once more/);
  const next = await move(false);
  assert.deepEqual([next.copied, next.differing], [1, []]);
  assert.equal(await textOf(to, 'b'), 'bytes of b');
  assert.deepEqual((await move(true)).differing, []);
});

test('an object that the target cannot read back is copied anew, too', async () => {
  const { to, move } = await moved();
  await to.delete('b');
  assert.equal((await move(true)).differing.length, 1);
  assert.equal((await move(false)).copied, 1);
  assert.equal(await textOf(to, 'b'), 'bytes of b');
});

test('one that was damaged in the source since it was copied stays in the target as it was', async () => {
  const { from, to, move } = await moved();
  await replaced(from, 'b', 'bytes of x');
  const found = await move(true);
  assert.deepEqual(found.differing, []);
  assert.match(found.damaged.join(), /b does not have the SHA-256 that its row names/);
  assert.match(found.damaged.join(), /b has other bytes than when it was copied; the target keeps those/);
  assert.equal(await textOf(to, 'b'), 'bytes of b');
});
