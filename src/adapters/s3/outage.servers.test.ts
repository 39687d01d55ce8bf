// What becomes of footage while the store is slow, mute, cut off or killed.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type Ceph, cephIsMissing, startCeph } from '../../../test/servers/ceph.ts';
import { startCuttingProxy } from '../../../test/servers/cutting-proxy.ts';
import { type S3Guard, startS3Guard } from '../../../test/servers/s3-guard.ts';
import { branded, type Sha256 } from '../../core/brand.ts';
import { errorCode } from '../../core/errors.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { systemClock } from '../system/clock.ts';
import { s3Address } from './address.ts';
import { s3Blobs } from './blobs.ts';

const limits = { skip: cephIsMissing, timeout: 120_000 };
/** Gives up soon, so that tests do. */
const hasty = { idleMs: 1_000, attempts: 3, totalMs: 4_000 };
let ceph: Ceph;
let guard: S3Guard;
before(async () => {
  if (cephIsMissing !== false) return;
  ceph = await startCeph();
  guard = await startS3Guard(ceph);
  const client = ceph.client();
  await client.send(new CreateBucketCommand({ Bucket: 'footage' }));
  client.destroy();
});
after(async () => {
  await guard?.[Symbol.asyncDispose]();
  await ceph?.[Symbol.asyncDispose]();
});

let count = 0;
async function open(t: TestContext, parameters: Readonly<Record<string, string>> = {}, patience = hasty) {
  const base = s3Address(secret(ceph.address('footage', parameters)));
  count += 1;
  const address = { ...base, prefix: `test/${count}/` };
  const blobs = await s3Blobs({ address, clock: systemClock(), log, patience });
  t.after(() => blobs.close());
  return blobs;
}

function expectedOf(bytes: Uint8Array) {
  const sha256 = branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
  return { sizeBytes: bytes.length, sha256 };
}

const text = new TextEncoder().encode('the quick brown fox');

test(
  'a store that takes connections and never answers is given up in time, and used again',
  limits,
  async (t) => {
    const blobs = await open(t);
    await blobs.put('before', text, expectedOf(text));
    ceph.hang();
    const startedAtMs = performance.now();
    try {
      const asked = [blobs.put('during', text, expectedOf(text)), blobs.get('before'), blobs.head('before')];
      for (const result of await Promise.allSettled([...asked, Array.fromAsync(blobs.list(''))])) {
        assert.equal(result.status === 'rejected' && errorCode(result.reason), 'blobs-unavailable');
      }
      assert.ok(performance.now() - startedAtMs < 15_000);
    } finally {
      await ceph.start();
    }
    await blobs.put('during', text, expectedOf(text));
    assert.deepEqual(new Uint8Array(await blobs.get('before')), text);
  },
);

test('a store that is not there is told, and footage stays where it is', limits, async (t) => {
  const blobs = await open(t);
  const folder = await mkdtemp(join(tmpdir(), 'vedette-s3-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const takeFile = join(folder, 'recording');
  await writeFile(takeFile, text);
  await ceph.kill();
  try {
    await assert.rejects(blobs.put('a', { takeFile }, expectedOf(text)), { code: 'blobs-unavailable' });
    await assert.rejects(blobs.delete('a'), { code: 'blobs-unavailable' });
    await access(takeFile);
    await assert.rejects(open(t), { code: 'blobs-unavailable' });
  } finally {
    await ceph.start();
  }
  await blobs.put('a', { takeFile }, expectedOf(text));
});

test(
  'answers that ask for patience are answered with it, and with no more connections than are allowed',
  limits,
  async (t) => {
    const blobs = await open(
      t,
      { endpoint: guard.endpoint },
      { idleMs: 10_000, attempts: 6, totalMs: 20_000 },
    );
    const asked = new Map<string, number>();
    guard.decide((method, path) => {
      if (method !== 'PUT') return null;
      const attempts = (asked.get(path) ?? 0) + 1;
      asked.set(path, attempts);
      return (
        (
          [
            [503, 'SlowDown'],
            [500, 'InternalError'],
          ] as const
        )[attempts - 1] ?? null
      );
    });
    await Promise.all(Array.from({ length: 120 }, (_, i) => blobs.put(`a/${i}`, text, expectedOf(text))));
    guard.decide(() => null);
    assert.ok([...asked.values()].every((attempts) => attempts >= 3));
    assert.equal(asked.size, 120);
    assert.equal((await Array.fromAsync(blobs.list('a/'))).length, 120);
    assert.ok(guard.mostConnections <= 48 + 1, `${guard.mostConnections} connections`);
    guard.decide(() => [503, 'SlowDown']);
    await assert.rejects(blobs.get('a/1'), { code: 'blobs-unavailable' });
    guard.decide(() => null);
  },
);

test('connections that are cut on the way there or back cost nothing but time', limits, async (t) => {
  await using proxy = await startCuttingProxy(ceph.port);
  const blobs = await open(
    t,
    { endpoint: `http://127.0.0.1:${proxy.port}` },
    { ...hasty, attempts: 8, totalMs: 20_000 },
  );
  const bytes = randomBytes(3_000_000);
  const folder = await mkdtemp(join(tmpdir(), 'vedette-s3-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  // Of the pieces a file is sent in, some 50 each.
  let seen = 0;
  proxy.decide(() => {
    seen += 1;
    if (seen % 150 === 0) return 'cut';
    return seen % 110 === 0 ? 'cut-after' : 'pass';
  });
  for (let i = 0; i < 12; i += 1) {
    const takeFile = join(folder, `${i}`);
    await writeFile(takeFile, bytes);
    await blobs.put(`f/${i}`, { takeFile }, expectedOf(bytes));
    await blobs.put(`b/${i}`, text, expectedOf(text));
    assert.deepEqual(new Uint8Array(await blobs.get(`b/${i}`)), text);
  }
  proxy.decide(() => 'pass');
  for (let i = 0; i < 12; i += 1) assert.deepEqual(expectedOf(await blobs.get(`f/${i}`)), expectedOf(bytes));
});

test(
  'whenever the gateway is killed, what it acknowledged is there, and nothing is half there',
  limits,
  async (t) => {
    const blobs = await open(t);
    const bodies = Array.from({ length: 8 }, (_, i) => randomBytes(200_000 + i * 150_000));
    const acknowledged = new Map<string, Uint8Array>();
    const given = new Map<string, Uint8Array>();
    for (let round = 0; round < 5; round += 1) {
      const killing = new AbortController();
      const writers = bodies.map(async (bytes, writer) => {
        for (let i = 0; !killing.signal.aborted; i += 1) {
          const key = `r${round}/${writer}/${i}`;
          given.set(key, bytes);
          await blobs.put(key, bytes, expectedOf(bytes)).then(
            () => acknowledged.set(key, bytes),
            (error: unknown) => assert.equal(errorCode(error), 'blobs-unavailable'),
          );
        }
      });
      const target = acknowledged.size + 10 + round * 7;
      while (acknowledged.size < target)
        await blobs.put(`tick/${round}/${crypto.randomUUID()}`, text, expectedOf(text));
      await ceph.kill();
      killing.abort();
      await Promise.all(writers);
      await ceph.start();
    }
    assert.ok(acknowledged.size >= 50);
    for (const [key, bytes] of acknowledged)
      assert.deepEqual(expectedOf(await blobs.get(key)), expectedOf(bytes), key);
    let uncertain = 0;
    for await (const { key } of blobs.list('r')) {
      const bytes = given.get(key) ?? assert.fail(key);
      if (!acknowledged.has(key)) uncertain += 1;
      assert.deepEqual(expectedOf(await blobs.get(key)), expectedOf(bytes), `${key} is half there`);
      // The writer comes again with what it has, whether it was told or not.
      await blobs.put(key, bytes, expectedOf(bytes));
    }
    t.diagnostic(`${acknowledged.size} acknowledged, ${uncertain} stored without an answer`);
  },
);
