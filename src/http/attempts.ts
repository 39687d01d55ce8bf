// Attempts at guessing are counted in the cache, which all processes share.

import { VedetteError } from '../core/errors.ts';
import { logSecurity } from '../core/organization/security-log.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Log, LogFields } from '../core/ports/log.ts';
import { attempts, invitations, letters } from './limits.ts';
import { networkOf } from './network.ts';

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
  | 'join'
  | 'link'
  | 'provider-logout'
  | 'device-event';

/** An attempt at `account` (whatever names it) from an address. */
interface Attempt {
  readonly account: string;
  readonly peerAddress: string;
}

/** At most `limit` in `windowMs`. */
interface Rule {
  readonly windowMs: number;
  readonly limit: number;
}

/**
 * Counts an attempt at an account from an address. The address is asked first, so that who is refused leaves nothing
 * behind; then the account from this network; then the address; then the account from anywhere. Each counts only what
 * those before it let through: what one network is refused locks nobody else out, and one person's typing does not lock
 * out everybody behind the same address. Errors: `too-many-requests`.
 */
export async function countAccountAttempt(
  deps: Deps,
  kind: Kind,
  { account, peerAddress }: Attempt,
): Promise<void> {
  await requireAttemptsLeft(deps, kind, peerAddress);
  const key = await accountKey(kind, account);
  for (const rule of networkRules) {
    const fields = { kind, per: 'account and network', peerAddress };
    await count(deps, networkKey(key, rule, peerAddress), rule, fields);
  }
  await countAttempt(deps, kind, peerAddress);
  if ((await deps.cache.get(knownKey(key, peerAddress))) !== null) return;
  const anywhere = { windowMs: attempts.windowMs, limit: attempts.perAccountAnywhere };
  await count(deps, key, anywhere, { kind, per: 'account', peerAddress });
}

/** Counts an attempt from an address. Errors: `too-many-requests`. */
export async function countAttempt(deps: Deps, kind: Kind, peerAddress: string): Promise<void> {
  await count(deps, addressKey(kind, peerAddress), addressRule, { kind, per: 'address', peerAddress });
}

/**
 * Refuses an address that has no attempts left, before any work is done for it; counts nothing else. For what costs an
 * attempt only where it fails: ask this first, count with `countAttempt` after. Errors: `too-many-requests`.
 */
export async function requireAttemptsLeft(deps: Deps, kind: Kind, peerAddress: string): Promise<void> {
  const made = await deps.cache.get(addressKey(kind, peerAddress));
  if (made === null || Number(new TextDecoder().decode(made)) < addressRule.limit) return;
  await countAttempt(deps, kind, peerAddress);
}

/**
 * Counts an attempt to join with the link of an invitation, by its token and by the address. To be called before
 * anything is looked up or hashed. Errors: `too-many-requests`.
 */
export async function countJoinAttempt(
  deps: Deps,
  { token, peerAddress }: { token: string; peerAddress: string },
): Promise<void> {
  await countAccountAttempt(deps, 'join', { account: token, peerAddress });
}

/**
 * Forgets the attempts at an account: its owner got in, from this address. Their network is known from here on: what
 * others do elsewhere does not keep them out there.
 */
export async function forgetAccount(
  cache: Cache,
  kind: Kind,
  { account, peerAddress }: Attempt,
): Promise<void> {
  const key = await accountKey(kind, account);
  await cache.delete(key);
  for (const rule of networkRules) await cache.delete(networkKey(key, rule, peerAddress));
  await cache.set(knownKey(key, peerAddress), new Uint8Array(1), attempts.knownNetworkMs);
}

/** Whether one more letter of this kind may go to an address that a stranger named. */
export async function mayWrite(cache: Cache, kind: Kind, email: string): Promise<boolean> {
  const key = `letters/${await accountKey(kind, email)}`;
  const { count: made } = await cache.increment(key, letters.windowMs);
  return made <= letters.perAddress;
}

/** Counts an invitation of an organization. Errors: `too-many-requests`. */
export async function countInvitation(
  deps: Deps,
  { organizationId, peerAddress }: { organizationId: string; peerAddress: string },
): Promise<void> {
  const key = `attempts/invitation/organization/${organizationId}`;
  const rule = { windowMs: invitations.windowMs, limit: invitations.perOrganization };
  await count(deps, key, rule, { kind: 'invitation', per: 'organization', peerAddress, organizationId });
}

async function count(
  { cache, log }: Deps,
  key: string,
  { windowMs, limit }: Rule,
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

const addressRule: Rule = { windowMs: attempts.windowMs, limit: attempts.perAddress };
const networkRules: readonly Rule[] = [
  { windowMs: attempts.windowMs, limit: attempts.perAccount },
  ...attempts.perAccountAndNetwork,
];

function addressKey(kind: Kind, peerAddress: string): string {
  return `attempts/${kind}/address/${networkOf(peerAddress)}`;
}

function networkKey(account: string, { windowMs }: Rule, peerAddress: string): string {
  return `${account}/${windowMs}/${networkOf(peerAddress)}`;
}

function knownKey(account: string, peerAddress: string): string {
  return `${account}/known/${networkOf(peerAddress)}`;
}
