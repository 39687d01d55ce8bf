import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ballastContract } from '../../core/ports/ballast.contract.ts';
import { openBallast } from './ballast.ts';

const sizeBytes = 3_000_000;

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-ballast-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const sizeOf = (folder: string) =>
  stat(join(folder, 'ballast')).then(
    ({ size }) => size,
    () => null,
  );

ballastContract('file system ballast', async (t, { hasRoom }) => {
  const folder = await freshFolder(t);
  const ballast = await openBallast({ folder, sizeBytes: hasRoom ? sizeBytes : Number.MAX_SAFE_INTEGER });
  return { ballast, isKept: async () => (await sizeOf(folder)) !== null };
});

test('ballast takes its room on the disk until it is released, once', async (t) => {
  const folder = await freshFolder(t);
  const ballast = await openBallast({ folder, sizeBytes });
  assert.equal(await sizeOf(folder), sizeBytes);
  assert.ok((await stat(join(folder, 'ballast'))).blocks * 512 >= sizeBytes);
  assert.equal(await ballast.release(), true);
  assert.equal(await sizeOf(folder), null);
  assert.equal(await ballast.release(), false);
  await ballast.restore();
  assert.equal(await sizeOf(folder), sizeBytes);
});

test('ballast that was half written is filled up', async (t) => {
  const folder = await freshFolder(t);
  await writeFile(join(folder, 'ballast'), 'half');
  await openBallast({ folder, sizeBytes });
  assert.equal(await sizeOf(folder), sizeBytes);
});

test('ballast larger than the room there is stays off, and is no error', async (t) => {
  const folder = await freshFolder(t);
  await writeFile(join(folder, 'ballast'), 'from a larger disk');
  const ballast = await openBallast({ folder, sizeBytes: Number.MAX_SAFE_INTEGER });
  assert.equal(await sizeOf(folder), null);
  await ballast.restore();
  assert.equal(await ballast.release(), false);
});
