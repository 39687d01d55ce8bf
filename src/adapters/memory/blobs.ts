// Blobs in memory: the reference of the port and the double for tests.

import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import type { Sha256 } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { requireBlobKey } from '../../core/ports/blob-key.ts';
import type { BlobBody, Blobs } from '../../core/ports/blobs.ts';

export interface MemoryBlobsOptions {
  /** Bytes that fit; `data-full` beyond. Default: no limit. */
  readonly capacityBytes?: number;
}

interface Stored {
  readonly bytes: Uint8Array;
  /** As announced: for files it is trusted, as the port's other adapters do. */
  readonly sha256: Sha256;
}

/** An empty store. It keeps copies: what a caller does with its bytes later changes nothing. */
export function memoryBlobs({ capacityBytes }: MemoryBlobsOptions = {}): Blobs {
  const objects = new Map<string, Stored>();
  let usedBytes = 0;

  async function put(key: string, body: BlobBody, expected: { sizeBytes: number; sha256: Sha256 }) {
    requireBlobKey(key);
    const bytes = await contentOf(body, expected, objects.get(key));
    // From here on nothing waits: of many callers with one key exactly one stores.
    const existing = objects.get(key);
    if (existing === undefined) {
      if (capacityBytes !== undefined && usedBytes + bytes.length > capacityBytes) {
        throw new VedetteError('data-full');
      }
      objects.set(key, { bytes, sha256: expected.sha256 });
      usedBytes += bytes.length;
    } else if (!matches(existing, expected)) {
      throw new VedetteError('conflict', 'There is another object under this key.');
    }
    if (!(body instanceof Uint8Array)) await rm(body.takeFile, { force: true });
  }

  return {
    put,
    async get(key, range) {
      const stored = objects.get(key);
      if (stored === undefined) throw new VedetteError('not-found');
      return stored.bytes.slice(range?.start ?? 0, range?.end);
    },
    async head(key) {
      const stored = objects.get(key);
      return stored === undefined ? null : { key, sizeBytes: stored.bytes.length };
    },
    async delete(key) {
      requireBlobKey(key);
      usedBytes -= objects.get(key)?.bytes.length ?? 0;
      objects.delete(key);
    },
    async *list(prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
      for (const key of keys) {
        const stored = objects.get(key);
        if (stored !== undefined) yield { key, sizeBytes: stored.bytes.length };
      }
    },
    freeBytes: async () => (capacityBytes === undefined ? null : Math.max(0, capacityBytes - usedBytes)),
  };
}

async function contentOf(
  body: BlobBody,
  expected: { sizeBytes: number; sha256: Sha256 },
  existing: Stored | undefined,
): Promise<Uint8Array> {
  if (!(body instanceof Uint8Array)) {
    const bytes = await readFile(body.takeFile).catch((cause: unknown) => {
      // A retry after a lost answer: the file was taken by the call before.
      if (existing !== undefined && matches(existing, expected)) return existing.bytes;
      throw new VedetteError('not-found', 'The file to be stored does not exist.', { cause });
    });
    if (bytes.length !== expected.sizeBytes) throw wrongContent();
    return new Uint8Array(bytes);
  }
  if (body.length !== expected.sizeBytes) throw wrongContent();
  if (createHash('sha256').update(body).digest('hex') !== expected.sha256) throw wrongContent();
  // Not `slice`: that of a Buffer copies nothing.
  return new Uint8Array(body);
}

function matches(stored: Stored, expected: { sizeBytes: number; sha256: Sha256 }): boolean {
  return stored.bytes.length === expected.sizeBytes && stored.sha256 === expected.sha256;
}

function wrongContent(): VedetteError {
  return new VedetteError(
    'footage-damaged',
    'What was to be stored has another size or hash than announced.',
  );
}
