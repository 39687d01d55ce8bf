import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeDataFolder } from './data-folder.ts';

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-data-folder-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('folders are made as deep as it takes, for the owner only, and one that is there is left alone', async (t) => {
  const folder = join(await freshFolder(t), 'a/b/c');
  await makeDataFolder(folder);
  await writeFile(join(folder, 'kept'), '');
  await makeDataFolder(folder);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  assert.ok(existsSync(join(folder, 'kept')));
});

test('a link to a folder is as good as the folder', async (t) => {
  const folder = await freshFolder(t);
  await mkdir(join(folder, 'disk'));
  await symlink(join(folder, 'disk'), join(folder, 'link'));
  await makeDataFolder(join(folder, 'link/data'));
  assert.ok(existsSync(join(folder, 'disk/data')));
});

test('a file in the way, and a link that leads nowhere, are told by their path', async (t) => {
  const folder = await freshFolder(t);
  await writeFile(join(folder, 'file'), '');
  await symlink(join(folder, 'unmounted'), join(folder, 'link'));
  await symlink(join(folder, 'loop'), join(folder, 'loop'));
  const cases: [string, RegExp][] = [
    ['file', /file is a file.*Move it away/],
    ['file/below', /There is a file where .*file\/below or a folder above it/],
    ['link', /link is a link to .*unmounted, which does not exist/],
    ['link/below', /link is a link to .*unmounted, which does not exist/],
    ['loop/below', /No data folder can be at .*loop\/below \(ELOOP\)/],
    ['x'.repeat(300), /No data folder can be at .*\(ENAMETOOLONG\)/],
  ];
  for (const [name, message] of cases) {
    await assert.rejects(makeDataFolder(join(folder, name)), { code: 'data-read-only', message });
  }
});

const noProc = existsSync('/proc/self') ? false : 'this system has no /proc';

test('where a file system makes no folders at all, it ends at once', { skip: noProc }, async () => {
  for (const folder of ['/proc/vedette', '/proc/vedette/data']) {
    await assert.rejects(makeDataFolder(folder), {
      code: 'data-read-only',
      message: /No folder can be made at \/proc\/vedette/,
    });
  }
});
