import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isFolderLocked, lockFolder } from './lock.ts';

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-lock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A second process that locks `folder` and stays. */
async function otherProcess(t: TestContext, folder: string) {
  const program = join(await freshFolder(t), 'lock.mts');
  await writeFile(
    program,
    `import { lockFolder } from ${JSON.stringify(new URL('./lock.ts', import.meta.url).href)};
     lockFolder(process.argv[2]).then(() => process.send('locked'), (error) => process.send(error.code));
     setInterval(() => globalThis.gc?.(), 10);`,
  );
  const child = fork(program, [folder], { execArgv: ['--expose-gc'] });
  t.after(() => child.kill('SIGKILL'));
  const [answer] = await once(child, 'message');
  return { child, answer };
}

test('the folder is made for its owner alone, with those above it', async (t) => {
  const folder = join(await freshFolder(t), 'new/data');
  const lock = await lockFolder(folder);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await lock.release();
});

test('a second lock is refused until the first is released', async (t) => {
  const folder = await freshFolder(t);
  const lock = await lockFolder(folder);
  await assert.rejects(lockFolder(folder), { code: 'data-in-use' });
  await lock.release();
  await lock.release();
  await (await lockFolder(folder)).release();
});

test('a second process is refused while the first runs', async (t) => {
  const folder = await freshFolder(t);
  const lock = await lockFolder(folder);
  assert.equal((await otherProcess(t, folder)).answer, 'data-in-use');
  await lock.release();
  assert.equal((await otherProcess(t, folder)).answer, 'locked');
});

test('of many callers at the same time exactly one gets the lock', async (t) => {
  const folder = await freshFolder(t);
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
  const locks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  assert.equal(locks.length, 1);
  for (const lock of locks) await lock.release();
});

test('the lock of a process that is killed is gone with it', async (t) => {
  const folder = await freshFolder(t);
  const { child, answer } = await otherProcess(t, folder);
  assert.equal(answer, 'locked');
  await assert.rejects(lockFolder(folder), { code: 'data-in-use' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await lockFolder(folder)).release();
});

test('a lock file that a power cut left damaged keeps nobody out, and one alone gets in', async (t) => {
  for (const damage of ['garbage'.repeat(1_000), 'x', '']) {
    const folder = await freshFolder(t);
    await writeFile(join(folder, 'lock.sqlite'), damage);
    const lock = await lockFolder(folder);
    await assert.rejects(lockFolder(folder), { code: 'data-in-use' });
    assert.equal((await otherProcess(t, folder)).answer, 'data-in-use');
    await lock.release();
  }
});

test('a folder that cannot be written is refused with what to do', async (t) => {
  const folder = await freshFolder(t);
  const root = process.geteuid?.() === 0;
  await chmod(folder, root ? 0o755 : 0o500);
  if (root) process.seteuid?.(65_534);
  try {
    await assert.rejects(lockFolder(folder), { code: 'data-read-only' });
    await assert.rejects(lockFolder(join(folder, 'below')), { code: 'data-read-only' });
  } finally {
    if (root) process.seteuid?.(0);
    await chmod(folder, 0o700);
  }
});

test('whether a folder is locked can be found out without writing to it', async (t) => {
  const folder = await freshFolder(t);
  assert.equal(isFolderLocked(folder), false);
  const { child } = await otherProcess(t, folder);
  assert.equal(isFolderLocked(folder), true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(isFolderLocked(folder), false);
});
