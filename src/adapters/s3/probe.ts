// What a store can do, tried on objects of our own: a promise that it takes and does not keep would be found too late.

import { VedetteError } from '../../core/errors.ts';
import { destroyer } from './destroy.ts';
import { foreign, unless } from './failure.ts';
import { encryptionInput } from './request.ts';
import type { S3Store } from './store.ts';

export interface Probe {
  /** Whether the bucket keeps versions of what is deleted; `unknown` where we may not know. */
  readonly versioning: 'off' | 'on' | 'suspended' | 'unknown';
  /** An object that is there is not replaced by one that is put. */
  readonly keepsWhole: boolean;
  /** … nor by one that is sent in parts. */
  readonly keepsInParts: boolean;
  /** A body that differs from the checksum it came with is refused. */
  readonly checksBodies: boolean;
}

/**
 * Puts, reads and deletes objects whose keys none of ours can have; none of them stays, whatever goes wrong, as long as the
 * store deletes at all. Errors: those of `S3Store.run`.
 */
export async function probeStore(store: S3Store): Promise<Probe> {
  const versioning = await versioningOf(store);
  const key = `Probe-${crypto.randomUUID()}`;
  const destroy = destroyer(store, versioning !== 'off');
  const clear = () => Promise.allSettled([destroy(key), destroy(`${key}-b`)]);
  try {
    await put(store, key, 'first');
    // Before anything is concluded: a web server takes all that is put, too.
    await mustBeReadable(store, key, 'first');
    const keepsWhole = (await put(store, key, 'second')) === null;
    const keepsInParts = await isKeptFromParts(store, key);
    const checksBodies = (await put(store, `${key}-b`, 'first', wrongChecksum)) === null;
    for (const gone of await clear()) if (gone.status === 'rejected') throw gone.reason;
    return { versioning, keepsWhole, keepsInParts, checksBodies };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** Refuses a store that cannot be written once. Errors: `blobs-refused`. */
export function requireWriteOnce({ keepsWhole, versioning }: Probe): void {
  if (keepsWhole) return;
  const remedy =
    versioning === 'off'
      ? 'Use a newer version of it, or another store.'
      : 'Some stores do that only where a bucket keeps versions: use one that keeps none, or another store.';
  throw new VedetteError(
    'blobs-refused',
    `This store replaces objects although it is told not to (If-None-Match), so footage would not be safe in it. ${remedy}`,
  );
}

async function versioningOf(store: S3Store): Promise<Probe['versioning']> {
  const command = new store.sdk.GetBucketVersioningCommand({ Bucket: store.bucket });
  const answer = await store.run('GetBucketVersioning', () =>
    store.client.send(command).catch(unless(403, 405, 501)),
  );
  if (answer === null) return 'unknown';
  if (answer.Status === 'Enabled') return 'on';
  return answer.Status === 'Suspended' ? 'suspended' : 'off';
}

const wrongChecksum = { ChecksumSHA256: Buffer.alloc(32).toString('base64') };

/** Null where it was refused for what was asked to be refused. */
function put(store: S3Store, key: string, Body: string, more: object = {}) {
  const command = new store.sdk.PutObjectCommand({
    ...{ Bucket: store.bucket, Key: store.prefix + key, Body, IfNoneMatch: '*' },
    ...encryptionInput(store.encryption),
    ...more,
  });
  return store.run('PutObject', () =>
    store.client.send(command).catch(unless(412, ...('ChecksumSHA256' in more ? [400] : []))),
  );
}

async function isKeptFromParts(store: S3Store, key: string): Promise<boolean> {
  const where = { Bucket: store.bucket, Key: store.prefix + key };
  const { UploadId } = await store.run('Multipart', () =>
    store.client.send(
      new store.sdk.CreateMultipartUploadCommand({ ...where, ...encryptionInput(store.encryption) }),
    ),
  );
  const upload = { ...where, UploadId };
  const abort = () => {
    const command = new store.sdk.AbortMultipartUploadCommand(upload);
    return store.run('Multipart', () => store.client.send(command).catch(unless(404)));
  };
  try {
    const isKept = (await completed(store, upload)) === null;
    if (isKept) await abort();
    return isKept;
  } catch (error) {
    await abort().catch(() => {});
    throw error;
  }
}

/** Null where the store keeps the object that is there. */
async function completed(
  store: S3Store,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined },
) {
  const part = new store.sdk.UploadPartCommand({ ...upload, PartNumber: 1, Body: 'third' });
  const { ETag } = await store.run('Multipart', () => store.client.send(part));
  const complete = new store.sdk.CompleteMultipartUploadCommand({
    ...{ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] }, IfNoneMatch: '*' },
  });
  return store.run('Multipart', () => store.client.send(complete).catch(unless(412, 409, 501)));
}

async function mustBeReadable(store: S3Store, key: string, content: string): Promise<void> {
  const where = { Bucket: store.bucket, Key: store.prefix + key };
  await store.run('HeadObject', () => store.client.send(new store.sdk.HeadObjectCommand(where)));
  const read = await store.run('GetObject', async () => {
    const { Body } = await store.client.send(new store.sdk.GetObjectCommand(where));
    return Body?.transformToString();
  });
  if (read !== content) throw new VedetteError('blobs-refused', foreign(null));
  const listed = new store.sdk.ListObjectsV2Command({
    Bucket: store.bucket,
    Prefix: store.prefix,
    MaxKeys: 1,
  });
  await store.run('ListObjects', () => store.client.send(listed));
}
