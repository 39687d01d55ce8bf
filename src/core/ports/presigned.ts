// Presigned: links by which somebody without an account reads or stores one object, without the bytes going through us.

import type { Sha256 } from '../brand.ts';
import type { Secret } from '../secret.ts';

/** Longest life of a link in ms, as S3 has it: a week. */
export const maxPresignedMs = 7 * 24 * 60 * 60 * 1000;

export interface PresignedPut {
  /** Whoever has it may store the object, until it expires. */
  readonly url: Secret;
  /** What has to be sent with the bytes, besides their length. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A store that can be reached by those who hold a link. Errors of all: `request-invalid` for a key or a time to live. */
export interface Presigned {
  /**
   * A link to read this object for `ttlMs`, also where there is none yet. `fileName`: what a browser saves it as.
   */
  presignGet(key: string, ttlMs: number, options?: { readonly fileName?: string }): Promise<Secret>;
  /**
   * A link to store this object for `ttlMs`: of exactly this size, never over another. Stores that verify SHA-256 refuse
   * other bytes; of the others `confirmPut` finds them.
   */
  presignPut(
    key: string,
    ttlMs: number,
    expected: { sizeBytes: number; sha256: Sha256 },
  ): Promise<PresignedPut>;
  /**
   * Reads what was stored by a link, whole: nothing of it is to be believed before. What differs is destroyed.
   * Errors: `not-found`, `footage-damaged`.
   */
  confirmPut(key: string, expected: { sizeBytes: number; sha256: Sha256 }): Promise<void>;
}
