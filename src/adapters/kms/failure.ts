// What the refusals of AWS KMS mean to a person. Never with a key or what was to be encrypted.

import { VedetteError } from '../../core/errors.ts';

const credentials = 'The credentials for AWS are';

/** By the name of an error of the service, of its front, or of the SDK. */
const sentences: Readonly<Record<string, string>> = {
  ExpiredTokenException: `${credentials} expired. Renew them, or give the process a role that renews them.`,
  ExpiredToken: `${credentials} expired. Renew them, or give the process a role that renews them.`,
  UnrecognizedClientException: `${credentials} not known there. Check the access key and the Region.`,
  InvalidClientTokenId: `${credentials} not known there. Check the access key and the Region.`,
  InvalidSignatureException: `${credentials} wrong, or the clock of this machine is.`,
  CredentialsProviderError: `${credentials} missing. Give the process a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
  ThrottlingException: 'AWS KMS has more requests than the quota of this account allows. Raise it.',
  LimitExceededException: 'This account has as many keys, aliases or grants as its quota allows. Raise it.',
  UnsupportedOperationException: 'AWS KMS does not offer this kind of key in this Region.',
  DisabledException: 'The key is disabled. Enable it in AWS KMS.',
};

/** `error` of `operation`, such as `kms:Decrypt`, on `key`. Ours stay what they are. */
export function kmsFailure(error: unknown, operation: string, key: string): VedetteError {
  if (error instanceof VedetteError) return error;
  const name = nameOf(error);
  if (name === 'AccessDeniedException' || name === 'AccessDenied') {
    return new VedetteError(
      'key-unavailable',
      `AWS does not allow ${operation} on ${key} to this process. Allow it in the policy of its role.`,
      { cause: error },
    );
  }
  if (name === 'NotFoundException') {
    return new VedetteError(
      'key-unavailable',
      `AWS KMS has no ${key} here. Check the Region and the account.`,
      { cause: error },
    );
  }
  const sentence = sentences[name] ?? `AWS KMS did not answer ${operation} on ${key} (${name}).`;
  return new VedetteError('key-unavailable', sentence, { cause: error });
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'no error';
}
