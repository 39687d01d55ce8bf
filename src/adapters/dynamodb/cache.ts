// The cache on DynamoDB: every verb is one conditional write or one strong read, so each is atomic for all processes.

import { VedetteError } from '../../core/errors.ts';
import { type Cache, type Count, maxCacheValueBytes } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Condition, type DynamoTable, type Item, keyName } from './connection.ts';
import { digestOf, itemOf, lifeOf, maxInlineBytes, number, type Stored, storedIn } from './item.ts';
import { deleteAtName } from './table.ts';

/** How often a value is looked at again that was written anew between its two halves. */
const maxLooks = 5;
/** How often a counter is tried again that others began, or deleted, meanwhile. */
const maxTurns = 20;

/**
 * A cache of which the table is its own to close. Keys begin with `prefix`. What has expired by `clock` is absent in every
 * verb, in conditions too: DynamoDB itself deletes days later. The clocks of processes must agree (NTP): one that is ahead
 * sees ends that much earlier.
 */
export function dynamoCache(table: DynamoTable, prefix: string, clock: Clock): Cache {
  const named = (key: string) => `${prefix}${key}`;
  const tails = tailsOf(table, prefix);
  const now = () => ({ ':now': number(clock.now()) });
  const isLive = (stored: Stored) => stored.expiresAtMs > clock.now();

  /** Writes what is too long for one item in two, the second first: nobody finds the first half alone. */
  async function put(key: string, value: Uint8Array, ttlMs: number, condition?: Condition): Promise<boolean> {
    requireSize(value);
    const [expiresAtMs, writeId] = [endAfter(clock, ttlMs), crypto.randomUUID()];
    const tailId = value.length > maxInlineBytes ? crypto.randomUUID() : null;
    const item = itemOf({ key: named(key), value, expiresAtMs, writeId, tailId });
    if (tailId !== null) await tails.write(tailId, value.slice(maxInlineBytes), expiresAtMs);
    const written = await table.put(item, condition);
    if (written.isDone) {
      await tails.removeOf(written.before);
      return true;
    }
    // The answer to a first attempt was lost: it is our own value that stands in the way.
    if (written.found !== null && storedIn(written.found).writeId === writeId) return true;
    if (tailId !== null) await tails.remove(tailId);
    return false;
  }

  async function get(key: string): Promise<Uint8Array | null> {
    for (let look = 0; look < maxLooks; look += 1) {
      const item = await table.get(named(key));
      const stored = item === null ? null : storedIn(item);
      if (stored === null || !isLive(stored)) return null;
      const value = await tails.whole(stored);
      if (value !== null) return value;
      // Written anew between the two reads.
    }
    return null;
  }

  return {
    get,
    async set(key, value, ttlMs) {
      await put(key, value, ttlMs);
    },
    setIfAbsent: (key, value, ttlMs) =>
      put(key, value, ttlMs, {
        expression: `attribute_not_exists(${keyName}) OR expiresAtMs <= :now`,
        values: now(),
      }),
    async swap(key, expected, next, ttlMs) {
      const { expression, values } = holding(expected);
      const condition = {
        expression: `expiresAtMs > :now AND ${expression}`,
        values: { ...values, ...now() },
      };
      if (next !== null) return put(key, next, ttlMs, condition);
      const written = await table.delete(named(key), condition);
      if (written.isDone) await tails.removeOf(written.before);
      return written.isDone;
    },
    async take(key) {
      const written = await table.delete(named(key));
      const before = written.isDone ? written.before : null;
      if (before === null) return null;
      const stored = storedIn(before);
      const value = isLive(stored) ? await tails.whole(stored) : null;
      await tails.removeOf(before);
      return value;
    },
    increment: (key, ttlMs) => increment({ table, clock, tails }, named(key), ttlMs),
    async delete(key) {
      const written = await table.delete(named(key));
      if (written.isDone) await tails.removeOf(written.before);
    },
    close: () => table.close(),
  };
}

type Tails = ReturnType<typeof tailsOf>;

/** The second items of long values: never changed, each known to one first item only, which is the last to know it. */
function tailsOf(table: DynamoTable, prefix: string) {
  // No key of a value begins so.
  const named = (tailId: string) => `tail of ${prefix}${tailId}`;
  // What stays behind is deleted by its time to live.
  const remove = async (tailId: string) => void (await table.delete(named(tailId)).catch(() => {}));
  return {
    remove,
    async write(tailId: string, value: Uint8Array, expiresAtMs: number): Promise<void> {
      await table.put({ [keyName]: { S: named(tailId) }, cacheValue: { B: value }, ...lifeOf(expiresAtMs) });
    },
    async removeOf(item: Item | null): Promise<void> {
      if (item?.tailId?.S !== undefined) await remove(item.tailId.S);
    },
    /** Null where the second half is gone: the first was written anew, or taken. */
    async whole({ content }: Stored): Promise<Uint8Array | null> {
      if (content.kind === 'count') return new TextEncoder().encode(String(content.count));
      if (content.kind === 'value') return new Uint8Array(content.bytes);
      const tail = (await table.get(named(content.tailId)))?.cacheValue?.B;
      return tail === undefined ? null : new Uint8Array(Buffer.concat([content.head, tail]));
    },
  };
}

/** One write in the usual case, without reading: a counter that many share is not a race that somebody loses. */
async function increment(
  { table, clock, tails }: { table: DynamoTable; clock: Clock; tails: Tails },
  key: string,
  ttlMs: number,
): Promise<Count> {
  for (let turn = 0; turn < maxTurns; turn += 1) {
    const life = lifeOf(endAfter(clock, ttlMs));
    const begin = { ':end': life.expiresAtMs, ':gone': life[deleteAtName], ':one': number(1) };
    const at = { ':now': number(clock.now()) };
    const counted = await table.update(
      key,
      `SET expiresAtMs = if_not_exists(expiresAtMs, :end), ${deleteAtName} = if_not_exists(${deleteAtName}, :gone) ADD cacheCount :one`,
      {
        expression: `attribute_not_exists(${keyName}) OR (attribute_exists(cacheCount) AND expiresAtMs > :now)`,
        values: { ...begin, ...at },
      },
    );
    if (counted.isDone) return countOf(counted.after, clock);
    if (counted.found === null) continue;
    const again = anew(storedIn(counted.found), begin, at);
    const written = await table.update(key, again.change, again.condition);
    if (!written.isDone) continue;
    await tails.removeOf(counted.found);
    return countOf(written.after, clock);
  }
  throw new VedetteError('cache-unavailable');
}

/** What makes a counter of what is none: it has expired, or is a value that is a number. Errors: `request-invalid`. */
function anew(
  found: Stored,
  begin: { ':end': Item[string]; ':gone': Item[string]; ':one': Item[string] },
  at: Item,
) {
  const remove = 'REMOVE cacheValue, tailId, digest, writeId';
  if (found.expiresAtMs <= Number(at[':now']?.N)) {
    return {
      change: `SET cacheCount = :one, expiresAtMs = :end, ${deleteAtName} = :gone ${remove}`,
      condition: { expression: 'expiresAtMs <= :now', values: { ...begin, ...at } },
    };
  }
  const counted = found.content.kind === 'value' ? countIn(found.content.bytes) : null;
  if (counted === null || found.writeId === null) {
    throw new VedetteError('request-invalid', 'Something that is no counter is kept under this key.');
  }
  return {
    change: `SET cacheCount = :next ${remove}`,
    condition: {
      expression: 'writeId = :found',
      values: { ':found': { S: found.writeId }, ':next': number(counted + 1) },
    },
  };
}

function countOf(item: Item | null, clock: Clock): Count {
  const stored = item === null ? null : storedIn(item);
  if (stored?.content.kind !== 'count') throw new VedetteError('cache-unavailable');
  return { count: stored.content.count, leftMs: Math.max(1, stored.expiresAtMs - clock.now()) };
}

/** The condition that the value is this one. */
function holding(expected: Uint8Array): Condition {
  if (expected.length > maxInlineBytes)
    return { expression: 'digest = :digest', values: { ':digest': digestOf(expected) } };
  const isValue = 'cacheValue = :expected AND attribute_not_exists(tailId)';
  const values = { ':expected': { B: new Uint8Array(expected) } };
  const count = countIn(expected);
  if (count === null) return { expression: isValue, values };
  return {
    expression: `(${isValue} OR cacheCount = :count)`,
    values: { ...values, ':count': number(count) },
  };
}

/** Counters are shown as decimal digits. */
function countIn(value: Uint8Array): number | null {
  const text = value.length > 16 ? '' : new TextDecoder().decode(value);
  return /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}

function endAfter(clock: Clock, ttlMs: number): number {
  return clock.now() + Math.max(1, Math.ceil(ttlMs));
}

function requireSize(value: Uint8Array): void {
  if (value.length <= maxCacheValueBytes) return;
  throw new VedetteError('body-too-large', `A cached value may have at most ${maxCacheValueBytes} bytes.`);
}
