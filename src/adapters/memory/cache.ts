// The cache in memory: the embedded default while there is one process, and the double for tests.

import { VedetteError } from '../../core/errors.ts';
import { type Cache, maxCacheValueBytes } from '../../core/ports/cache.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** Entries kept: sessions, rate limits and presence of a large installation, a few tens of MB at most. */
const defaultMaxEntries = 100_000;

/** Bytes of values kept: thumbnails are the large ones, 128 at full size. */
const defaultMaxBytes = 64 * 1024 * 1024;

/** Time between sweeps of expired entries; a sweep walks all of them (about 1 ms per 100 000). */
const sweepEveryMs = 60_000;

export interface MemoryCacheOptions {
  readonly clock: Clock;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}

interface Entry {
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
}

/**
 * An empty cache. Every verb runs without waiting, so each is atomic. Beyond its limits it forgets what expired,
 * then what was written longest ago. Time to live counts on the monotonic clock: setting the wall clock expires nothing.
 */
export function memoryCache(options: MemoryCacheOptions): Cache {
  const { clock, maxEntries = defaultMaxEntries, maxBytes = defaultMaxBytes } = options;
  const entries = new Map<string, Entry>();
  let usedBytes = 0;
  let sweptAtMs = clock.monotonicMs();

  function remove(key: string): void {
    usedBytes -= entries.get(key)?.value.length ?? 0;
    entries.delete(key);
  }

  function live(key: string): Entry | null {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    if (entry.expiresAtMs > clock.monotonicMs()) return entry;
    remove(key);
    return null;
  }

  function sweep(): void {
    sweptAtMs = clock.monotonicMs();
    for (const [key, entry] of entries) if (entry.expiresAtMs <= sweptAtMs) remove(key);
  }

  function store(key: string, value: Uint8Array, expiresAtMs: number): void {
    remove(key);
    entries.set(key, { value, expiresAtMs });
    usedBytes += value.length;
    const tooMuch = () => entries.size > maxEntries || usedBytes > maxBytes;
    if (tooMuch() || clock.monotonicMs() - sweptAtMs > sweepEveryMs) sweep();
    for (const oldest of entries.keys()) {
      if (!tooMuch()) break;
      remove(oldest);
    }
  }

  return {
    get: async (key) => live(key)?.value.slice() ?? null,
    async set(key, value, ttlMs) {
      requireSize(value);
      store(key, copyOf(value), clock.monotonicMs() + ttlMs);
    },
    async setIfAbsent(key, value, ttlMs) {
      requireSize(value);
      if (live(key) !== null) return false;
      store(key, copyOf(value), clock.monotonicMs() + ttlMs);
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
      store(key, value, expiresAtMs);
      return { count, leftMs: expiresAtMs - clock.monotonicMs() };
    },
    async delete(key) {
      remove(key);
    },
    async close() {
      entries.clear();
      usedBytes = 0;
    },
  };
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
