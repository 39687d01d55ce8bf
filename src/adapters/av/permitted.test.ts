// What names and links really lead to is asked again when a camera or a file is opened.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { errorCode } from '../../core/errors.ts';
import { silentLog } from '../../core/ports/log.ts';
import { homePolicy } from '../../core/site/camera-policy.ts';
import { avMedia } from './media.ts';
import { permittedFile, permittedLookup } from './permitted.ts';

const never = new AbortController().signal;

async function listener(t: TestContext) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  t.after(() => server.close());
  const address = server.address();
  return { port: Object(address).port, connections: () => connections };
}

test('a camera that is on this machine is not connected to where that is not allowed', async (t) => {
  const { port, connections } = await listener(t);
  const open = (host: string, allowLoopback: boolean) => {
    const media = avMedia({ log: silentLog, policy: { ...homePolicy, allowLoopback } });
    const url = `rtsp://${host}:${port}/`;
    return media.open({ kind: 'rtsp', url, username: null, password: null, timeoutMs: 2_000 }, never);
  };
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    await assert.rejects(open(host, false), { code: 'source-refused' }, host);
  }
  assert.equal(connections(), 0);
  await assert.rejects(open('localhost', true), (error) => errorCode(error) !== 'source-refused');
  assert.ok(connections() > 0);
});

test('a name that leads to this machine is refused where it is looked up, in both forms of asking', async () => {
  const lookUp = (allowLoopback: boolean, all: boolean) =>
    new Promise((resolve, reject) => {
      const lookup = permittedLookup({ ...homePolicy, allowLoopback });
      lookup('localhost', { all }, (error, found) => (error === null ? resolve(found) : reject(error)));
    });
  for (const all of [true, false]) {
    await assert.rejects(lookUp(false, all), { code: 'source-refused' });
    assert.match(JSON.stringify(await lookUp(true, all)), /127\.0\.0\.1|::1/);
  }
});

test('a link out of the folders that videos may be read from is not followed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-files-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'videos'));
  await writeFile(join(folder, 'secret.mp4'), 'not a video');
  await symlink(join(folder, 'secret.mp4'), join(folder, 'videos', 'a.mp4'));
  await writeFile(join(folder, 'videos', 'b.mp4'), 'not a video');
  const policy = { ...homePolicy, fileFolders: [join(folder, 'videos')] };
  const open = (name: string) =>
    avMedia({ log: silentLog, policy }).open({ kind: 'file', path: join(folder, 'videos', name) }, never);
  await assert.rejects(open('a.mp4'), { code: 'source-refused' });
  await assert.rejects(open('b.mp4'), { code: 'source-not-video' });
  // What is opened is where the link led when it was checked, whatever becomes of the link.
  const real = join(await realpath(folder), 'videos', 'b.mp4');
  await symlink(join(folder, 'videos', 'b.mp4'), join(folder, 'videos', 'c.mp4'));
  assert.equal(await permittedFile(policy, join(folder, 'videos', 'c.mp4')), real);
});
