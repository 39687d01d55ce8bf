// What lies in a spool without being touched: for a check of a folder whose recorder was killed.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJournal } from '../core/footage/journal.ts';
import { diskError, isMissing } from './disk.ts';

/** The blob keys of recordings that are not sealed yet: their objects may exist before their rows do. */
export async function spooledBlobKeys(folder: string): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  try {
    for (const name of await readdir(folder)) {
      if (!name.endsWith('.journal')) continue;
      const { header } = readJournal(await readFile(join(folder, name)));
      if (header !== null) keys.add(header.blobKey);
    }
  } catch (error) {
    if (!isMissing(error)) throw diskError(error);
  }
  return keys;
}
