// Large files in parts: few in memory at a time, nothing to be seen before the last, and nothing left after a failure.

import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { CompletedPart } from '@aws-sdk/client-s3';
import { damaged, unless } from './failure.ts';
import type { Expected } from './put.ts';
import { beforeSigning, encryptionInput, hashName, signedWith } from './request.ts';
import type { S3Store } from './store.ts';

/** At least 5 MiB, as S3 wants; of 10 000 at most, which is 80 GiB. */
const partBytes = 8 * 1024 * 1024;
/** Each holds one part in memory. */
const concurrency = 3;

interface Upload {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

/** False where there is an object already. The store must refuse to replace one at the end of an upload, too. */
export async function putInParts(
  store: S3Store,
  key: string,
  { path, expected }: { path: string; expected: Expected },
): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const upload = await begin(store, key, expected);
    try {
      const parts = await sendParts(store, upload, file, expected);
      if (await complete(store, upload, parts)) return true;
    } catch (error) {
      await abort(store, upload);
      throw error;
    }
    await abort(store, upload);
    return false;
  } finally {
    await file.close();
  }
}

async function begin(store: S3Store, key: string, expected: Expected): Promise<Upload> {
  const where = { Bucket: store.bucket, Key: store.prefix + key };
  const command = new store.sdk.CreateMultipartUploadCommand({
    ...where,
    ChecksumAlgorithm: 'SHA256',
    Metadata: { [hashName]: expected.sha256 },
    ...encryptionInput(store.encryption),
  });
  const { UploadId } = await store.run('Multipart', () => store.client.send(command));
  return { ...where, UploadId };
}

async function sendParts(
  store: S3Store,
  upload: Upload,
  file: FileHandle,
  expected: Expected,
): Promise<readonly CompletedPart[]> {
  const running = createHash('sha256');
  const parts: CompletedPart[] = [];
  let offset = 0;
  let failed = false;

  /** Reads on where the others are: reading is one after the other, sending is not. */
  let reading: Promise<unknown> = Promise.resolve();
  async function read(): Promise<{ number: number; bytes: Uint8Array } | null> {
    const sizeBytes = Math.min(partBytes, expected.sizeBytes - offset);
    if (sizeBytes <= 0 || failed) return null;
    const number = offset / partBytes + 1;
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    let filled = 0;
    while (filled < sizeBytes) {
      const { bytesRead } = await file.read(bytes, filled, sizeBytes - filled, offset + filled);
      if (bytesRead === 0) throw damaged();
      filled += bytesRead;
    }
    running.update(bytes);
    offset += sizeBytes;
    return { number, bytes };
  }

  async function work(): Promise<void> {
    for (;;) {
      const next = reading.then(read);
      reading = next.catch(() => {});
      const part = await next;
      if (part === null) return;
      parts.push(await sendPart(store, upload, part.number, part.bytes));
    }
  }

  const workers = Array.from({ length: concurrency }, () =>
    work().catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  // All of them, so that none sends a part after the upload was given up.
  for (const result of await Promise.allSettled(workers))
    if (result.status === 'rejected') throw result.reason;
  if (running.digest('hex') !== expected.sha256) throw damaged();
  return parts.toSorted((one, other) => (one.PartNumber ?? 0) - (other.PartNumber ?? 0));
}

async function sendPart(
  store: S3Store,
  upload: Upload,
  number: number,
  bytes: Uint8Array,
): Promise<CompletedPart> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  const ChecksumSHA256 = digest.toBase64();
  const { ETag } = await store.run('Multipart', () => {
    const command = new store.sdk.UploadPartCommand({
      ...upload,
      ...{ PartNumber: number, Body: bytes, ContentLength: bytes.length, ChecksumSHA256 },
    });
    command.middlewareStack.add((next) => (args) => next(signedWith(args, digest.toHex())), beforeSigning);
    return store.client.send(command);
  });
  return { PartNumber: number, ETag, ChecksumSHA256 };
}

/** False where an object is there: another's, or ours, where an answer was lost and the upload is gone. */
function complete(store: S3Store, upload: Upload, Parts: readonly CompletedPart[]): Promise<boolean> {
  return store.run('Multipart', async () => {
    const command = new store.sdk.CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts: [...Parts] },
      IfNoneMatch: '*',
    });
    // 409: somebody wrote or deleted it meanwhile, and S3 wants the upload begun anew.
    return (await store.client.send(command).catch(unless(404, 409, 412))) !== null;
  });
}

/** What cannot be aborted now, a lifecycle rule of the bucket does. */
async function abort(store: S3Store, upload: Upload): Promise<void> {
  const command = new store.sdk.AbortMultipartUploadCommand(upload);
  await store.run('Multipart', () => store.client.send(command).catch(unless(404))).catch(() => {});
}
