// Doubts about the store: in one that is not the right one, nothing can be deleted, and no room be made by it.

import { branded } from '../core/brand.ts';
import { fewest, foreignStoreSentence, handful, hasNoneOf } from '../core/footage/foreign-store.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';

export interface StoreDoubt {
  /** Looks; whether the store has none of what it should have. Where it does not answer, what was so stays so. */
  look(): Promise<boolean>;
}

export interface StoreDoubtDeps {
  readonly records: Records;
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly log: Log;
}

const hourMs = 3_600_000;

/** Ages of what is looked for, in one of these units: far apart, so that the wrong store had them all only if it was for long. */
const ages = [1, 2, 4, 8, 16];
/** Half a day is kept by whoever keeps anything for a day; a house that is younger has hours to show, or minutes. */
const units = [
  { unitMs: 12 * hourMs, restartAfter: 'for more than half a day' },
  { unitMs: hourMs, restartAfter: 'for more than an hour' },
];

/** What the store is known by. */
interface Sample {
  readonly blobKeys: readonly string[];
  readonly which: 'newest' | 'older ones looked for';
  /** When the store has what would be looked for then. */
  readonly restartAfter: string;
}

/**
 * The older a recording, the better it tells the right store: what is recorded since lies in the wrong one, too, and another
 * process that begins to look must not be content with it. What was missing once must be seen before the doubt ends, be its
 * rows there or not: nothing is collected meanwhile, so that the right store has it.
 */
export function storeDoubt({ records, blobs, clock, log }: StoreDoubtDeps): StoreDoubt {
  let missing: Sample | null = null;

  async function older(unitMs: number): Promise<readonly string[]> {
    const now = clock.now();
    const keys = new Set<string>();
    for (const age of ages) {
      const [found] = await records.recordings.newest(1, branded(now - age * unitMs));
      if (found === undefined) break;
      keys.add(found.blobKey);
    }
    return [...keys];
  }

  async function sample(): Promise<Sample> {
    for (const { unitMs, restartAfter } of units) {
      const blobKeys = await older(unitMs);
      if (blobKeys.length >= fewest) return { blobKeys, which: 'older ones looked for', restartAfter };
    }
    const newest = await records.recordings.newest(handful);
    const blobKeys = newest.map(({ blobKey }) => blobKey);
    return { blobKeys, which: 'newest', restartAfter: 'for some minutes' };
  }

  async function begin(): Promise<void> {
    const looked = await sample();
    if (!(await hasNoneOf(blobs, looked.blobKeys))) return;
    missing = looked;
    const { blobKeys, which, restartAfter } = looked;
    log.error(
      `${foreignStoreSentence(blobKeys.length, which)} Nothing is deleted there, and nothing overwritten, until it has them. Where they are lost for good, restart Vedette when it has recorded ${restartAfter}.`,
    );
  }

  async function end(lacked: Sample): Promise<void> {
    if (await hasNoneOf(blobs, lacked.blobKeys)) return;
    missing = null;
    log.info('The store of the footage is no longer taken for another one');
  }

  return {
    async look() {
      try {
        await (missing === null ? begin() : end(missing));
      } catch (error) {
        log.debug('It could not be seen whether the store is the right one', { error });
      }
      return missing !== null;
    },
  };
}
