// A store that has nothing of what the records know is told of at the start.

import { foreignStoreSentence, handful, hasNoneOf } from '../../core/footage/foreign-store.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Records } from '../../core/ports/records.ts';

/** Says so, and goes on: what is lost for good must not keep anybody from beginning anew. */
export async function tellForeignStore(house: { records: Records; blobs: Blobs; log: Log }): Promise<void> {
  const { records, blobs, log } = house;
  const newest = await records.recordings.newest(handful);
  const isForeign = await hasNoneOf(
    blobs,
    newest.map(({ blobKey }) => blobKey),
  ).catch(() => false);
  if (isForeign) log.warn(foreignStoreSentence(newest.length));
}
