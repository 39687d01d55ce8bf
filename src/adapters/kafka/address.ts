// The address of a cluster: kafkas://user:password@broker-1:9093,broker-2:9093/prefix?auth=scram-sha-512

import { readFileSync } from 'node:fs';
import { VedetteError } from '../../core/errors.ts';
import { type Secret, secret } from '../../core/secret.ts';
import { parameterFault } from '../../core/server-address.ts';
import type { KafkaAuth, KafkaConnection, KafkaTls } from './connection.ts';

const shape = /^(kafkas?):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^/?#]*))?(?:\?([^#]*))?$/;
const parameters = ['auth', 'ca', 'cert', 'key', 'region', 'partitions', 'replicas'] as const;
const ways = ['scram-sha-512', 'plain', 'aws-msk-iam'] as const;
const defaultPort = 9092;
const maxPartitions = 1_000;

export interface KafkaAddress {
  readonly connection: KafkaConnection;
  /** Before the names of topics and groups. */
  readonly prefix: string;
  /** Of topics that are made; undefined: as the queue would. */
  readonly partitions: number | undefined;
  readonly replicas: number | undefined;
}

/** Reads an address. `kafkas:` talks TLS. Errors: `settings-invalid`, which never shows the password. */
export function kafkaAddress(address: Secret): KafkaAddress {
  const [, scheme, userinfo = '', hosts = '', prefix = '', query = ''] = shape.exec(address.reveal()) ?? [];
  if (scheme === undefined) {
    throw wrong('is none. It looks like kafkas://user:password@broker-1:9093,broker-2:9093/vedette');
  }
  const given = new URLSearchParams(query);
  const fault = parameterFault(given, parameters);
  if (fault !== null) throw wrong(fault);
  if (!/^[a-z0-9._-]{0,80}$/.test(prefix))
    throw wrong('has a wrong prefix: at most 80 of a-z, 0-9, ".", _ and -.');
  return {
    connection: {
      brokers: hosts.split(',').map(brokerOf),
      tls: scheme === 'kafkas' ? tlsOf(given) : null,
      auth: authOf(userinfo, given),
    },
    prefix: prefix === '' ? 'vedette.' : `${prefix}.`,
    partitions: countOf(given, 'partitions'),
    replicas: countOf(given, 'replicas'),
  };
}

function brokerOf(text: string): string {
  const [, host = '', port] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  // It is not repeated: without its "@", a user with a password stands here.
  if (host === '' || Number(port ?? defaultPort) > 65_535) {
    throw wrong('has a wrong broker. Each is a host, or host:port, with "," between them.');
  }
  return `${host}:${port ?? defaultPort}`;
}

function authOf(userinfo: string, given: URLSearchParams): KafkaAuth {
  const named = given.get('auth');
  const way = ways.find((each) => each === (named ?? 'scram-sha-512'));
  if (way === undefined) throw wrong(`has an unknown auth. It is one of ${ways.join(', ')}.`);
  if (way === 'aws-msk-iam') {
    const region = given.get('region');
    if (region === null) throw wrong('needs region for auth=aws-msk-iam.');
    return { kind: way, region, credentials: null };
  }
  if (userinfo === '') {
    if (named !== null) throw wrong(`needs a user and a password for auth=${named}.`);
    return { kind: 'none' };
  }
  const colon = userinfo.indexOf(':');
  if (colon < 1) throw wrong('has a user without a password.');
  return {
    kind: way,
    user: decoded(userinfo.slice(0, colon)),
    password: secret(decoded(userinfo.slice(colon + 1))),
  };
}

function tlsOf(given: URLSearchParams): KafkaTls {
  const [authority, certificate, key] = ['ca', 'cert', 'key'].map((name) => fileOf(given, name));
  if ((certificate === null) !== (key === null)) throw wrong('needs cert and key together, or neither.');
  return {
    authority: authority ?? null,
    client: certificate && key ? { certificate, key: secret(key) } : null,
  };
}

function fileOf(given: URLSearchParams, name: string): string | null {
  const path = given.get(name);
  if (path === null) return null;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw wrong(`names a file as ${name} that cannot be read: ${path}`, cause);
  }
}

function countOf(given: URLSearchParams, name: string): number | undefined {
  const text = given.get(name);
  if (text === null) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maxPartitions) return count;
  throw wrong(`has wrong ${name}: 1 to ${maxPartitions}.`);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw wrong('has a "%" that is not followed by two hexadecimal digits. Write %25 for it.', cause);
  }
}

function wrong(sentence: string, cause?: unknown): VedetteError {
  return new VedetteError('settings-invalid', `The address of Kafka ${sentence}`, { cause });
}
