// Reading objects: whole or in ranges, and the list of them.

import { createHash } from 'node:crypto';
import { VedetteError } from '../../core/errors.ts';
import { isBlobKey } from '../../core/ports/blob-key.ts';
import type { BlobInfo } from '../../core/ports/blobs.ts';
import { unless } from './failure.ts';
import { describe } from './put.ts';
import { hashName } from './request.ts';
import type { S3Store } from './store.ts';

export interface Range {
  readonly start: number;
  readonly end?: number;
}

/**
 * What is read whole is compared with the hash it was stored with. Errors: `not-found`, `footage-damaged`, those of
 * `S3Store.run`.
 */
export async function readObject(store: S3Store, key: string, range?: Range): Promise<Uint8Array> {
  if (!isBlobKey(key)) throw new VedetteError('not-found');
  if (range?.end !== undefined && range.end <= range.start) {
    // No range of HTTP is empty.
    if ((await describe(store, key)) === null) throw new VedetteError('not-found');
    return new Uint8Array(0);
  }
  const command = new store.sdk.GetObjectCommand({
    ...{ Bucket: store.bucket, Key: store.prefix + key },
    ...(range === undefined
      ? {}
      : { Range: `bytes=${range.start}-${range.end === undefined ? '' : range.end - 1}` }),
  });
  return store.run('GetObject', async () => {
    const answer = await store.client.send(command).catch(unless(404, 416));
    if (answer === null) {
      // 416: nothing is there any more at the start of the range; 404: nothing at all. HEAD tells the two apart.
      if ((await describe(store, key)) === null) throw new VedetteError('not-found');
      return new Uint8Array(0);
    }
    const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0);
    if (answer.ContentLength !== undefined && bytes.length !== answer.ContentLength)
      throw new Error('Cut short.');
    const sha256 = answer.Metadata?.[hashName];
    if (range === undefined && sha256 !== undefined && hashOf(bytes) !== sha256) {
      throw new VedetteError('footage-damaged');
    }
    return bytes;
  });
}

/** Objects under our prefix whose keys could be ours, in the order of S3, which is that of bytes. */
export async function* listObjects(
  store: S3Store,
  prefix: string,
  pageSize?: number,
): AsyncGenerator<BlobInfo> {
  let next: string | undefined;
  do {
    const command = new store.sdk.ListObjectsV2Command({
      ...{ Bucket: store.bucket, Prefix: store.prefix + prefix },
      ...(next === undefined ? {} : { ContinuationToken: next }),
      ...(pageSize === undefined ? {} : { MaxKeys: pageSize }),
    });
    const page = await store.run('ListObjects', () => store.client.send(command));
    for (const { Key, Size } of page.Contents ?? []) {
      const key = Key?.slice(store.prefix.length) ?? '';
      if (isBlobKey(key)) yield { key, sizeBytes: Size ?? 0 };
    }
    next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (next !== undefined);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
