// The address of a PostgreSQL database: postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=…

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { VedetteError } from '../../../core/errors.ts';
import type { Secret } from '../../../core/secret.ts';
import { parameterFault } from '../../../core/server-address.ts';

/** As in libpq, without those that protect only by chance (`allow`, `prefer`). */
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof sslModes)[number];

const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'application_name', 'pool'];
const defaultPort = 5432;
/** Connections of one process: statements are short, and a server has about a hundred for everybody. */
const defaultPool = 10;
const maxPool = 200;

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly ssl: ConnectionOptions | false;
  readonly applicationName: string;
  /** Connections at most. */
  readonly pool: number;
}

/**
 * Reads an address. Without `sslmode`, another machine must prove with its certificate who it is (`verify-full`); on
 * this machine nothing is encrypted. Errors: `settings-invalid`, which never shows the password.
 */
export function postgresAddress(address: Secret): PostgresAddress {
  const url = parsed(address);
  const fault = parameterFault(url.searchParams, parameters);
  if (fault !== null) throw wrong(fault);
  const host = decoded(url.hostname).replace(/^\[(.+)\]$/, '$1');
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  if (host === '' || database === '' || user === '') throw wrong('needs a user, a host and a database.');
  return {
    host,
    port: url.port === '' ? defaultPort : Number(url.port),
    user,
    password: url.password === '' ? undefined : decoded(url.password),
    database,
    ssl: sslOf(url, host),
    applicationName: url.searchParams.get('application_name') ?? 'vedette',
    pool: poolOf(url.searchParams.get('pool')),
  };
}

function parsed(address: Secret): URL {
  const url = URL.parse(address.reveal());
  if (url !== null && ['postgres:', 'postgresql:'].includes(url.protocol)) return url;
  throw wrong('is none. It looks like postgres://user:password@host:5432/database');
}

function sslOf(url: URL, host: string): ConnectionOptions | false {
  const given = url.searchParams.get('sslmode');
  const mode: SslMode | undefined =
    given === null ? (isLoopback(host) ? 'disable' : 'verify-full') : sslModes.find((each) => each === given);
  if (mode === undefined) throw wrong(`has an unknown sslmode. It is one of ${sslModes.join(', ')}.`);
  const ca = fileOf(url, 'sslrootcert');
  if (mode === 'disable') return false;
  if (mode === 'verify-ca' && ca === undefined) throw wrong('needs sslrootcert for sslmode=verify-ca.');
  const [cert, key] = [fileOf(url, 'sslcert'), fileOf(url, 'sslkey')];
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    // As libpq has it: `require` checks the certificate only where an authority is named for it.
    rejectUnauthorized: mode !== 'require' || ca !== undefined,
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

function fileOf(url: URL, name: string): string | undefined {
  const path = url.searchParams.get(name);
  if (path === null) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw wrong(`names a file as ${name} that cannot be read: ${path}`, cause);
  }
}

function poolOf(text: string | null): number {
  if (text === null) return defaultPool;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= maxPool) return count;
  throw wrong(`has a wrong pool: 1 to ${maxPool} connections.`);
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw wrong('has a "%" that is not followed by two hexadecimal digits. Write %25 for it.', cause);
  }
}

function wrong(sentence: string, cause?: unknown): VedetteError {
  return new VedetteError('settings-invalid', `The address of the database ${sentence}`, { cause });
}
