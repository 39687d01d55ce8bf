// The address of a table: dynamodb://table?region=eu-central-1, with ?endpoint= where it is not Amazon's own.

import { VedetteError } from '../../core/errors.ts';
import { type Secret, secret } from '../../core/secret.ts';
import { parameterFault } from '../../core/server-address.ts';

const parameters = ['region', 'endpoint', 'prefix', 'create'] as const;

export interface DynamoAddress {
  readonly table: string;
  /** Null: as the AWS SDK finds it (AWS_REGION, the shared configuration). */
  readonly region: string | null;
  /** Null: Amazon's own of the region. */
  readonly endpoint: string | null;
  /** Null: as the AWS SDK finds them (environment, container, machine). */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: Secret } | null;
  /** Before every key: several installations can share a table. */
  readonly prefix: string;
  /** Whether the table is made where it is missing. */
  readonly create: boolean;
}

/** Reads an address. Errors: `settings-invalid`, which never shows the secret key. */
export function dynamoAddress(address: Secret): DynamoAddress {
  const url = URL.parse(address.reveal());
  if (url === null || url.protocol !== 'dynamodb:' || url.port !== '' || !/^\/?$/.test(url.pathname)) {
    throw wrong('is none. It looks like dynamodb://vedette-cache?region=eu-central-1');
  }
  // As Amazon names tables.
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(url.hostname)) {
    throw wrong('names no table: 3 to 255 letters, digits, ".", _ and -.');
  }
  const given = url.searchParams;
  const fault = parameterFault(given, parameters);
  if (fault !== null) throw wrong(fault);
  const prefix = given.get('prefix') ?? 'vedette';
  if (!/^[a-z0-9_-]{1,40}$/.test(prefix)) throw wrong('has a wrong prefix: 1 to 40 of a-z, 0-9, _ and -.');
  const create = given.get('create') ?? 'false';
  if (create !== 'true' && create !== 'false') throw wrong('has a wrong create: true or false.');
  const region = given.get('region');
  if (region !== null && !/^[a-z0-9-]{1,40}$/.test(region)) throw wrong('has a wrong region.');
  return {
    table: url.hostname,
    region,
    endpoint: endpointIn(given.get('endpoint')),
    credentials: credentialsIn(url),
    prefix: `${prefix}:`,
    create: create === 'true',
  };
}

function endpointIn(text: string | null): string | null {
  if (text === null) return null;
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw wrong('has a wrong endpoint. It looks like https://dynamodb.eu-central-1.amazonaws.com');
  }
  return url.href;
}

function credentialsIn({ username, password }: URL): DynamoAddress['credentials'] {
  if (username === '' && password === '') return null;
  if (username === '' || password === '') {
    throw wrong('has one half of an access key. Give its id and its secret, or neither.');
  }
  try {
    return {
      accessKeyId: decodeURIComponent(username),
      secretAccessKey: secret(decodeURIComponent(password)),
    };
  } catch (cause) {
    throw wrong('has a "%" that is not followed by two hexadecimal digits. Write %25 for it.', cause);
  }
}

function wrong(sentence: string, cause?: unknown): VedetteError {
  return new VedetteError('settings-invalid', `The address of DynamoDB ${sentence}`, { cause });
}
