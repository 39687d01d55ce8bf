// Attempts at guessing are counted in the cache, which all processes share.

import { VedetteError } from '../core/errors.ts';
import { addressBytes, embeddedIpv4 } from '../core/network-address.ts';
import { logSecurity } from '../core/organization/security-log.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Log, LogFields } from '../core/ports/log.ts';
import { attempts, letters } from './limits.ts';

interface Deps {
  readonly cache: Cache;
  readonly log: Log;
}

/** What is guessed at. */
export type Kind =
  | 'setup'
  | 'sign-in'
  | 'second-step'
  | 'passkey'
  | 'proof'
  | 'password'
  | 'password-reset'
  | 'sign-up'
  | 'single-sign-on'
  | 'invitation'
  | 'link'
  | 'provider-logout';

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
  const key = await accountKey(kind, account);
  const fields = { kind, per: 'account', peerAddress };
  await count(deps, key, { windowMs: attempts.windowMs, limit: attempts.perAccount }, fields);
  for (const rule of attempts.perAccountAndNetwork) {
    const slowKey = `${key}/${rule.windowMs}/${network(peerAddress)}`;
    await count(deps, slowKey, rule, { kind, per: 'account and network', peerAddress });
  }
  await countAttempt(deps, kind, peerAddress);
}

/** Counts an attempt from an address. Errors: `too-many-requests`. */
export async function countAttempt(deps: Deps, kind: Kind, peerAddress: string): Promise<void> {
  const key = `attempts/${kind}/address/${network(peerAddress)}`;
  const rule = { windowMs: attempts.windowMs, limit: attempts.perAddress };
  await count(deps, key, rule, { kind, per: 'address', peerAddress });
}

/** Forgets the attempts at an account: its owner got in, from this address. */
export async function forgetAccount(
  cache: Cache,
  kind: Kind,
  { account, peerAddress }: { account: string; peerAddress: string },
): Promise<void> {
  const key = await accountKey(kind, account);
  await cache.delete(key);
  for (const { windowMs } of attempts.perAccountAndNetwork) {
    await cache.delete(`${key}/${windowMs}/${network(peerAddress)}`);
  }
}

/** Whether one more letter of this kind may go to an address that a stranger named. */
export async function mayWrite(cache: Cache, kind: Kind, email: string): Promise<boolean> {
  const key = `letters/${await accountKey(kind, email)}`;
  const { count: made } = await cache.increment(key, letters.windowMs);
  return made <= letters.perAddress;
}

async function count(
  { cache, log }: Deps,
  key: string,
  { windowMs, limit }: { windowMs: number; limit: number },
  fields: LogFields,
): Promise<void> {
  const { count: made, leftMs } = await cache.increment(key, windowMs);
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
  if (minutes > 90) return `${Math.ceil(minutes / 60)} hours`;
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
