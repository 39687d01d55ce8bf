// The address of a Redis: redis://user:password@host:port/0, rediss:// with TLS, and ?cluster=true for one of several nodes.

import { readFileSync } from 'node:fs';
import { VedetteError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { parameterFault } from '../../core/server-address.ts';

const parameters = ['cluster', 'ca', 'prefix'] as const;

export interface RedisAddress {
  /** As the client wants it, without our parameters. */
  readonly url: string;
  readonly isCluster: boolean;
  readonly tls: { readonly ca?: string } | null;
  /** Before every key: several installations can share a server. */
  readonly prefix: string;
}

/** Reads an address. Errors: `settings-invalid`, which never shows the password. */
export function redisAddress(address: Secret): RedisAddress {
  const url = URL.parse(address.reveal());
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw wrong('is none. It looks like rediss://user:password@host:6379');
  }
  const fault = parameterFault(url.searchParams, parameters);
  if (fault !== null) throw wrong(fault);
  if (!/^\/?\d{0,3}$/.test(url.pathname)) throw wrong('has no database number after its last slash.');
  const prefix = url.searchParams.get('prefix') ?? 'vedette';
  if (!/^[a-z0-9_-]{1,40}$/.test(prefix)) throw wrong('has a wrong prefix: 1 to 40 of a-z, 0-9, _ and -.');
  const cluster = url.searchParams.get('cluster') ?? 'false';
  if (cluster !== 'true' && cluster !== 'false') throw wrong('has a wrong cluster: true or false.');
  const ca = url.searchParams.get('ca');
  if (ca !== null && url.protocol === 'redis:') throw wrong('has a ca but no TLS. Begin it with rediss://');
  url.search = '';
  return {
    url: url.href,
    isCluster: cluster === 'true',
    tls: url.protocol === 'rediss:' ? (ca === null ? {} : { ca: fileAt(ca) }) : null,
    prefix: `${prefix}:`,
  };
}

function fileAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw wrong(`names a file as ca that cannot be read: ${path}`, cause);
  }
}

function wrong(sentence: string, cause?: unknown): VedetteError {
  return new VedetteError('settings-invalid', `The address of Redis ${sentence}`, { cause });
}
