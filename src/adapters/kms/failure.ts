// What the refusals of AWS KMS mean to a person. Never with a key or what was to be encrypted.

import { VedetteError } from '../../core/errors.ts';

const credentials = 'The credentials for AWS are';

const certificate =
  'Nobody known signed the certificate of AWS KMS. Give NODE_EXTRA_CA_CERTS the file of who did, or check the endpoint.';

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

/** By the code of a socket's or certificate's error, and of the SDK's own: where KMS is not reached at all. */
const unreached: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no such host of AWS KMS. Check the region and the endpoint.',
  EAI_AGAIN: 'The host of AWS KMS cannot be looked up now. Check the DNS of this machine.',
  ECONNREFUSED: 'Nothing answers where AWS KMS should be. Check the endpoint.',
  EHOSTUNREACH: 'There is no way to AWS KMS from here. Check the network.',
  ENETUNREACH: 'There is no way to AWS KMS from here. Check the network.',
  TimeoutError: 'AWS KMS did not answer in time. Check the network, and the endpoint.',
  CERT_HAS_EXPIRED: 'The certificate of AWS KMS, or of what answers for it, has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of AWS KMS is for another host. Check the endpoint.',
  EPROTO: 'AWS KMS does not speak TLS at this port. Check the endpoint.',
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
  const sentence =
    foreignFor(error) ??
    sentences[name] ??
    unreachedFor(error) ??
    `AWS KMS did not answer ${operation} on ${key} (${name}). Check the region and the endpoint.`;
  return new VedetteError('key-unavailable', sentence, { cause: error });
}

/** Where something answered that is no answer of KMS: its errors have names, its answers are JSON. */
function foreignFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const isNoHttp = 'code' in error && String(error.code).startsWith('HPE_');
  if (!isNoHttp && !/Deserialization error|^UnknownError$/.test(error.message)) return undefined;
  return 'What answers where AWS KMS should be is not AWS KMS. Check the endpoint in VEDETTE_KEYS_URL, and a proxy between.';
}

function unreachedFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (/^Region is missing/i.test(error.message)) {
    return 'The address of AWS KMS needs a region, such as region=eu-central-1.';
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return unreached[code] ?? unreached[error.name];
}

export function missingKey(alias: string): VedetteError {
  return new VedetteError(
    'key-unavailable',
    `AWS KMS has no key ${alias} here, and without ours nothing that was recorded can be read. Check the Region, the account and the name.`,
  );
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'no error';
}
