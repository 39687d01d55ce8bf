// What several requests have in common.

import type { S3Encryption } from './address.ts';

/** The metadata that keeps an object's SHA-256, in hexadecimal. */
export const hashName = 'sha256';

/** How an object is encrypted; nothing where the bucket decides. A bucket key saves a call of KMS for each object. */
export function encryptionInput(encryption: S3Encryption | null) {
  if (encryption === null) return {};
  if (encryption.kind === 'AES256') return { ServerSideEncryption: 'AES256' as const };
  return {
    ServerSideEncryption: 'aws:kms' as const,
    BucketKeyEnabled: true,
    ...(encryption.key === null ? {} : { SSEKMSKeyId: encryption.key }),
  };
}

/** For `middlewareStack.add`, so that a command is signed with the hash of its body: a stream is not read for it. */
export const beforeSigning = { step: 'build', name: 'vedetteHash' } as const;

/** The same arguments, signed with this hash: every store checks what is signed, also those that know no checksum. */
export function signedWith<Args extends object>(args: Args, sha256: string): Args {
  const request = 'request' in args ? args.request : null;
  if (hasHeaders(request)) request.headers['x-amz-content-sha256'] = sha256;
  return args;
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}
