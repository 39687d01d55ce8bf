// A shelf of the cache in memory: entries of one sort, within limits of their own.

import type { Clock } from '../../core/ports/clock.ts';

/** Entries of each shelf: sessions, sign-ins under way, links and presence of a large installation; or counters. */
const defaultMaxEntries = 100_000;

/** Bytes of values of each shelf: pictures are the large ones, 128 at full size. */
const defaultMaxBytes = 64 * 1024 * 1024;

/** Time between sweeps of expired entries; a sweep walks all of them (about 1 ms per 100 000). */
const sweepEveryMs = 60_000;

export interface ShelfOptions {
  readonly clock: Clock;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}

export interface Entry {
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
}

/** An empty shelf. Beyond its limits it forgets what expired, then what was written longest ago. */
export function shelf({ clock, maxEntries = defaultMaxEntries, maxBytes = defaultMaxBytes }: ShelfOptions) {
  const entries = new Map<string, Entry>();
  let usedBytes = 0;
  let sweptAtMs = clock.monotonicMs();

  function remove(key: string): void {
    usedBytes -= entries.get(key)?.value.length ?? 0;
    entries.delete(key);
  }

  function sweep(): void {
    sweptAtMs = clock.monotonicMs();
    for (const [key, entry] of entries) if (entry.expiresAtMs <= sweptAtMs) remove(key);
  }

  return {
    remove,
    live(key: string): Entry | null {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      if (entry.expiresAtMs > clock.monotonicMs()) return entry;
      remove(key);
      return null;
    },
    store(key: string, entry: Entry): void {
      remove(key);
      entries.set(key, entry);
      usedBytes += entry.value.length;
      const tooMuch = () => entries.size > maxEntries || usedBytes > maxBytes;
      if (tooMuch() || clock.monotonicMs() - sweptAtMs > sweepEveryMs) sweep();
      for (const oldest of entries.keys()) {
        if (!tooMuch()) break;
        remove(oldest);
      }
    },
    clear(): void {
      entries.clear();
      usedBytes = 0;
    },
  };
}
