// Attempts at guessing are counted in the cache, which all processes share.

import { VedetteError } from '../core/errors.ts';
import { addressBytes, embeddedIpv4 } from '../core/network-address.ts';
import { logSecurity } from '../core/organization/security-log.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Log, LogFields } from '../core/ports/log.ts';
import { attempts } from './limits.ts';

interface Deps {
  readonly cache: Cache;
  readonly log: Log;
}

type Kind = 'sign-in' | 'setup';

/**
 * Counts an attempt at an account, whoever makes it, then one from an address. What an account refuses already
 * costs the address nothing: one person's typing does not lock out everybody behind the same address.
 * Errors: `too-many-requests`.
 */
export async function countAccountAttempt(
  deps: Deps,
  kind: Kind,
  { account, peerAddress }: { account: string; peerAddress: string },
): Promise<void> {
  await count(deps, await accountKey(kind, account), attempts.perAccount, {
    kind,
    per: 'account',
    peerAddress,
  });
  await countAttempt(deps, kind, peerAddress);
}

/** Counts an attempt from an address. Errors: `too-many-requests`. */
export async function countAttempt(deps: Deps, kind: Kind, peerAddress: string): Promise<void> {
  const key = `attempts/${kind}/address/${network(peerAddress)}`;
  await count(deps, key, attempts.perAddress, { kind, per: 'address', peerAddress });
}

/** Forgets the attempts at an account: its owner got in. */
export async function forgetAccount(cache: Cache, kind: Kind, account: string): Promise<void> {
  await cache.delete(await accountKey(kind, account));
}

async function count({ cache, log }: Deps, key: string, limit: number, fields: LogFields): Promise<void> {
  const { count: made, leftMs } = await cache.increment(key, attempts.windowMs);
  if (made <= limit) return;
  // Once a window: who is stopped must not fill the log either.
  if (made === limit + 1) logSecurity(log, 'too-many-attempts', fields);
  throw new VedetteError('too-many-requests', `Too many attempts. Wait ${wait(leftMs)} and try again.`, {
    retryAfterMs: leftMs,
  });
}

/** "4 minutes", rounded up like the header; seconds where it is less than one. */
function wait(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

// Hashed: of bounded length, and no e-mail address lies about in the cache.
async function accountKey(kind: Kind, account: string): Promise<string> {
  const bytes = new TextEncoder().encode(account.trim().toLowerCase());
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex();
  return `attempts/${kind}/account/${hash}`;
}

/** Whoever has one IPv6 address has 2^64 of them: the network is counted. */
function network(address: string): string {
  const bytes = addressBytes(address);
  if (bytes === null) return address;
  const ipv4 = bytes.length === 4 ? bytes : embeddedIpv4(bytes);
  return (ipv4 ?? bytes.slice(0, 8)).join('.');
}
