// The bucket as the store of footage, on a real S3.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type Ceph, cephIsMissing, startCeph } from '../../../test/servers/ceph.ts';
import { type S3Guard, startS3Guard } from '../../../test/servers/s3-guard.ts';
import { branded, type Sha256 } from '../../core/brand.ts';
import { blobsContract } from '../../core/ports/blobs.contract.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { systemClock } from '../system/clock.ts';
import { s3Address } from './address.ts';
import { type S3Blobs, s3Blobs } from './blobs.ts';

const limits = { skip: cephIsMissing, timeout: 120_000 };
let ceph: Ceph;
let guard: S3Guard;
before(async () => {
  if (cephIsMissing !== false) return;
  ceph = await startCeph();
  guard = await startS3Guard(ceph);
  for (const bucket of ['plain', 'versioned', 'later', 'parts']) {
    await asOwner((client) => client.send(new CreateBucketCommand({ Bucket: bucket })));
  }
  await keepVersions('versioned', 'Enabled');
});
after(async () => {
  await guard?.[Symbol.asyncDispose]();
  await ceph?.[Symbol.asyncDispose]();
});

async function asOwner<T>(work: (client: ReturnType<Ceph['client']>) => Promise<T>): Promise<T> {
  const client = ceph.client();
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

function keepVersions(Bucket: string, Status: 'Enabled' | 'Suspended') {
  const command = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } });
  return asOwner((client) => client.send(command));
}

let count = 0;
/** A store with a prefix of its own. */
async function openIn(
  bucket: string,
  t: TestContext,
  parameters: Readonly<Record<string, string>> = {},
): Promise<S3Blobs & { readonly prefix: string }> {
  const base = s3Address(secret(ceph.address(bucket, parameters)));
  count += 1;
  const prefix = `test/${count}/`;
  const blobs = await s3Blobs({ address: { ...base, prefix }, clock: systemClock(), log, pageSize: 3 });
  t.after(() => blobs.close());
  return { ...blobs, prefix };
}

if (cephIsMissing === false) {
  blobsContract('S3', (t) => openIn('plain', t));
  blobsContract('S3 with versions', (t) => openIn('versioned', t, { endpoint: guard.endpoint }));
} else test('the contract of blobs on S3', limits, () => {});

function expectedOf(bytes: Uint8Array) {
  const sha256 = branded<Sha256>(createHash('sha256').update(bytes).digest('hex'));
  return { sizeBytes: bytes.length, sha256 };
}

async function fileWith(t: TestContext, bytes: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-s3-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'recording');
  await writeFile(path, bytes);
  return path;
}

/** Everything that the bucket keeps below a prefix: versions, and marks of deletion. */
async function leftovers(Bucket: string, Prefix: string): Promise<readonly string[]> {
  const page = await asOwner((client) => client.send(new ListObjectVersionsCommand({ Bucket, Prefix })));
  return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key }) => Key ?? '');
}

async function uploads(Bucket: string): Promise<number> {
  const page = await asOwner((client) => client.send(new ListMultipartUploadsCommand({ Bucket })));
  return page.Uploads?.length ?? 0;
}

const text = new TextEncoder().encode('the quick brown fox');

test('a store that would replace objects is refused in words', limits, async (t) => {
  // Ceph 16 forgets If-None-Match where the bucket keeps versions.
  await assert.rejects(openIn('versioned', t), {
    code: 'blobs-refused',
    message: /replaces objects .* one that keeps none/,
  });
});

test('nothing is left of a deleted object, whoever wrote versions and marks of it', limits, async (t) => {
  const blobs = await openIn('versioned', t, { endpoint: guard.endpoint });
  assert.deepEqual(await leftovers('versioned', blobs.prefix), [], 'nor of the look at opening');
  const Key = `${blobs.prefix}a`;
  await blobs.put('a', text, expectedOf(text));
  await blobs.put('ab', text, expectedOf(text));
  await asOwner(async (client) => {
    for (let i = 0; i < 3; i += 1) {
      await client.send(new PutObjectCommand({ Bucket: 'versioned', Key, Body: 'other' }));
      await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key }));
    }
  });
  await blobs.delete('a');
  assert.deepEqual(await leftovers('versioned', blobs.prefix), [`${blobs.prefix}ab`]);
});

test('a bucket that keeps versions only since it was opened, or no longer, is noticed', limits, async (t) => {
  const blobs = await openIn('later', t);
  await blobs.put('a', text, expectedOf(text));
  await keepVersions('later', 'Enabled');
  await blobs.delete('a');
  assert.deepEqual(await leftovers('later', blobs.prefix), []);
  await keepVersions('later', 'Suspended');
  const suspended = await openIn('later', t, { endpoint: guard.endpoint });
  await suspended.put('a', text, expectedOf(text));
  await suspended.delete('a');
  assert.deepEqual(await leftovers('later', suspended.prefix), []);
});

test('a large file becomes one object, in parts where the store allows, and is gone', limits, async (t) => {
  const bytes = randomBytes(40 * 1024 * 1024 + 17);
  for (const parameters of [{}, { endpoint: guard.endpoint }]) {
    let parts = 0;
    guard.decide((method, path) => {
      if (method === 'PUT' && path.includes('partNumber')) parts += 1;
      return null;
    });
    const blobs = await openIn('parts', t, parameters);
    parts = 0;
    const takeFile = await fileWith(t, bytes);
    await blobs.put('large', { takeFile }, expectedOf(bytes));
    assert.equal(parts, 'endpoint' in parameters ? 6 : 0);
    assert.deepEqual(expectedOf(await blobs.get('large')), expectedOf(bytes));
    await assert.rejects(access(takeFile), { code: 'ENOENT' });
    await writeFile(takeFile, bytes);
    await blobs.put('large', { takeFile }, expectedOf(bytes));
    await writeFile(takeFile, bytes.fill(1, 30_000_000));
    await assert.rejects(blobs.put('large', { takeFile }, expectedOf(bytes)), { code: 'conflict' });
    bytes.set(randomBytes(1_000), 30_000_000);
    assert.equal(await uploads('parts'), 0);
  }
});

test('a large file that is not what was announced leaves nothing, not even an upload', limits, async (t) => {
  const bytes = randomBytes(20 * 1024 * 1024);
  for (const parameters of [{}, { endpoint: guard.endpoint }]) {
    const blobs = await openIn('parts', t, parameters);
    const takeFile = await fileWith(t, bytes);
    const wrong = { sizeBytes: bytes.length, sha256: expectedOf(text).sha256 };
    await assert.rejects(blobs.put('wrong', { takeFile }, wrong), { code: 'footage-damaged' });
    await access(takeFile);
    assert.equal(await blobs.head('wrong'), null);
    assert.equal(await uploads('parts'), 0);
  }
});

test('an upload in parts that is refused half-way is given up', limits, async (t) => {
  const bytes = randomBytes(30 * 1024 * 1024);
  const blobs = await openIn('parts', t, { endpoint: guard.endpoint });
  const takeFile = await fileWith(t, bytes);
  guard.decide((_, path) => (path.includes('partNumber=3') ? [403, 'AccessDenied'] : null));
  await assert.rejects(blobs.put('half', { takeFile }, expectedOf(bytes)), { code: 'blobs-refused' });
  guard.decide(() => null);
  assert.equal(await uploads('parts'), 0);
  assert.equal(await blobs.head('half'), null);
  await blobs.put('half', { takeFile }, expectedOf(bytes));
});

test('a file is sent without being in memory', limits, async (t) => {
  const bytes = Buffer.alloc(300 * 1024 * 1024, 7);
  const expected = expectedOf(bytes);
  for (const parameters of [{}, { endpoint: guard.endpoint }]) {
    const blobs = await openIn('parts', t, parameters);
    const takeFile = await fileWith(t, bytes);
    const before = process.memoryUsage().rss;
    let most = before;
    const looking = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    await blobs.put('huge', { takeFile }, expected);
    clearInterval(looking);
    assert.equal((await blobs.head('huge'))?.sizeBytes, bytes.length);
    assert.ok(most - before < 200 * 1024 * 1024, `${Math.round((most - before) / 1024 ** 2)} MiB more`);
    await blobs.delete('huge');
  }
});

test('objects are encrypted with the key of KMS that the address names', limits, async (t) => {
  const blobs = await openIn('plain', t, { sse: 'aws:kms', key: ceph.kmsKey });
  await blobs.put('sealed', text, expectedOf(text));
  assert.deepEqual(new Uint8Array(await blobs.get('sealed', { start: 4, end: 9 })), text.slice(4, 9));
  await assert.rejects(openIn('plain', t, { sse: 'aws:kms', key: 'no-such-key' }), { code: 'blobs-refused' });
});

test('an object whose bytes are no longer those that were stored is not given out', limits, async (t) => {
  const blobs = await openIn('plain', t);
  const Metadata = { sha256: expectedOf(text).sha256 };
  const command = new PutObjectCommand({
    ...{ Bucket: 'plain', Key: `${blobs.prefix}a`, Body: 'the quick brown cat', Metadata },
  });
  await asOwner((client) => client.send(command));
  await assert.rejects(blobs.get('a'), { code: 'footage-damaged' });
});
