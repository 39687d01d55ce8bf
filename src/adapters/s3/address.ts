// The address of a bucket: s3://bucket/prefix?region=eu-central-1, with user:password@ where the environment has no credentials.

import { readFileSync } from 'node:fs';
import { VedetteError } from '../../core/errors.ts';
import { type Secret, secret } from '../../core/secret.ts';
import { parameterFault } from '../../core/server-address.ts';

const shape = /^s3:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const parameters = ['region', 'endpoint', 'pathStyle', 'ca', 'sse', 'key'] as const;
const encryptions = ['AES256', 'aws:kms'] as const;
/** With the longest key of ours it stays below the 1 024 bytes that S3 takes. */
const maxPrefixBytes = 200;

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

export interface S3Encryption {
  readonly kind: (typeof encryptions)[number];
  /** Of KMS: an id, an alias or an ARN. Null: the key of S3 itself. */
  readonly key: string | null;
}

export interface S3Address {
  readonly bucket: string;
  /** Before every key; empty, or with "/" at its end. */
  readonly prefix: string;
  /** Null: as the environment says. */
  readonly region: string | null;
  /** Where another store than Amazon's is. */
  readonly endpoint: string | null;
  /** The bucket is in the path, and not a part of the host's name. */
  readonly isPathStyle: boolean;
  /** PEM of who signed the store's certificate; null: whom the system trusts. */
  readonly ca: string | null;
  /** Null: as every program of AWS finds them. */
  readonly credentials: S3Credentials | null;
  /** Null: as the bucket says. */
  readonly encryption: S3Encryption | null;
}

/** Reads an address. Errors: `settings-invalid`, which never shows the password. */
export function s3Address(address: Secret): S3Address {
  const [whole, userinfo = '', bucket = '', path = '', query = ''] = shape.exec(address.reveal()) ?? [];
  if (whole === undefined) {
    throw wrong(
      'is none. It looks like s3://bucket/prefix?region=eu-central-1, with "/" in a password as %2F',
    );
  }
  const given = new URLSearchParams(query);
  const fault = parameterFault(given, parameters);
  if (fault !== null) throw wrong(fault);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw wrong('has a wrong bucket: 3 to 63 of a-z, 0-9, "." and -.');
  }
  const endpoint = given.get('endpoint') ?? null;
  if (endpoint !== null && !isEndpoint(endpoint)) {
    throw wrong('has a wrong endpoint. It looks like https://s3.example.org:9000, without a path.');
  }
  const region = given.get('region') ?? null;
  if (region !== null && !/^[a-z0-9-]{1,64}$/.test(region)) throw wrong('has a wrong region.');
  return {
    ...{ bucket, region, endpoint },
    prefix: prefixOf(path),
    isPathStyle: isTrue(given.get('pathStyle') ?? (endpoint === null ? 'false' : 'true')),
    ca: given.has('ca') ? fileAt(given.get('ca') ?? '') : null,
    credentials: credentialsOf(userinfo),
    encryption: encryptionOf(given),
  };
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '') &&
    url.pathname === '/'
  );
}

function prefixOf(path: string): string {
  const trimmed = path.replace(/\/$/, '');
  if (trimmed === '') return '';
  const segments = trimmed.split('/');
  if (
    trimmed.length <= maxPrefixBytes &&
    segments.every((each) => /^(?!\.{1,2}$)[A-Za-z0-9._-]+$/.test(each))
  ) {
    return `${trimmed}/`;
  }
  throw wrong(`has a wrong prefix: at most ${maxPrefixBytes} of letters, digits, ".", _, - and "/".`);
}

function isTrue(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  throw wrong('has a wrong pathStyle: true or false.');
}

function credentialsOf(userinfo: string): S3Credentials | null {
  if (userinfo === '') return null;
  const colon = userinfo.indexOf(':');
  if (colon < 1 || colon === userinfo.length - 1) throw wrong('has a user without a password.');
  return {
    accessKeyId: decoded(userinfo.slice(0, colon)),
    secretAccessKey: secret(decoded(userinfo.slice(colon + 1))),
  };
}

function encryptionOf(given: URLSearchParams): S3Encryption | null {
  const [sse, key] = [given.get('sse'), given.get('key')];
  if (sse === null) {
    if (key !== null) throw wrong('has a key without sse=aws:kms.');
    return null;
  }
  const kind = encryptions.find((each) => each === sse);
  if (kind === undefined) throw wrong(`has an unknown sse. It is one of ${encryptions.join(', ')}.`);
  if (key !== null && kind !== 'aws:kms') throw wrong('has a key without sse=aws:kms.');
  return { kind, key };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw wrong('has a "%" that is not followed by two hexadecimal digits. Write %25 for it.', cause);
  }
}

function fileAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw wrong(`names a file as ca that cannot be read: ${path}`, cause);
  }
}

function wrong(sentence: string, cause?: unknown): VedetteError {
  return new VedetteError('settings-invalid', `The address of S3 ${sentence}`, { cause });
}
