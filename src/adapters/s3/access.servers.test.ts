// What a store refuses, said so that a person knows what to do.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { type Ceph, type CephUser, cephIsMissing, startCeph } from '../../../test/servers/ceph.ts';
import { makeCertificates } from '../../../test/servers/certificates.ts';
import { type S3Guard, startS3Guard } from '../../../test/servers/s3-guard.ts';
import { branded, type Sha256 } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { systemClock } from '../system/clock.ts';
import { s3Address } from './address.ts';
import { s3Blobs } from './blobs.ts';
import { checkS3 } from './check.ts';

const limits = { skip: cephIsMissing, timeout: 120_000 };
const keptDays = 30;
const patience = { idleMs: 5_000, attempts: 3, totalMs: 5_000 };
let ceph: Ceph;
let guard: S3Guard;
let guest: CephUser;
before(async () => {
  if (cephIsMissing !== false) return;
  ceph = await startCeph();
  guard = await startS3Guard(ceph);
  guest = await ceph.createUser('guest');
});
after(async () => {
  await guard?.[Symbol.asyncDispose]();
  await ceph?.[Symbol.asyncDispose]();
});

let buckets = 0;
/** A bucket in which the guest may do these things. */
async function bucketAllowing(...actions: readonly string[]): Promise<string> {
  buckets += 1;
  const Bucket = `bucket-${buckets}`;
  const client = ceph.client();
  await client.send(new CreateBucketCommand({ Bucket }));
  const Statement = {
    ...{ Effect: 'Allow', Principal: { AWS: ['arn:aws:iam:::user/guest'] } },
    ...{ Action: actions, Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`] },
  };
  if (actions.length > 0) {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
  client.destroy();
  return Bucket;
}

async function open(t: TestContext, url: string) {
  const blobs = await s3Blobs({ address: s3Address(secret(url)), clock: systemClock(), log, patience });
  t.after(() => blobs.close());
  return blobs;
}

/** What the documentation says that Vedette needs. */
const needed = [
  ...['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'],
  ...['s3:ListBucket', 's3:ListBucketVersions', 's3:GetBucketVersioning'],
];
const text = new TextEncoder().encode('the quick brown fox');
const expected = {
  sizeBytes: text.length,
  sha256: branded<Sha256>(createHash('sha256').update(text).digest('hex')),
};

test('the rights that are documented are enough', limits, async (t) => {
  const blobs = await open(t, ceph.address(await bucketAllowing(...needed), {}, guest));
  await blobs.put('a', text, expected);
  assert.deepEqual(await Array.fromAsync(blobs.list('')), [{ key: 'a', sizeBytes: text.length }]);
  await blobs.get('a');
  await blobs.delete('a');
  assert.equal(await blobs.head('a'), null);
});

test('a right that is missing is named', limits, async (t) => {
  // Not of s3:GetObject: at Ceph who stored an object may read it.
  for (const missing of ['s3:PutObject', 's3:DeleteObject', 's3:ListBucket']) {
    const bucket = await bucketAllowing(...needed.filter((each) => each !== missing));
    const refusal: unknown = await open(t, ceph.address(bucket, {}, guest)).catch((error: unknown) => error);
    assert.ok(refusal instanceof VedetteError, `${missing} was not missed`);
    assert.equal(refusal.code, 'blobs-refused');
    assert.ok(refusal.detail.includes(missing), `${missing}: ${refusal.detail}`);
  }
});

test(
  'a bucket of which we may not know whether it keeps versions is taken to keep them',
  limits,
  async (t) => {
    const bucket = await bucketAllowing(...needed.filter((each) => each !== 's3:GetBucketVersioning'));
    const blobs = await open(t, ceph.address(bucket, {}, guest));
    await blobs.put('a', text, expected);
    await blobs.delete('a');
    assert.equal(await blobs.head('a'), null);
    const findings = await checkS3(s3Address(secret(ceph.address(bucket, {}, guest))), { keptDays });
    assert.ok(
      findings.some(({ weight, sentence }) => weight === 'advice' && /GetBucketVersioning/.test(sentence)),
    );
  },
);

test('a user, a password or a bucket that does not exist is told, and never shown', limits, async (t) => {
  const bucket = await bucketAllowing(...needed);
  const cases = [
    [ceph.address('no-such-bucket'), /no such bucket/i],
    [ceph.address(bucket, {}, { ...guest, secretAccessKey: 'hush-hush' }), /password/],
    [ceph.address(bucket, {}, { ...guest, accessKeyId: 'AKIANOBODY' }), /does not know this user/],
    [ceph.address(await bucketAllowing(), {}, guest), /does not allow this user/],
  ] as const;
  for (const [url, sentence] of cases) {
    await assert.rejects(open(t, url), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && error.code === 'blobs-refused', String(error));
      assert.match(error.message, sentence);
      assert.ok(!JSON.stringify([error.message, error.stack]).includes('hush'));
      return true;
    });
  }
});

test('a wrong region and a wrong clock are told as what they are', limits, async (t) => {
  const bucket = await bucketAllowing();
  const url = ceph.address(bucket, { endpoint: guard.endpoint });
  for (const [status, code, sentence] of [
    [301, 'PermanentRedirect', /another region/],
    [403, 'RequestTimeTooSkewed', /clock/],
    [403, 'ExpiredToken', /expired/],
    [400, 'KMS.DisabledException', /KMS/],
  ] as const) {
    guard.decide(() => [status, code]);
    await assert.rejects(open(t, url), { code: 'blobs-refused', message: sentence });
  }
  guard.decide(() => null);
});

test('a quota that is used up is a full store', limits, async (t) => {
  const user = await ceph.createUser('small');
  const client = ceph.client(user);
  await client.send(new CreateBucketCommand({ Bucket: 'small' }));
  client.destroy();
  const blobs = await open(t, ceph.address('small', {}, user));
  await ceph.administer('quota', 'set', '--quota-scope=user', '--uid=small', '--max-size=1');
  await ceph.administer('quota', 'enable', '--quota-scope=user', '--uid=small');
  await ceph.kill();
  await ceph.start();
  const large = new Uint8Array(100_000);
  const sha256 = branded<Sha256>(createHash('sha256').update(large).digest('hex'));
  await assert.rejects(blobs.put('a', large, { sizeBytes: large.length, sha256 }), { code: 'data-full' });
});

test('a store with TLS is believed where its authority was given', limits, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-s3-tls-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const certificates = makeCertificates(folder);
  await using secure = await startCeph({ tls: certificates });
  await assert.rejects(open(t, secure.address('tls')), { code: 'blobs-refused', message: /as ca/ });
  const url = secure.address('tls', { ca: certificates.authority });
  await assert.rejects(open(t, url), { code: 'blobs-refused', message: /no such bucket/ });
});

test(
  'a check tells what is good, and what is missing; a rule for leftovers is set where that is wished',
  limits,
  async () => {
    const bucket = await bucketAllowing(...needed);
    const address = s3Address(secret(ceph.address(`${bucket}/shop`)));
    const client = ceph.client();
    const theirs = {
      ID: 'theirs',
      Status: 'Enabled',
      Filter: { Prefix: 'logs/' },
      Expiration: { Days: 3 },
    } as const;
    const command = new PutBucketLifecycleConfigurationCommand({
      ...{ Bucket: bucket, LifecycleConfiguration: { Rules: [theirs] } },
    });
    await client.send(command);
    const before = await checkS3(address, { keptDays });
    assert.deepEqual(
      before.map(({ weight }) => weight),
      ['good', 'good', 'advice', 'advice', 'advice'],
      JSON.stringify(before),
    );
    assert.match(before.at(-1)?.sentence ?? '', /lifecycle rule/);
    assert.equal((await checkS3(address, { keptDays, setLifecycle: true })).at(-1)?.weight, 'good');
    assert.equal((await checkS3(address, { keptDays })).at(-1)?.weight, 'good');
    const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
    client.destroy();
    assert.deepEqual(Rules?.map(({ ID }) => ID).toSorted(), ['theirs', 'vedette shop/']);
    const elsewhere = s3Address(secret(ceph.address(`${bucket}/other`)));
    assert.equal(
      (await checkS3(elsewhere, { keptDays })).at(-1)?.weight,
      'advice',
      'a rule for another prefix is none for us',
    );
    const asGuest = await checkS3(s3Address(secret(ceph.address(`${bucket}/other`, {}, guest))), {
      ...{ keptDays, setLifecycle: true },
    });
    assert.match(asGuest.at(-1)?.sentence ?? '', /s3:GetLifecycleConfiguration/);
    const wrong = await checkS3(s3Address(secret(ceph.address('no-such-bucket'))), { keptDays });
    assert.deepEqual(
      wrong.map(({ weight }) => weight),
      ['wrong'],
    );
  },
);
