// Links to single objects of a bucket, signed with the credentials of this process.

import { createHash } from 'node:crypto';
import { VedetteError } from '../../core/errors.ts';
import { requireBlobKey } from '../../core/ports/blob-key.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { maxPresignedMs, type Presigned } from '../../core/ports/presigned.ts';
import { secret } from '../../core/secret.ts';
import { damaged } from './failure.ts';
import { describe } from './put.ts';
import { readObject } from './read.ts';
import { encryptionInput, hashName } from './request.ts';
import type { S3Store } from './store.ts';

/** Read at a time to be compared with its hash. */
const rangeBytes = 8 * 1024 * 1024;

/** The links end with the credentials they were signed with, where those live shorter, as those of a role do. */
export function presigner(store: S3Store, clock: Clock, destroy: (key: string) => Promise<void>): Presigned {
  const optionsOf = (ttlMs: number) => {
    if (!(ttlMs >= 1_000 && ttlMs <= maxPresignedMs)) {
      throw new VedetteError('request-invalid', 'A link lives for a second at least, and a week at most.');
    }
    return { expiresIn: Math.floor(ttlMs / 1_000), signingDate: new Date(clock.now()) };
  };
  return {
    async presignGet(key, ttlMs, { fileName } = {}) {
      requireBlobKey(key);
      const options = optionsOf(ttlMs);
      const command = new store.sdk.GetObjectCommand({
        ...{ Bucket: store.bucket, Key: store.prefix + key },
        ...(fileName === undefined ? {} : { ResponseContentDisposition: dispositionOf(fileName) }),
      });
      const { getSignedUrl } = await loadPresigner();
      return store.run('GetObject', async () => secret(await getSignedUrl(store.client, command, options)));
    },
    async presignPut(key, ttlMs, expected) {
      requireBlobKey(key);
      const options = optionsOf(ttlMs);
      const headers = headersOf(store, expected);
      const command = new store.sdk.PutObjectCommand({
        ...{ Bucket: store.bucket, Key: store.prefix + key, IfNoneMatch: '*' },
        ContentLength: expected.sizeBytes,
        ChecksumSHA256: Buffer.from(expected.sha256, 'hex').toString('base64'),
        Metadata: { [hashName]: expected.sha256 },
        ...encryptionInput(store.encryption),
      });
      const { getSignedUrl } = await loadPresigner();
      // As headers and not in the link: every store believes those that are signed.
      const names = new Set(Object.keys(headers));
      const signed = {
        ...options,
        unhoistableHeaders: names,
        signableHeaders: new Set([...names, 'host', 'content-length']),
      };
      const url = await store.run('PutObject', () => getSignedUrl(store.client, command, signed));
      return { url: secret(url), headers };
    },
    async confirmPut(key, expected) {
      const found = await describe(store, key);
      if (found === null) throw new VedetteError('not-found');
      if (
        found.sizeBytes === expected.sizeBytes &&
        (await hashOf(store, key, found.sizeBytes)) === expected.sha256
      )
        return;
      await destroy(key);
      throw damaged();
    },
  };
}

/** Names as they are sent. */
function headersOf(store: S3Store, expected: { sha256: string }): Record<string, string> {
  const { ServerSideEncryption, BucketKeyEnabled, SSEKMSKeyId } = {
    ...{ ServerSideEncryption: undefined, BucketKeyEnabled: undefined, SSEKMSKeyId: undefined },
    ...encryptionInput(store.encryption),
  };
  return {
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(expected.sha256, 'hex').toString('base64'),
    [`x-amz-meta-${hashName}`]: expected.sha256,
    ...(ServerSideEncryption === undefined ? {} : { 'x-amz-server-side-encryption': ServerSideEncryption }),
    ...(BucketKeyEnabled === undefined ? {} : { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' }),
    ...(SSEKMSKeyId === undefined ? {} : { 'x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId }),
  };
}

/** RFC 6266, with the name as RFC 8187 writes it: no byte of it can be taken for anything else. */
function dispositionOf(fileName: string): string {
  const plain = fileName.replace(/[^A-Za-z0-9._ -]/g, '_');
  const exact = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

async function hashOf(store: S3Store, key: string, sizeBytes: number): Promise<string> {
  const running = createHash('sha256');
  for (let start = 0; start < sizeBytes; start += rangeBytes) {
    running.update(await readObject(store, key, { start, end: Math.min(sizeBytes, start + rangeBytes) }));
  }
  return running.digest('hex');
}

function loadPresigner() {
  return import('@aws-sdk/s3-request-presigner').catch((cause: unknown) => {
    const detail = 'Links to S3 need the package @aws-sdk/s3-request-presigner: npm install it.';
    throw new VedetteError('blobs-refused', detail, { cause });
  });
}
