// Keys side by side, what has one key one after the other: the order in which records in hand are begun.

import type { Clock } from '../../core/ports/clock.ts';
import { type Flow, hold } from './flow.ts';

/** What came of an entry: it is done, to be begun again after so many ms, or not ours any more. */
export type Outcome = 'done' | 'taken' | { readonly againMs: number };

export interface LanesContext<Entry> {
  readonly clock: Clock;
  /** Entries begun at the same time. */
  readonly concurrency: number;
  /** Never rejects. */
  readonly handle: (flow: Flow, entry: Entry) => Promise<Outcome>;
  readonly finish: (flow: Flow, entry: Entry) => void;
}

export interface Lanes<Entry> {
  /** Entries of one key of a flow are begun in this order; what has none (null) waits for nothing. */
  add(flow: Flow, key: string | null, entry: Entry): void;
}

/** The entries of one key: the first is in hand, waits to be begun again, or is ready. */
interface Lane<Entry> {
  readonly flow: Flow;
  readonly key: string | null;
  readonly entries: Entry[];
}

/** What leaves with its flow is forgotten: whoever has the partition next reads it anew. */
export function lanes<Entry>({ clock, concurrency, handle, finish }: LanesContext<Entry>): Lanes<Entry> {
  const byFlow = new Map<Flow, Map<string, Lane<Entry>>>();
  /** Lanes whose first entry may be begun, oldest first: a busy key must not starve the others. */
  const ready = new Set<Lane<Entry>>();
  let hands = 0;

  function lanesOf(flow: Flow): Map<string, Lane<Entry>> {
    const known = byFlow.get(flow);
    if (known !== undefined) return known;
    const own = new Map<string, Lane<Entry>>();
    byFlow.set(flow, own);
    flow.leaving.signal.addEventListener('abort', () => byFlow.delete(flow), { once: true });
    return own;
  }

  function begin(): void {
    for (const lane of ready) {
      if (hands >= concurrency) return;
      ready.delete(lane);
      const [entry] = lane.entries;
      lane.flow.check();
      if (entry === undefined || lane.flow.leaving.signal.aborted) continue;
      hands += 1;
      hold(lane.flow, work(lane, entry));
    }
  }

  async function work(lane: Lane<Entry>, entry: Entry): Promise<void> {
    const outcome = await handle(lane.flow, entry);
    hands -= 1;
    if (outcome === 'done') next(lane, entry);
    else if (outcome !== 'taken') later(lane, outcome.againMs);
    begin();
  }

  function next(lane: Lane<Entry>, entry: Entry): void {
    lane.entries.shift();
    finish(lane.flow, entry);
    if (lane.entries.length > 0) ready.add(lane);
    else if (lane.key !== null) byFlow.get(lane.flow)?.delete(lane.key);
  }

  function later(lane: Lane<Entry>, againMs: number): void {
    clock.sleep(againMs, lane.flow.leaving.signal).then(
      () => {
        ready.add(lane);
        begin();
      },
      () => {},
    );
  }

  return {
    add(flow, key, entry) {
      const known = key === null ? undefined : lanesOf(flow).get(key);
      if (known !== undefined) {
        known.entries.push(entry);
        return;
      }
      const lane: Lane<Entry> = { flow, key, entries: [entry] };
      if (key !== null) lanesOf(flow).set(key, lane);
      ready.add(lane);
      begin();
    },
  };
}
