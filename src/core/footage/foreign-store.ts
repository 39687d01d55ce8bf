// Is a store the one that the footage lies in: a bucket or a mount that is another one looks like an empty one.

import type { Blobs } from '../ports/blobs.ts';

/** Recordings that are looked for, the newest: a store that is the right one has them, whatever else it lost. */
export const handful = 5;
/** Fewer say nothing: one object alone may be lost. */
export const fewest = 3;

/** Whether the store has none of these objects of recordings. Errors: those of the store. */
export async function hasNoneOf(blobs: Pick<Blobs, 'head'>, blobKeys: readonly string[]): Promise<boolean> {
  if (blobKeys.length < fewest) return false;
  for (const key of blobKeys) if ((await blobs.head(key)) !== null) return false;
  return true;
}

/** What is said of such a store; `which` were looked for. */
export function foreignStoreSentence(
  count: number,
  which: 'newest' | 'older ones looked for' = 'newest',
): string {
  return `The records know recordings, and this store has none of the ${count} ${which}: is it the right bucket or folder, and is it mounted? Correct that before footage is recorded elsewhere.`;
}
