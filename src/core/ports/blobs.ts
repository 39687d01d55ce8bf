// Blobs: write-once objects by key.

import type { Sha256 } from '../brand.ts';

/** Longest key in bytes; keys are lower-case path segments `[a-z0-9._-]+` joined by "/". */
export const maxBlobKeyBytes = 512;

export interface BlobInfo {
  readonly key: string;
  readonly sizeBytes: number;
}

/** What to store: bytes in memory, or a local file that the store takes over (it is gone afterwards). */
export type BlobBody = Uint8Array | { readonly takeFile: string };

export interface Blobs {
  /**
   * Stores an object. Durable when it resolves. Write-once: an existing key with other bytes is a `conflict`;
   * with the same size and hash, storing again succeeds (a retry after a lost answer).
   * Errors: `data-full`, `data-read-only`.
   */
  put(key: string, body: BlobBody, expected: { sizeBytes: number; sha256: Sha256 }): Promise<void>;
  /** Bytes `start` (inclusive) to `end` (exclusive; default: the end). Errors: `not-found`. */
  get(key: string, range?: { start: number; end?: number }): Promise<Uint8Array>;
  /** Size of an object, or null where there is none. */
  head(key: string): Promise<BlobInfo | null>;
  /** Removes an object; removing what is not there succeeds. Durable when it resolves. */
  delete(key: string): Promise<void>;
  /** All objects whose key starts with `prefix`, in key order. */
  list(prefix: string): AsyncIterable<BlobInfo>;
  /** Bytes that can still be stored, or null where there is no such limit. */
  freeBytes(): Promise<number | null>;
}
