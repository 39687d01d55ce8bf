// Storing an object once: the store refuses what would replace another, and what differs from its SHA-256.

import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { Sha256 } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { BlobBody } from '../../core/ports/blobs.ts';
import { damaged, unless } from './failure.ts';
import { putInParts } from './multipart.ts';
import { beforeSigning, encryptionInput, hashName, signedWith } from './request.ts';
import type { S3Store } from './store.ts';

export interface Expected {
  readonly sizeBytes: number;
  readonly sha256: Sha256;
}

/** What a store was found to be able to, when it was opened. */
export interface PutWays {
  /** Files larger than this are sent in parts; null: never, because the store would replace an object by them. */
  readonly partsBeyondBytes: number | null;
}

/** What S3 takes in one request. */
const maxSingleBytes = 5 * 1024 ** 3;
/** From here on it is asked first whether the object is there: sending it for nothing costs more than asking. */
const askFirstBytes = 1024 * 1024;
/** An object that is there, and is not when we look, and is there again: somebody deletes it each time. */
const maxRounds = 8;

/** Errors: as the port says, `body-too-large`, and those of `S3Store.run`. */
export async function putObject(
  store: S3Store,
  ways: PutWays,
  { key, body, expected }: { key: string; body: BlobBody; expected: Expected },
): Promise<void> {
  if (!(await isThereToSend(store, key, body, expected))) return;
  for (let round = 1; ; round += 1) {
    const isNew = await send(store, ways, { key, body, expected });
    if (isNew || (await isSame(store, key, expected))) break;
    if (round >= maxRounds)
      throw new VedetteError('conflict', 'Somebody deletes this object again and again.');
  }
  if (!(body instanceof Uint8Array)) await rm(body.takeFile, { force: true });
}

/** False where a retry finds the file gone and the object stored. */
async function isThereToSend(
  store: S3Store,
  key: string,
  body: BlobBody,
  expected: Expected,
): Promise<boolean> {
  if (body instanceof Uint8Array) {
    if (body.length !== expected.sizeBytes || (await hashOf(body)) !== expected.sha256) throw damaged();
    return true;
  }
  const found = await stat(body.takeFile).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) {
    if (await isSame(store, key, expected)) return false;
    throw new VedetteError('not-found', 'The file to be stored does not exist.');
  }
  if (found.size !== expected.sizeBytes) throw damaged();
  return true;
}

/** False where there is an object already. */
async function send(
  store: S3Store,
  { partsBeyondBytes }: PutWays,
  what: { key: string; body: BlobBody; expected: Expected },
): Promise<boolean> {
  const { key, body, expected } = what;
  if (!(body instanceof Uint8Array) && partsBeyondBytes !== null && expected.sizeBytes > partsBeyondBytes) {
    if (await isTaken(store, key)) return false;
    return putInParts(store, key, { path: body.takeFile, expected });
  }
  if (expected.sizeBytes > maxSingleBytes) {
    throw new VedetteError('body-too-large', 'This store takes no object larger than 5 GiB.');
  }
  return store.run('PutObject', async () => {
    // In every attempt: the one before may have stored it, and its answer may be lost.
    if (expected.sizeBytes >= askFirstBytes && (await isTaken(store, key))) return false;
    return sendWhole(store, key, body, expected);
  });
}

async function sendWhole(store: S3Store, key: string, body: BlobBody, expected: Expected): Promise<boolean> {
  const stream =
    body instanceof Uint8Array || expected.sizeBytes === 0 ? null : createReadStream(body.takeFile);
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(0);
  const command = new store.sdk.PutObjectCommand({
    ...{ Bucket: store.bucket, Key: store.prefix + key, IfNoneMatch: '*' },
    Body: stream ?? bytes,
    ContentLength: expected.sizeBytes,
    ChecksumSHA256: Buffer.from(expected.sha256, 'hex').toString('base64'),
    Metadata: { [hashName]: expected.sha256 },
    ...encryptionInput(store.encryption),
  });
  command.middlewareStack.add((next) => (args) => next(signedWith(args, expected.sha256)), beforeSigning);
  // A file that cannot be read further fails the request; nobody else listens.
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  stream?.once('error', broken.reject);
  const giveUp = new AbortController();
  try {
    const sent = store.client.send(command, { abortSignal: giveUp.signal });
    sent.catch(() => {});
    return (await Promise.race([sent, broken.promise]).catch(unless(412))) !== null;
  } finally {
    giveUp.abort();
    stream?.destroy();
  }
}

async function isTaken(store: S3Store, key: string): Promise<boolean> {
  return (await describe(store, key)) !== null;
}

/** Whether the object is what was announced; false where there is none. Errors: `conflict`. */
async function isSame(store: S3Store, key: string, expected: Expected): Promise<boolean> {
  const found = await describe(store, key);
  if (found === null) return false;
  if (found.sizeBytes === expected.sizeBytes && found.sha256 === expected.sha256) return true;
  throw new VedetteError('conflict', 'There is another object under this key.');
}

/** Size and the hash it was stored with, which objects of others do not have; null where there is none. */
export function describe(
  store: S3Store,
  key: string,
): Promise<{ readonly sizeBytes: number; readonly sha256: string | undefined } | null> {
  return store.run('HeadObject', async () => {
    const command = new store.sdk.HeadObjectCommand({ Bucket: store.bucket, Key: store.prefix + key });
    const found = await store.client.send(command).catch(unless(404));
    return found === null
      ? null
      : { sizeBytes: found.ContentLength ?? 0, sha256: found.Metadata?.[hashName] };
  });
}

/** In another thread. */
async function hashOf(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toHex();
}
