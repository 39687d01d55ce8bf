// Blobs in a bucket of S3, or of a store that speaks like it. Any number of processes at a time.

import { isBlobKey, requireBlobKey } from '../../core/ports/blob-key.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Presigned } from '../../core/ports/presigned.ts';
import type { S3Address } from './address.ts';
import { destroyer } from './destroy.ts';
import { presigner } from './presigned.ts';
import { type Probe, probeStore, requireWriteOnce } from './probe.ts';
import { describe, putObject } from './put.ts';
import { listObjects, readObject } from './read.ts';
import { openStore, type S3Patience, type S3Store } from './store.ts';

/** Larger files are sent in parts: a part that fails is sent again, and not all of it. */
const partsBeyondBytes = 16 * 1024 * 1024;

export interface S3BlobsOptions {
  readonly address: S3Address;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: 10 s without a byte, 6 attempts, 20 s. */
  readonly patience?: S3Patience;
  /** Objects a list is told of at a time. Default: as many as the store likes. */
  readonly pageSize?: number;
}

export interface S3Blobs extends Blobs {
  readonly presigned: Presigned;
  /** Ends every connection. */
  close(): Promise<void>;
}

/**
 * Opens a bucket, and finds out whether it keeps what the port promises: an object is never replaced, and is gone for good
 * when it was deleted, with its versions. Errors: `blobs-unavailable`, `blobs-refused`, `data-full`.
 */
export async function s3Blobs(options: S3BlobsOptions): Promise<S3Blobs> {
  const store = await openStore(options.address, options.patience);
  try {
    const probe = await probeStore(store);
    requireWriteOnce(probe);
    tell(options.log, probe);
    return blobsOn(store, probe, options);
  } catch (error) {
    store.close();
    throw error;
  }
}

function blobsOn(store: S3Store, probe: Probe, { clock, pageSize }: S3BlobsOptions): S3Blobs {
  const ways = { partsBeyondBytes: probe.keepsInParts ? partsBeyondBytes : null };
  const destroy = destroyer(store, probe.versioning !== 'off');
  return {
    async put(key, body, expected) {
      requireBlobKey(key);
      await putObject(store, ways, { key, body, expected });
    },
    get: (key, range) => readObject(store, key, range),
    async head(key) {
      const found = isBlobKey(key) ? await describe(store, key) : null;
      return found === null ? null : { key, sizeBytes: found.sizeBytes };
    },
    async delete(key) {
      requireBlobKey(key);
      await destroy(key);
    },
    list: (prefix) => listObjects(store, prefix, pageSize),
    // What there is grows as it is paid for; a quota says itself that it is used up.
    freeBytes: async () => null,
    presigned: presigner(store, clock, destroy),
    close: async () => store.close(),
  };
}

function tell(log: Log, { versioning, keepsInParts }: Probe): void {
  log.debug('The bucket was looked at', { versioning, sendsParts: keepsInParts });
  if (versioning === 'unknown') {
    log.warn(
      'Whether the bucket keeps versions may not be asked (s3:GetBucketVersioning); it is taken to keep them.',
    );
  }
}
