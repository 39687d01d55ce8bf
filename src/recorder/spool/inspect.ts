// What lies in the spool: journals of recordings, files that nobody can read, and what an interrupted copy left.

import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { branded, type RecordingId } from '../../core/brand.ts';
import { type JournalEntry, type JournalHeader, readJournal } from '../../core/footage/journal.ts';
import type { Log } from '../../core/ports/log.ts';
import { isMissing } from './disk.ts';
import { freshEnding } from './files.ts';
import { moveAside } from './move-aside.ts';

/** A recording as its journal tells it. */
export interface Journaled {
  readonly header: JournalHeader;
  readonly entries: readonly JournalEntry[];
}

/** All journals, oldest first, so that each recording finds the one before it when it looks for gaps. */
export async function inspectSpool(
  log: Log,
  folder: string,
): Promise<{ journals: readonly Journaled[]; setAside: number }> {
  const names = await readdir(folder);
  const journals: Journaled[] = [];
  let setAside = 0;
  for (const name of names) {
    try {
      const inspected = await inspect(log, folder, name, names);
      if (inspected.journal !== null) journals.push(inspected.journal);
      setAside += inspected.setAside;
    } catch (error) {
      // A bad sector, a folder of that name: one file must not keep every camera from recording.
      log.error('A file of the spool cannot be read; it stays there', { file: name, error });
    }
  }
  return { journals: journals.toSorted((a, b) => a.header.startAt - b.header.startAt), setAside };
}

/**
 * Keys of the objects that recordings in the spool have, or will have: not garbage, though no row owns them yet.
 * Only reads; a folder that is not there has none, and a journal that cannot be read names none.
 */
export async function spooledBlobKeys(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const keys: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.journal'))) {
    const bytes = await readFile(join(folder, name)).catch(() => null);
    const header = bytes === null ? null : readJournal(bytes).header;
    if (header !== null) keys.push(header.blobKey);
  }
  return keys;
}

/** What a file of the spool is: a journal with its header, one to be moved aside, or no business of ours. */
async function inspect(
  log: Log,
  folder: string,
  name: string,
  names: readonly string[],
): Promise<{ journal: Journaled | null; setAside: number }> {
  const [text = '', ending] = name.split('.');
  const id = branded<RecordingId>(text);
  if (ending === 'journal') {
    const { header, entries } = readJournal(await readFile(join(folder, name)));
    if (header?.id === id) return { journal: { header, entries }, setAside: 0 };
    return { journal: null, setAside: await moveAside(log, folder, id, 'its journal is damaged') };
  }
  if (name.endsWith(freshEnding)) await rm(join(folder, name), { force: true });
  const isStray = ending === 'data' && !name.endsWith(freshEnding) && !names.includes(`${id}.journal`);
  return { journal: null, setAside: isStray ? await moveAside(log, folder, id, 'it has no journal') : 0 };
}
