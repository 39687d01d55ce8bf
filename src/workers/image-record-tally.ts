// What became of the records of the images topic, counted and told once a minute.

import type { PushedImage } from '../core/image/pushed-image.ts';
import type { RefusalReason } from '../core/image/senders.ts';
import type { TakeInDeps } from '../core/image/take-in.ts';
import { repeat } from '../core/repeat.ts';

/** How often the log tells, in ms: strangers must not fill it. */
const tellEveryMs = 60_000;

/** What became of a record. `image` is null where it was there before. */
export type Outcome = { readonly dropped: RefusalReason } | { readonly image: PushedImage | null };

interface Place {
  readonly partition: number;
  readonly offset: number;
}

export interface Tally {
  note(outcome: Outcome, at: Place): void;
  /** Tells what was counted since it told last. */
  stop(): Promise<void>;
}

export function tally({ clock, log }: Pick<TakeInDeps, 'clock' | 'log'>): Tally {
  const dropped = counts();
  const taken = counts();
  let last: Place | null = null;
  function tell(): void {
    const taking = taken.read();
    // With the reason of each that was put aside.
    if (taking !== null) log.info('Records of images were taken in', taking);
    const dropping = dropped.read();
    if (dropping === null) return;
    log.warn('Records of images were dropped: no known source has signed them', {
      ...dropping,
      ...{ lastPartition: last?.partition, lastOffset: last?.offset },
    });
  }
  const failed = 'What became of the images topic could not be told';
  const telling = repeat({ clock, log }, { everyMs: tellEveryMs, first: 'later', failed }, tell);
  return {
    note(outcome, { partition, offset }) {
      if ('dropped' in outcome) {
        dropped.add(outcome.dropped);
        last = { partition, offset };
      } else if (outcome.image === null) taken.add('known-before');
      else taken.add(outcome.image.reason ?? 'stored');
    },
    async stop() {
      await telling.stop();
      tell();
    },
  };
}

function counts() {
  const byName = new Map<string, number>();
  return {
    add: (name: string) => void byName.set(name, (byName.get(name) ?? 0) + 1),
    /** Since the last call; null where there is nothing. */
    read(): Record<string, number> | null {
      if (byName.size === 0) return null;
      const read = Object.fromEntries(byName);
      byName.clear();
      return read;
    },
  };
}
