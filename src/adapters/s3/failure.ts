// What the refusals of S3 mean to a person, and which failures pass by themselves.

import { VedetteError } from '../../core/errors.ts';

/** What is asked of the store, as S3 calls it, with the rights it takes. */
const rights = {
  PutObject: 's3:PutObject, and kms:GenerateDataKey where a key of KMS encrypts',
  GetObject: 's3:GetObject and s3:ListBucket, and kms:Decrypt where a key of KMS encrypts',
  HeadObject: 's3:GetObject and s3:ListBucket',
  ListObjects: 's3:ListBucket',
  DeleteObject: 's3:DeleteObject',
  ListObjectVersions: 's3:ListBucketVersions',
  DeleteObjectVersion: 's3:DeleteObjectVersion, and no Object Lock on the bucket',
  Multipart: 's3:PutObject and s3:AbortMultipartUpload, and kms:Decrypt where a key of KMS encrypts',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetLifecycle: 's3:GetLifecycleConfiguration',
  PutLifecycle: 's3:PutLifecycleConfiguration',
} as const;

export type Operation = keyof typeof rights;

/** By the code of S3's error. */
const refusals: Readonly<Record<string, string>> = {
  NoSuchBucket: 'There is no such bucket. Check the name in VEDETTE_BLOBS_URL, and the region and endpoint.',
  InvalidAccessKeyId: 'The store does not know this user. Check the credentials.',
  SignatureDoesNotMatch: 'The store refuses the credentials. Check the password of this user.',
  InvalidToken: 'The credentials are no longer valid. Check who gives them to this machine.',
  ExpiredToken: 'The credentials have expired. Check who gives them to this machine.',
  ExpiredTokenException: 'The credentials have expired. Check who gives them to this machine.',
  CredentialsProviderError:
    'There are no credentials for S3. Give this machine a role, or write them into VEDETTE_BLOBS_URL.',
  RequestTimeTooSkewed: 'The clock of this machine differs from that of the store. Let it be set by NTP.',
  NotImplemented: 'The store cannot do what Vedette needs of it.',
  InvalidBucketState: 'The bucket is in a state that does not allow this.',
};

const wrongRegions = [
  'PermanentRedirect',
  'TemporaryRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
];
const fullStores = ['QuotaExceeded', 'EntityTooLarge', 'XMinioStorageFull', 'ServiceQuotaExceededException'];
const damages = ['XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch', 'BadDigest', 'InvalidDigest'];

/** By the code of a certificate's or socket's error. */
const certificates: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'The certificate of the store has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the store is signed by itself. Give it as ca.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Nobody known signed the certificate of the store. Give who did as ca.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Nobody known signed the certificate of the store. Give who did as ca.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Nobody known signed the certificate of the store. Give who did as ca.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the store is for another host.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The store does not speak TLS at this port. Begin the endpoint with http://',
};

/** By the code of a socket's error, where the store is not reached at all. */
const unreached: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no such host of a store. Check the endpoint and the region in VEDETTE_BLOBS_URL.',
  EAI_AGAIN: 'The host of the store cannot be looked up now. Check the DNS of this machine.',
  ECONNREFUSED:
    'Nothing answers where the store of the footage should be. Check that it runs, and the endpoint.',
};

/** Errors of local files: not the store's, and told by who reads files. */
const ofFiles = ['ENOENT', 'EIO', 'EACCES', 'EPERM', 'EISDIR', 'EMFILE', 'ENFILE'];

/** `error` as ours. Ours stay what they are, and so do those of local files. */
export function blobsFailure(error: unknown, operation: Operation): unknown {
  if (error instanceof VedetteError || isOfFiles(error)) return error;
  const { name, code, status, region } = factsOf(error);
  const options = { cause: error };
  const refused = (sentence: string) => new VedetteError('blobs-refused', sentence, options);
  if (isForeign(error)) {
    const isRefused = status !== null && status >= 400 && !isPassing(error);
    return new VedetteError(isRefused ? 'blobs-refused' : 'blobs-unavailable', foreign(status), options);
  }
  if (fullStores.includes(name)) {
    const sentence = 'The store is full, or the quota of this user or bucket is used up. Make room there.';
    return new VedetteError('data-full', sentence, options);
  }
  if (damages.includes(name)) return damaged(error);
  const sentence = refusals[name] ?? certificates[code];
  if (sentence !== undefined) return refused(sentence);
  if (wrongRegions.includes(name) || status === 301) {
    const where = region === null ? 'another region' : `the region ${region}`;
    return refused(`The bucket is in ${where}. Say so as region in VEDETTE_BLOBS_URL.`);
  }
  if (name.startsWith('KMS') || name.startsWith('Kms')) {
    return refused(
      'The key of KMS cannot be used. Check that it is enabled, in the region of the bucket, and what its policy allows.',
    );
  }
  if (status === 403 || status === 401) {
    return refused(
      `The store does not allow this user to do this (${operation}). It takes ${rights[operation]}.`,
    );
  }
  if (status !== null && status >= 400 && status < 500 && !isPassing(error)) {
    return refused(`The store refuses this: ${name} (${operation}, ${status}).`);
  }
  return new VedetteError('blobs-unavailable', unreached[code], options);
}

/** Something answered that is no answer of S3, which speaks XML: a page, say, of a proxy or of another server. */
function isForeign(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, isPage } = factsOf(error);
  return isPage || code.startsWith('HPE_') || /Deserialization error/.test(error.message);
}

/** What is said of it; null where it has no status. */
export function foreign(status: number | null): string {
  const said = status === null ? '' : ` (${status})`;
  return `What answers where the store of the footage should be is not S3${said}. Check the endpoint in VEDETTE_BLOBS_URL, and a proxy between.`;
}

/** What was stored, or is to be, has another size or hash than it should have. */
export function damaged(cause?: unknown): VedetteError {
  const sentence = 'What was to be stored has another size or hash than announced.';
  return new VedetteError('footage-damaged', sentence, { cause });
}

/** Whether the same may go well in a moment: errors of servers, of the network, and "slow down". */
export function isPassing(error: unknown): boolean {
  if (error instanceof VedetteError || isOfFiles(error)) return false;
  const { name, code, status } = factsOf(error);
  if (certificates[code] !== undefined || name === 'CredentialsProviderError') return false;
  // The client has learned the store's time from the answer, and signs with that from now on.
  if (name === 'RequestTimeTooSkewed') return true;
  if (name === 'RequestTimeout' || name === 'SlowDown' || name === 'ConditionalRequestConflict') return true;
  return status === null || status >= 500 || status === 429 || status === 408 || status === 409;
}

/** For `catch`: null where the store answers with one of these; a bucket that is missing is something else. */
export function unless(...statuses: readonly number[]): (error: unknown) => null {
  return (error) => {
    const { name, status } = factsOf(error);
    if (status !== null && statuses.includes(status) && name !== 'NoSuchBucket') return null;
    throw error;
  };
}

function isOfFiles(error: unknown): boolean {
  return ofFiles.includes(factsOf(error).code);
}

interface Facts {
  readonly name: string;
  readonly code: string;
  /** Of the answer; null where there was none. */
  readonly status: number | null;
  readonly region: string | null;
  /** Whether it is a page for people. */
  readonly isPage: boolean;
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) {
    return { name: '', code: '', status: null, region: null, isPage: false };
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { name: error.name, code, ...answerOf(error) };
}

function answerOf(error: Error): Pick<Facts, 'status' | 'region' | 'isPage'> {
  const meta = '$metadata' in error ? error.$metadata : null;
  const status = isRecord(meta) && typeof meta.httpStatusCode === 'number' ? meta.httpStatusCode : null;
  const named = 'Region' in error ? error.Region : /expecting '([a-z0-9-]+)'/.exec(error.message)?.[1];
  const response = '$response' in error && isRecord(error.$response) ? error.$response : null;
  const headers = response !== null && isRecord(response.headers) ? response.headers : {};
  const region = named ?? headers['x-amz-bucket-region'];
  return {
    status,
    region: typeof region === 'string' ? region : null,
    isPage: String(headers['content-type']).startsWith('text/html'),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
