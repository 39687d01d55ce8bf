// Doubts about the store: in one that is not the right one, nothing can be deleted, and no room be made by it.

import { foreignStoreSentence, handful, hasNoneOf } from '../core/footage/foreign-store.ts';
import type { Recording } from '../core/footage/recording.ts';
import type { Blobs } from '../core/ports/blobs.ts';
import type { Log } from '../core/ports/log.ts';
import type { Records } from '../core/ports/records.ts';

export interface StoreDoubt {
  /** Looks; whether the store has none of what it should have. Where it does not answer, what was so stays so. */
  look(): Promise<boolean>;
}

/**
 * The newest recordings are what is looked for. From when the store had none of them, it is those that end the doubt: what is
 * recorded meanwhile lies in the wrong store, too. A process that starts looks anew.
 */
export function storeDoubt({
  records,
  blobs,
  log,
}: {
  records: Records;
  blobs: Blobs;
  log: Log;
}): StoreDoubt {
  let missing: readonly Recording[] = [];

  const isForeign = async (of: readonly Recording[]) =>
    hasNoneOf(
      blobs,
      of.map(({ blobKey }) => blobKey),
    );

  async function begin(): Promise<void> {
    const newest = await records.recordings.newest(handful);
    if (!(await isForeign(newest))) return;
    missing = newest;
    log.error(
      `${foreignStoreSentence(newest.length)} Nothing is deleted there, and nothing overwritten, until it has them. Where they are lost for good, restart Vedette when it has recorded for some minutes.`,
    );
  }

  async function end(): Promise<void> {
    const known = await Promise.all(missing.map(({ id }) => records.recordings.find(id)));
    const left = known.filter((recording) => recording !== null);
    // Those whose time is over are not to be there any more.
    if (await isForeign(left)) return;
    missing = [];
    log.info('The store of the footage is no longer taken for another one');
  }

  return {
    async look() {
      try {
        await (missing.length === 0 ? begin() : end());
      } catch (error) {
        log.debug('It could not be seen whether the store is the right one', { error });
      }
      return missing.length > 0;
    },
  };
}
