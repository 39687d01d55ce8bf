// Ports behind a breaker: while a service is away, each call fails at once instead of waiting for its time-out.

import type { Breaker } from './breaker.ts';
import { errorCode } from './errors.ts';
import type { Blobs } from './ports/blobs.ts';
import type { Cache } from './ports/cache.ts';

export function guardedCache(cache: Cache, breaker: Breaker): Cache {
  return {
    get: (key) => breaker.run(() => cache.get(key)),
    set: (key, value, ttlMs) => breaker.run(() => cache.set(key, value, ttlMs)),
    setIfAbsent: (key, value, ttlMs) => breaker.run(() => cache.setIfAbsent(key, value, ttlMs)),
    swap: (key, expected, next, ttlMs) => breaker.run(() => cache.swap(key, expected, next, ttlMs)),
    take: (key) => breaker.run(() => cache.take(key)),
    increment: (key, ttlMs) => breaker.run(() => cache.increment(key, ttlMs)),
    delete: (key) => breaker.run(() => cache.delete(key)),
    close: () => cache.close(),
  };
}

/** What is read; what is stored takes as long as it takes, and whoever stores keeps it until it is. */
export function guardedBlobs(blobs: Blobs, breaker: Breaker): Blobs {
  return {
    ...blobs,
    get: (key, range) => breaker.run(() => blobs.get(key, range)),
    head: (key) => breaker.run(() => blobs.head(key)),
  };
}

/** `without` where the cache does not answer: for what is nice to know, and not worth refusing a person for. */
export async function orWithoutCache<T, U>(work: () => Promise<T>, without: U): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (isCacheAway(error)) return without;
    throw error;
  }
}

export function isCacheAway(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'cache-unavailable' || code === 'cache-refused';
}
