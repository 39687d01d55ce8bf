// Does a cache keep what it is told: each of its verbs once, on a key that nobody else has.

import type { Cache } from './ports/cache.ts';

/** For what is left where the check dies between, in ms. */
const probeMs = 10_000;

/** Whether every verb did what it promises. Errors: those of the cache. */
export async function keepsWhatItIsTold(cache: Cache): Promise<boolean> {
  const key = `check/${crypto.randomUUID()}`;
  const [one, two] = [new Uint8Array([1]), new Uint8Array([2])];
  await cache.set(key, one, probeMs);
  const isKept = (await cache.get(key))?.[0] === 1 && !(await cache.setIfAbsent(key, two, probeMs));
  const isSwapped = await cache.swap(key, one, two, probeMs);
  const isTaken = (await cache.take(key))?.[0] === 2;
  const { count } = await cache.increment(key, probeMs);
  await cache.delete(key);
  return isKept && isSwapped && isTaken && count === 1;
}
