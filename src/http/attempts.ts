// Attempts at guessing are counted in the cache, which all processes share.

import { isIPv6 } from 'node:net';
import { VedetteError } from '../core/errors.ts';
import type { Cache } from '../core/ports/cache.ts';
import { attempts } from './limits.ts';

/** Counts an attempt from an address. Errors: `too-many-requests`. */
export async function countAddress(cache: Cache, kind: string, peerAddress: string): Promise<void> {
  await count(cache, `attempts/${kind}/address/${network(peerAddress)}`, attempts.perAddress);
}

/** Counts an attempt at an account, whoever makes it. Errors: `too-many-requests`. */
export async function countAccount(cache: Cache, kind: string, account: string): Promise<void> {
  await count(cache, await accountKey(kind, account), attempts.perAccount);
}

/** Forgets the attempts at an account: its owner got in. */
export async function forgetAccount(cache: Cache, kind: string, account: string): Promise<void> {
  await cache.delete(await accountKey(kind, account));
}

async function count(cache: Cache, key: string, limit: number): Promise<void> {
  const made = await cache.increment(key, attempts.windowMs);
  if (made > limit) {
    const minutes = attempts.windowMs / 60_000;
    throw new VedetteError('too-many-requests', `Too many attempts. Wait ${minutes} minutes and try again.`);
  }
}

// Hashed: of bounded length, and no e-mail address lies about in the cache.
async function accountKey(kind: string, account: string): Promise<string> {
  const bytes = new TextEncoder().encode(account.trim().toLowerCase());
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex();
  return `attempts/${kind}/account/${hash}`;
}

/** Whoever has one IPv6 address has 2^64 of them: the network is counted. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...rest];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
