// What an item of the table says: a value, a counter, or the beginning of a value that is too long for one item.

import { hash } from 'node:crypto';
import { VedetteError } from '../../core/errors.ts';
import { type Item, keyName } from './connection.ts';
import { deleteAtName } from './table.ts';

/** An item has at most 400 KB (409 600 bytes), names and key included. */
export const maxInlineBytes = 384 * 1024;
/** DynamoDB deletes by its own clock: what lives by ours must not be gone because the two differ. */
const graceSeconds = 3_600;

export type Content =
  | { readonly kind: 'value'; readonly bytes: Uint8Array }
  | { readonly kind: 'count'; readonly count: number }
  /** The rest lies in an item of its own. */
  | { readonly kind: 'long'; readonly head: Uint8Array; readonly tailId: string };

export interface Stored {
  readonly expiresAtMs: number;
  /** Names the call that wrote it; null of counters. */
  readonly writeId: string | null;
  readonly content: Content;
}

export const number = (value: number) => ({ N: String(value) });

export function lifeOf(expiresAtMs: number) {
  return {
    expiresAtMs: number(expiresAtMs),
    [deleteAtName]: number(Math.ceil(expiresAtMs / 1_000) + graceSeconds),
  };
}

export interface NewItem {
  readonly key: string;
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
  readonly writeId: string;
  /** Names the rest, where there is one. */
  readonly tailId: string | null;
}

export function itemOf({ key, value, expiresAtMs, writeId, tailId }: NewItem): Item {
  const common = { [keyName]: { S: key }, writeId: { S: writeId }, ...lifeOf(expiresAtMs) };
  // The client reads it later: not from memory that is the caller's.
  const head = new Uint8Array(value.subarray(0, maxInlineBytes));
  if (tailId === null) return { ...common, cacheValue: { B: head } };
  return { ...common, cacheValue: { B: head }, tailId: { S: tailId }, digest: digestOf(value) };
}

/** What a value that is too long to be compared is known by. */
export function digestOf(value: Uint8Array) {
  return { B: new Uint8Array(hash('sha256', value, 'buffer')) };
}

/** Errors: `cache-refused`, where somebody else's item lies there. */
export function storedIn(item: Item): Stored {
  const { expiresAtMs, writeId, cacheValue, cacheCount, tailId } = item;
  const [bytes, count, expires] = [cacheValue?.B, cacheCount?.N, expiresAtMs?.N];
  if (expires === undefined || (bytes === undefined && count === undefined)) {
    throw new VedetteError('cache-refused', 'Something lies in the table of the cache that is none of ours.');
  }
  const common = { expiresAtMs: Number(expires), writeId: writeId?.S ?? null };
  if (bytes === undefined) return { ...common, content: { kind: 'count', count: Number(count) } };
  if (tailId?.S === undefined) return { ...common, content: { kind: 'value', bytes } };
  return { ...common, content: { kind: 'long', head: bytes, tailId: tailId.S } };
}
