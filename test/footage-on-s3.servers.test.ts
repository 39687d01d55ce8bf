// Footage in a bucket: recorded by one process, played by another, and whole after the store was away.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { paths } from '../src/http/contract/paths.ts';
import { type Ceph, cephIsMissing, startCeph } from './servers/ceph.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { type Client, eventually, setUp, startVedette, temporaryFolder } from './servers/vedette.ts';

interface CameraRow {
  readonly id: string;
  readonly status: { readonly state: string };
}

test('footage is recorded to a bucket and played from it, also what was recorded while it was away', {
  skip: cephIsMissing || clusterIsMissing,
  timeout: 600_000,
}, async () => {
  await using ceph = await startCeph();
  await made(ceph, 'footage');
  await using cluster = await startCluster({ blobs: ceph.address('footage/shop') });
  await using folder = await temporaryFolder();
  const data = join(folder.path, 'recorder');
  await mkdir(data);
  const door = await cluster.start('http');
  const record = () => startVedette(data, { ...cluster.environment }, 'record');
  const recorder = await record();
  const startedAt = Date.now();
  const admin = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
  const camera = await eventually('the camera is recorded', 60_000, async () => {
    const { body } = await admin.call<CameraRow[]>('GET', paths.cameras);
    return body.find(({ status }) => status.state === 'recording') ?? null;
  });
  const first = await eventually('the first minute is in the bucket', 120_000, async () => {
    const keys = await keysIn(ceph, 'footage');
    return keys.length > 0 ? keys : null;
  });
  assert.match(first[0] ?? '', /^shop\/footage\/[^/]+\/[^/]+\/\d{4}-\d\d-\d\d\/[^/]+\.cmfv$/);
  const before = await playable(admin, paths.playlist(camera.id, startedAt, Date.now()));

  // The store goes away, then the recorder: what it has not stored waits in its spool.
  await ceph.kill();
  assert.equal(await recorder.stop(), 0, recorder.output());
  assert.match(recorder.output(), /stays in the spool/);
  const stoppedAt = Date.now();
  await ceph.start();
  await using again = await record();
  await eventually('what waited is in the bucket', 60_000, async () =>
    (await keysIn(ceph, 'footage')).length > first.length ? true : null,
  );
  const after = await playable(admin, paths.playlist(camera.id, startedAt, stoppedAt));
  assert.ok(after >= before, `${after} fragments, and ${before} before`);
  for (const { output } of [door, recorder, again]) {
    assert.ok(!output().includes(ceph.owner.secretAccessKey), 'the password is in a log');
    assert.ok(!output().includes(encodeURIComponent(ceph.owner.secretAccessKey)), 'the password is in a log');
  }
  assert.equal(await again.stop(), 0, again.output());
});

/** The fragments of a playlist, each of which is given out whole. */
async function playable(client: Client, path: string): Promise<number> {
  const playlist = await client.fetch(path);
  const text = await playlist.text();
  assert.equal(playlist.status, 200, text);
  const key = /#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"/.exec(text)?.[1] ?? assert.fail(text);
  assert.equal((await (await client.fetch(key)).bytes()).length, 16);
  const fragments = text.split('\n').filter((line) => line.endsWith('.m4s'));
  assert.ok(fragments.length > 0, text);
  for (const fragment of fragments) {
    const answer = await client.fetch(fragment);
    const bytes = await answer.bytes();
    assert.ok(
      answer.status === 200 && bytes.length > 0 && bytes.length % 16 === 0,
      `${answer.status} ${fragment}`,
    );
  }
  return fragments.length;
}

async function made(ceph: Ceph, Bucket: string): Promise<void> {
  const client = ceph.client();
  await client.send(new CreateBucketCommand({ Bucket }));
  client.destroy();
}

async function keysIn(ceph: Ceph, Bucket: string): Promise<readonly string[]> {
  const client = ceph.client();
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  client.destroy();
  return (Contents ?? []).map(({ Key }) => Key ?? '').filter((key) => !key.includes('Probe'));
}
