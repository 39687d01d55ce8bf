// Links in letters: they let somebody do one thing, once, for an hour; all of an account can be made void.

import type { z } from 'zod';
import { VedetteError } from '../core/errors.ts';
import { newToken, tokenSha256 } from '../core/organization/token.ts';
import type { Cache } from '../core/ports/cache.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Secret } from '../core/secret.ts';
import { linkLifeMs } from './limits.ts';

interface Deps {
  readonly cache: Cache;
  readonly clock: Clock;
}

export type LinkKind = 'password-reset' | 'email-change' | 'sign-up';

/**
 * A token of `kind` with what it stands for. The cache holds a hash of the token and the payload sealed with it: who
 * reads the cache can neither use a link nor see what is in it. `account` is whose links are made void together.
 */
export async function makeLink(
  { cache, clock }: Deps,
  kind: LinkKind,
  account: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<Secret> {
  const token = newToken();
  const expiresAt = clock.now() + linkLifeMs;
  const slot = Math.floor(clock.now() / linkLifeMs) % epochSlots.length;
  const epoch = await openEpoch(cache, account, slot);
  const entry: Entry = { account, slot, epoch, expiresAt, payload };
  await put({ cache, clock }, kind, token.reveal(), entry);
  return token;
}

/** What a link stands for, without using it. Errors: `link-invalid`. */
export async function lookAtLink<S extends z.ZodType>(
  { cache }: Deps,
  kind: LinkKind,
  token: string,
  schema: S,
): Promise<z.output<S>> {
  const stored = await cache.get(await keyOf(kind, token));
  return schema.parse((await opened(cache, stored, token)).payload);
}

/**
 * Does `work` with what the link stands for; of many callers exactly one does. Where the work fails the link counts
 * again, because a letter is not written anew for a busy server. Errors: `link-invalid`, those of `work`.
 */
export async function useLink<S extends z.ZodType, T>(
  { cache, clock }: Deps,
  kind: LinkKind,
  token: string,
  schema: S,
  work: (payload: z.output<S>) => Promise<T>,
): Promise<T> {
  const stored = await cache.take(await keyOf(kind, token));
  const entry = await opened(cache, stored, token);
  try {
    return await work(schema.parse(entry.payload));
  } catch (error) {
    await put({ cache, clock }, kind, token, entry);
    throw error;
  }
}

/** Makes all links of an account void that were made until now. */
export async function voidLinks(cache: Cache, account: string): Promise<void> {
  for (const slot of epochSlots) await cache.delete(epochKey(account, slot));
}

interface Entry {
  readonly account: string;
  readonly slot: number;
  readonly epoch: string;
  readonly expiresAt: number;
  readonly payload: unknown;
}

/**
 * A link counts while the epoch that it was made in is there: one that was forgotten makes void, never valid again.
 * An epoch is for the links of one hour and lives for two, so that it outlives them; three slots take turns, so that it
 * is gone when its slot comes again.
 */
const epochSlots = [0, 1, 2] as const;
const epochBytes = 16;

const epochKey = (account: string, slot: number) => `links/epoch/${account}/${slot}`;

async function openEpoch(cache: Cache, account: string, slot: number): Promise<string> {
  const key = epochKey(account, slot);
  await cache.setIfAbsent(key, crypto.getRandomValues(new Uint8Array(epochBytes)), 2 * linkLifeMs);
  // Made void in this moment: the link is, too.
  return (await cache.get(key))?.toHex() ?? '';
}

async function isOpen(cache: Cache, { account, slot, epoch }: Entry): Promise<boolean> {
  return (await cache.get(epochKey(account, slot)))?.toHex() === epoch;
}

async function keyOf(kind: LinkKind, token: string): Promise<string> {
  return `links/${kind}/${await tokenSha256(token)}`;
}

const ivBytes = 12;

async function put({ cache, clock }: Deps, kind: LinkKind, token: string, entry: Entry): Promise<void> {
  const leftMs = entry.expiresAt - clock.now();
  if (leftMs <= 0) return;
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
  const plain = new TextEncoder().encode(JSON.stringify(entry));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await sealKey(token), plain);
  const stored = new Uint8Array(ivBytes + sealed.byteLength);
  stored.set(iv);
  stored.set(new Uint8Array(sealed), ivBytes);
  await cache.set(await keyOf(kind, token), stored, leftMs);
}

async function opened(cache: Cache, stored: Uint8Array | null, token: string): Promise<Entry> {
  if (stored === null) throw new VedetteError('link-invalid');
  const bytes = new Uint8Array(stored);
  const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, ivBytes) };
  const plain = await crypto.subtle.decrypt(algorithm, await sealKey(token), bytes.slice(ivBytes));
  const entry: Entry = JSON.parse(new TextDecoder().decode(plain));
  if (!(await isOpen(cache, entry))) throw new VedetteError('link-invalid');
  return entry;
}

/** Another hash of the token than the one that names the entry: knowing the name opens nothing. */
async function sealKey(token: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(`vedette link ${token}`);
  const raw = await crypto.subtle.digest('SHA-256', bytes);
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
