// The rule for blob keys: what every store, file systems included, can take as it is.

import { VedetteError } from '../errors.ts';
import { maxBlobKeyBytes } from './blobs.ts';

/** Longest segment in bytes: what file systems take as a name. */
export const maxBlobKeySegmentBytes = 255;

const segmentPattern = /^[a-z0-9._-]+$/;

/** Whether `key` is lower-case segments joined by "/", none of them "." or "..", within the limits. */
export function isBlobKey(key: string): boolean {
  if (key.length > maxBlobKeyBytes) return false;
  return key
    .split('/')
    .every(
      (segment) =>
        segmentPattern.test(segment) &&
        segment !== '.' &&
        segment !== '..' &&
        segment.length <= maxBlobKeySegmentBytes,
    );
}

/** Throws `request-invalid` where `key` is no blob key, so that none can leave the store's folder. */
export function requireBlobKey(key: string): void {
  if (isBlobKey(key)) return;
  throw new VedetteError(
    'request-invalid',
    'An object key may only have lower-case segments of letters, digits, ".", "_" and "-", joined by "/".',
  );
}
