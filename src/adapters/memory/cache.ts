// The cache in memory: the embedded default while there is one process, and the double for tests.

import { VedetteError } from '../../core/errors.ts';
import { type Cache, maxCacheValueBytes } from '../../core/ports/cache.ts';
import { type ShelfOptions, shelf } from './cache-shelf.ts';

/** Values beyond this many bytes are pictures, which make room for each other and not at the expense of the rest. */
const maxSmallBytes = 8 * 1024;

/**
 * An empty cache. Every verb runs without waiting, so each is atomic. Counters, small values and large ones stand on
 * shelves of their own: however many of one sort are written, nothing of the others is forgotten. Beyond its limits a
 * shelf forgets what expired, then what was written longest ago. Time to live counts on the monotonic clock: setting the
 * wall clock expires nothing.
 */
export function memoryCache(options: ShelfOptions): Cache {
  const { clock } = options;
  const [counters, small, large] = [shelf(options), shelf(options), shelf(options)];
  const shelves = [counters, small, large];

  const live = (key: string) => shelves.map((each) => each.live(key)).find((entry) => entry !== null) ?? null;

  function remove(key: string): void {
    for (const each of shelves) each.remove(key);
  }

  function store(key: string, value: Uint8Array, ttlMs: number): void {
    remove(key);
    const sized = value.length > maxSmallBytes ? large : small;
    sized.store(key, { value: copyOf(value), expiresAtMs: clock.monotonicMs() + ttlMs });
  }

  return {
    get: async (key) => live(key)?.value.slice() ?? null,
    async set(key, value, ttlMs) {
      requireSize(value);
      store(key, value, ttlMs);
    },
    async setIfAbsent(key, value, ttlMs) {
      requireSize(value);
      if (live(key) !== null) return false;
      store(key, value, ttlMs);
      return true;
    },
    async swap(key, expected, next, ttlMs) {
      if (next !== null) requireSize(next);
      const entry = live(key);
      if (entry === null || !isSame(entry.value, expected)) return false;
      if (next === null) remove(key);
      else store(key, next, ttlMs);
      return true;
    },
    async take(key) {
      const entry = live(key);
      remove(key);
      return entry?.value ?? null;
    },
    async increment(key, ttlMs) {
      const entry = live(key);
      const count = (entry === null ? 0 : countIn(entry.value)) + 1;
      const value = new TextEncoder().encode(String(count));
      const expiresAtMs = entry?.expiresAtMs ?? clock.monotonicMs() + ttlMs;
      remove(key);
      counters.store(key, { value, expiresAtMs });
      return { count, leftMs: expiresAtMs - clock.monotonicMs() };
    },
    async delete(key) {
      remove(key);
    },
    async close() {
      for (const each of shelves) each.clear();
    },
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Not `slice`: that of a Buffer copies nothing. */
function copyOf(value: Uint8Array): Uint8Array {
  return new Uint8Array(value);
}

function requireSize(value: Uint8Array): void {
  if (value.length <= maxCacheValueBytes) return;
  throw new VedetteError('body-too-large', `A cached value may have at most ${maxCacheValueBytes} bytes.`);
}

/** Counters are stored as decimal digits, so that every adapter can show them by `get`. */
function countIn(value: Uint8Array): number {
  const count = Number(new TextDecoder().decode(value));
  if (Number.isSafeInteger(count)) return count;
  throw new VedetteError('request-invalid', 'Something that is no counter is kept under this key.');
}
