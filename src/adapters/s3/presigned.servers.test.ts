// Links to objects of a bucket, used as those who are given them use them.

import { after, before } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type Ceph, cephIsMissing, startCeph } from '../../../test/servers/ceph.ts';
import { branded, type EpochMs } from '../../core/brand.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { presignedContract } from '../../core/ports/presigned.contract.ts';
import { secret } from '../../core/secret.ts';
import { systemClock } from '../system/clock.ts';
import { s3Address } from './address.ts';
import { s3Blobs } from './blobs.ts';

let ceph: Ceph;
before(async () => {
  if (cephIsMissing !== false) return;
  ceph = await startCeph();
  const client = ceph.client();
  await client.send(new CreateBucketCommand({ Bucket: 'links' }));
  client.destroy();
});
after(() => ceph?.[Symbol.asyncDispose]());

let count = 0;
for (const parameters of [{}, { sse: 'aws:kms', key: 'vedette-key' }]) {
  const name = 'sse' in parameters ? 'links to S3 with a key of KMS' : 'links to S3';
  presignedContract(
    name,
    async (t) => {
      count += 1;
      const base = s3Address(secret(ceph.address('links', parameters)));
      let agedMs = 0;
      const clock = { ...systemClock(), now: () => branded<EpochMs>(Date.now() - agedMs) };
      const blobs = await s3Blobs({ address: { ...base, prefix: `test/${count}/` }, clock, log });
      t.after(() => blobs.close());
      return {
        ...{ blobs, presigned: blobs.presigned },
        age: (ms) => {
          agedMs = ms;
        },
      };
    },
    { skip: cephIsMissing },
  );
}
