// Leases: which of several processes does what only one may do, decided by the cache they share.

import type { Cache } from './ports/cache.ts';
import type { Clock } from './ports/clock.ts';

/** A holder renews, and a challenger looks, so often in the life of a lease: two renewals may be lost. */
const roundsPerLife = 3;

/** How often `round` of a lease of this life is to be called. */
export function leaseRoundMs(ttlMs: number): number {
  return Math.floor(ttlMs / roundsPerLife);
}

export interface LeaseOptions {
  readonly name: string;
  /** Names who asks, the same after a restart: then what was held is held on. No two that run at a time share it. */
  readonly holder: string;
  /** Without renewal it ends after this: how long work stands still when its process dies. */
  readonly ttlMs: number;
}

export interface Lease {
  /** Certain: renewed within its life, counted from before the renewal. */
  readonly isHeld: boolean;
  /**
   * Renews what is held, or takes what is free; true where it is held afterwards. A lease that nobody held is taken
   * only when it was free in two rounds: where a cache forgot everything, the holder's next round comes first.
   * `isNew`: nobody can have held it before, so it is taken at once.
   * Errors: those of the cache; nothing is known then, and what was held is held until its life is over.
   */
  round(options?: { readonly isNew: boolean }): Promise<boolean>;
  /** Gives up what is held, so that another may take it at once. */
  release(): Promise<void>;
}

/** A lease on one thing, for one holder. */
export function lease(deps: { cache: Cache; clock: Clock }, options: LeaseOptions): Lease {
  const { cache, clock } = deps;
  const { holder, ttlMs } = options;
  const key = `lease/${options.name}`;
  const mine = new TextEncoder().encode(holder);
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let wasHolder = false;
  let wasFree = false;

  async function held(take: () => Promise<boolean>): Promise<boolean> {
    const askedAtMs = clock.monotonicMs();
    if (!(await take())) return false;
    heldUntilMs = askedAtMs + ttlMs;
    wasHolder = true;
    wasFree = false;
    return true;
  }

  return {
    get isHeld() {
      return clock.monotonicMs() < heldUntilMs;
    },
    async round({ isNew } = { isNew: false }) {
      if (await held(() => cache.swap(key, mine, mine, ttlMs))) return true;
      const isFree = (await cache.get(key)) === null;
      const mayTake = isFree && (isNew || wasHolder || wasFree);
      wasFree = isFree;
      wasHolder = false;
      heldUntilMs = Number.NEGATIVE_INFINITY;
      return mayTake && held(() => cache.setIfAbsent(key, mine, ttlMs));
    },
    async release() {
      wasHolder = false;
      heldUntilMs = Number.NEGATIVE_INFINITY;
      await cache.swap(key, mine, null, ttlMs);
    },
  };
}
