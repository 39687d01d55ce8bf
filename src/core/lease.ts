// Leases: which of several processes does what only one may do, decided by the cache they share.

import type { Cache } from './ports/cache.ts';
import type { Clock } from './ports/clock.ts';

/** Without renewal a lease ends after this: how long work stands still when its process dies. */
export const leaseMs = 9_000;
/** A holder renews, and a challenger looks, this often: two renewals may be lost. */
export const leaseRoundMs = leaseMs / 3;

export interface Lease {
  readonly isHeld: boolean;
  /**
   * Renews what is held, or takes what is free; true where it is held afterwards. A challenger takes a lease only when it
   * was free in two rounds: one that was forgotten by a cache that lost its memory is its holder's to take again.
   */
  round(): Promise<boolean>;
  /** Gives up what is held, so that another may take it at once. */
  release(): Promise<void>;
}

/** The lease `name` for whoever `holder` names: unique among all processes and starts. */
export function lease(deps: { cache: Cache; clock: Clock }, name: string, holder: string): Lease {
  const { cache, clock } = deps;
  const key = `lease/${name}`;
  const mine = new TextEncoder().encode(holder);
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let wasFree = false;
  const isHeld = () => clock.monotonicMs() < heldUntilMs;

  /** Counted from before the call: the cache began to count later. */
  async function hold(take: () => Promise<boolean>): Promise<boolean> {
    const askedAtMs = clock.monotonicMs();
    if (!(await take())) return false;
    heldUntilMs = askedAtMs + leaseMs;
    wasFree = false;
    return true;
  }

  return {
    get isHeld() {
      return isHeld();
    },
    async round() {
      if (isHeld()) {
        if (await hold(() => cache.swap(key, mine, mine, leaseMs))) return true;
        if (await hold(() => cache.setIfAbsent(key, mine, leaseMs))) return true;
        heldUntilMs = Number.NEGATIVE_INFINITY;
        return false;
      }
      const isFree = (await cache.get(key)) === null;
      const mayTake = isFree && wasFree;
      wasFree = isFree;
      return mayTake && hold(() => cache.setIfAbsent(key, mine, leaseMs));
    },
    async release() {
      if (!isHeld()) return;
      heldUntilMs = Number.NEGATIVE_INFINITY;
      await cache.swap(key, mine, null, leaseMs);
    },
  };
}
