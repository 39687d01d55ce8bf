// Leases in the records: who of several processes leads, by turns that a holder takes and others watch. No clocks have to
// agree: everybody measures by their own how long nothing changed.

import { type Lease, type LeaseOptions, leaseRoundMs } from './lease.ts';
import type { Clock } from './ports/clock.ts';
import type { LeadershipRecords, Turn } from './ports/records-leadership.ts';

/**
 * A lease on one thing, for one holder. A holder takes its next turn in every round; whoever saw the same turn for a life
 * and a round, in which the holder notices that it holds nothing, follows.
 */
export function recordedLease(
  { leaderships, clock }: { leaderships: LeadershipRecords; clock: Clock },
  { name, holder, ttlMs }: LeaseOptions,
): Lease {
  const patienceMs = ttlMs + leaseRoundMs(ttlMs);
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let mine: Turn | null = null;
  let seen: { readonly turn: Turn; readonly sinceMs: number } | null = null;

  async function take(expected: Turn | null): Promise<boolean> {
    const askedAtMs = clock.monotonicMs();
    const next = { holder, number: (expected?.number ?? 0) + 1 };
    if (!(await leaderships.take(name, expected, next))) return false;
    mine = next;
    seen = null;
    heldUntilMs = askedAtMs + ttlMs;
    return true;
  }

  function watched(turn: Turn): number {
    const nowMs = clock.monotonicMs();
    const isSame = seen?.turn.holder === turn.holder && seen.turn.number === turn.number;
    if (!isSame || seen === null) seen = { turn, sinceMs: nowMs };
    return nowMs - seen.sinceMs;
  }

  return {
    get isHeld() {
      return clock.monotonicMs() < heldUntilMs;
    },
    async round() {
      if (mine !== null && (await take(mine))) return true;
      const found = await leaderships.find(name);
      // The answer to a turn was lost, or a database went back to an earlier one.
      if (found === null || found.holder === holder) return take(found);
      mine = null;
      heldUntilMs = Number.NEGATIVE_INFINITY;
      return watched(found) >= patienceMs && take(found);
    },
    async release() {
      const last = mine;
      mine = null;
      heldUntilMs = Number.NEGATIVE_INFINITY;
      if (last !== null) await leaderships.leave(name, last);
    },
  };
}
