// Invariant I1: every row has its object with that size and hash.

import type { Sha256 } from '../brand.ts';
import { errorCode } from '../errors.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Finding } from './finding.ts';
import type { Recording } from './recording.ts';

/** A SHA-256 that is fed piece by piece: a recording may be larger than what should be in memory at once. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  digest(): Sha256;
}

export interface ObjectDeps {
  readonly blobs: Blobs;
  readonly hash: () => RunningHash;
}

/** Read at a time: most memory a check takes for bytes. */
const rangeBytes = 4 * 1024 * 1024;

/** What a row says of its object. */
export interface StoredObject {
  readonly subject: string;
  readonly blobKey: string;
  readonly sizeBytes: number;
  readonly sha256: Sha256;
}

/** Findings about one object, and the bytes that were read. */
export async function checkObject(
  deps: ObjectDeps,
  { subject, blobKey, sizeBytes, sha256 }: StoredObject,
): Promise<{ finding: Finding | null; bytes: number }> {
  const broken = (problem: string, bytes = 0) => ({
    finding: { invariant: 'I1', subject, problem } as const,
    bytes,
  });
  try {
    const info = await deps.blobs.head(blobKey);
    if (info === null) return broken(`Its object ${blobKey} is missing.`);
    if (info.sizeBytes !== sizeBytes) {
      return broken(`Its object ${blobKey} has ${info.sizeBytes} bytes instead of ${sizeBytes}.`);
    }
    const found = await hashRange(deps, blobKey, 0, sizeBytes);
    return found === sha256
      ? { finding: null, bytes: sizeBytes }
      : broken(`Its object ${blobKey} has another hash than when it was stored.`, sizeBytes);
  } catch (error) {
    return broken(`Its object ${blobKey} cannot be read (${errorCode(error)}).`);
  }
}

/** Numbers of the fragments whose bytes are damaged; for an object that was found broken. */
export async function damagedFragments(deps: ObjectDeps, recording: Recording): Promise<number[]> {
  const damaged: number[] = [];
  let offset = 0;
  for (const [index, { sizeBytes, sha256 }] of recording.fragments.entries()) {
    const found = await hashRange(deps, recording.blobKey, offset, offset + sizeBytes).catch(() => null);
    if (found !== sha256) damaged.push(index);
    offset += sizeBytes;
  }
  return damaged;
}

async function hashRange(
  { blobs, hash }: ObjectDeps,
  key: string,
  start: number,
  end: number,
): Promise<Sha256> {
  const running = hash();
  for (let at = start; at < end; at += rangeBytes) {
    running.update(await blobs.get(key, { start: at, end: Math.min(end, at + rangeBytes) }));
  }
  return running.digest();
}
