// One partition that is ours for now: how far it was read, what of it is in hand, and whether it still is ours.

import { type OffsetWindow, offsetWindow } from './offset-window.ts';

export interface Flow {
  readonly partition: number;
  /** The next offset to read. */
  next: bigint;
  /** The offset that the group has committed, as far as we know. */
  committed: bigint;
  readonly window: OffsetWindow;
  /** Bytes of what is not done. */
  heldBytes: number;
  /** Work under way. */
  readonly inHand: Set<Promise<void>>;
  /** Aborted when nothing more may be begun: it is asked back, or we stop. */
  readonly leaving: AbortController;
  /** Aborted when it may already be somebody else's: what is in hand is given up. */
  readonly lost: AbortController;
  /** Looks whether it still is ours, before anything is begun: `leaving` and `lost` are aborted where it may not be. */
  check(): void;
}

export function newFlow(partition: number, next: bigint, check = () => {}): Flow {
  return {
    check,
    partition,
    next,
    committed: next,
    window: offsetWindow(),
    heldBytes: 0,
    inHand: new Set(),
    leaving: new AbortController(),
    lost: new AbortController(),
  };
}

/** Nothing more is begun; resolves when nothing is in hand. */
export async function drained({ leaving, inHand }: Flow): Promise<void> {
  leaving.abort();
  while (inHand.size > 0) await Promise.all(inHand);
}

/** What is in hand is given up at once. */
export function abandon({ leaving, lost }: Flow): void {
  leaving.abort();
  lost.abort();
}

/** Keeps `work` among what is in hand until it ends. */
export function hold(flow: Flow, work: Promise<void>): void {
  const held = work.finally(() => flow.inHand.delete(held));
  flow.inHand.add(held);
}
