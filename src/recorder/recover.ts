// Recovery: after a crash, what lies whole in the spool becomes recordings, and the torn tail is cut.

import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { branded, type RecordingId } from '../core/brand.ts';
import { type JournalEntry, type JournalHeader, readJournal } from '../core/footage/journal.ts';
import type { Keys } from '../core/ports/keys.ts';
import type { Log } from '../core/ports/log.ts';
import { isMissing, syncFolder } from './disk.ts';
import { type ReadBytes, type Run, salvageRun, wholeRuns } from './salvage.ts';
import { dataPath, forgetSpooled, journalPath } from './spool-recording.ts';
import { type StoreDeps, storeRecording } from './store-recording.ts';

export interface Recovered {
  /** Recordings that were finished and stored. */
  readonly recordings: number;
  /** Fragments at the end of recordings that were cut because they were not whole. */
  readonly fragmentsCut: number;
  /** Files nobody can read, moved to `damaged/`. */
  readonly setAside: number;
}

/** Where files go that cannot be read: never deleted, because somebody may know more. */
const damagedFolder = 'damaged';

type RecoverDeps = StoreDeps & { readonly keys: Keys; readonly log: Log };

/**
 * Replays every journal in `folder`. It can be interrupted anywhere and run again. What cannot be stored now (a full
 * disk) stays in the spool for the next start.
 */
export async function recoverSpool(deps: RecoverDeps, folder: string): Promise<Recovered> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const found = { recordings: 0, fragmentsCut: 0, setAside: 0 };
  const headers: JournalHeader[] = [];
  for (const name of names) {
    try {
      const { header, setAside } = await inspect(deps.log, folder, name, names);
      if (header !== null) headers.push(header);
      found.setAside += setAside;
    } catch (error) {
      // A bad sector, a folder of that name: one file must not keep every camera from recording.
      deps.log.error('A file of the spool cannot be read; it stays there', { file: name, error });
    }
  }
  // Oldest first, so that each finds the one before it when it looks for gaps.
  headers.sort((a, b) => a.startAt - b.startAt);
  for (const header of headers) {
    const about = { recordingId: header.id, cameraId: header.cameraId };
    try {
      const one = await recoverOne(deps, folder, header);
      found.recordings += one.recordings;
      found.fragmentsCut += one.fragmentsCut;
      found.setAside += one.setAside;
      if (one.fragmentsCut > 0)
        deps.log.warn('Fragments that were not whole were cut', { ...about, fragments: one.fragmentsCut });
    } catch (error) {
      deps.log.error('A recording could not be recovered now; it stays in the spool', { ...about, error });
    }
  }
  await syncFolder(folder);
  return found;
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
): Promise<{ header: JournalHeader | null; setAside: number }> {
  const [text = '', ending] = name.split('.');
  const id = branded<RecordingId>(text);
  if (ending === 'journal') {
    const { header } = readJournal(await readFile(join(folder, name)));
    if (header?.id === id) return { header, setAside: 0 };
    return { header: null, setAside: await setAside(log, folder, id, 'its journal is damaged') };
  }
  const isStray = ending === 'data' && !names.includes(`${id}.journal`);
  return { header: null, setAside: isStray ? await setAside(log, folder, id, 'it has no journal') : 0 };
}

const nothing: Recovered = { recordings: 0, fragmentsCut: 0, setAside: 0 };

async function recoverOne(deps: RecoverDeps, folder: string, header: JournalHeader): Promise<Recovered> {
  const { entries } = readJournal(await readFile(journalPath(folder, header.id)));
  if ((await deps.records.recordings.find(header.id)) !== null) {
    await forgetSpooled(folder, header.id);
    return nothing;
  }
  const file = await open(dataPath(folder, header.id), 'r').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (file === null) return recoverObject(deps, folder, header, entries);
  try {
    const read: ReadBytes = async (offset, sizeBytes) => {
      const bytes = Buffer.alloc(sizeBytes);
      const { bytesRead } = await file.read(bytes, 0, sizeBytes, offset);
      return bytes.subarray(0, bytesRead);
    };
    const runs = await wholeRuns(read, entries);
    if (runs.length === 0 && (await file.stat()).size > 0) {
      const setAsideCount = await setAside(deps.log, folder, header.id, 'none of its fragments is whole');
      return { ...nothing, setAside: setAsideCount };
    }
    return await recoverRuns(deps, folder, header, { entries, runs, read });
  } finally {
    await file.close();
  }
}

/** Stores the run at the beginning as the recording, and those behind damaged bytes as recordings of their own. */
async function recoverRuns(
  deps: RecoverDeps,
  folder: string,
  header: JournalHeader,
  { entries, runs, read }: { entries: readonly JournalEntry[]; runs: readonly Run[]; read: ReadBytes },
): Promise<Recovered> {
  const first = runs[0]?.entries[0].index === 0 ? runs[0] : null;
  const salvaged: JournalHeader[] = [];
  for (const [index, run] of runs.entries()) {
    const previous = runs[index - 1] ?? null;
    if (run !== first) salvaged.push(await salvageRun(deps.keys, folder, { header, previous, run, read }));
  }
  if (first !== null) await storeRun(deps, header, first, dataPath(folder, header.id));
  await forgetSpooled(folder, header.id);
  for (const one of salvaged) await recoverOne(deps, folder, one);
  const kept = runs.reduce((total, run) => total + run.entries.length, 0);
  return { recordings: runs.length, fragmentsCut: entries.length - kept, setAside: 0 };
}

/** The crash came after the store had taken the file, or before there was one. */
async function recoverObject(
  deps: RecoverDeps,
  folder: string,
  header: JournalHeader,
  entries: readonly JournalEntry[],
): Promise<Recovered> {
  const object = await deps.blobs.head(header.blobKey);
  if (object === null && entries.length > 0) {
    return { ...nothing, setAside: await setAside(deps.log, folder, header.id, 'its fragments are gone') };
  }
  if (object !== null) {
    const bytes = await deps.blobs.get(header.blobKey);
    const [run] = await wholeRuns(async (at, sizeBytes) => bytes.subarray(at, at + sizeBytes), entries);
    if (run?.entries[0].index !== 0 || run.sizeBytes !== object.sizeBytes) {
      return { ...nothing, setAside: await setAside(deps.log, folder, header.id, 'its object is damaged') };
    }
    await storeRun(deps, header, run, null);
  }
  await forgetSpooled(folder, header.id);
  return { ...nothing, recordings: object === null ? 0 : 1 };
}

async function storeRun(
  deps: StoreDeps,
  header: JournalHeader,
  { entries, sizeBytes, sha256 }: Run,
  dataFile: string | null,
): Promise<void> {
  if (dataFile !== null) await cutFile(dataFile, sizeBytes);
  const fragments = entries.map(({ sizeBytes, durationTicks, frameCount, sha256 }) => {
    return { sizeBytes, durationTicks, frameCount, sha256 };
  });
  const recording = { header, fragments, sizeBytes, sha256, dataFile };
  await storeRecording(deps, { ...recording, isActive: false, otherwise: 'recorder-crashed' });
}

async function cutFile(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.truncate(sizeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function setAside(log: Log, folder: string, id: RecordingId, why: string): Promise<number> {
  const target = join(folder, damagedFolder);
  await mkdir(target, { recursive: true });
  let moved = 0;
  for (const name of [`${id}.journal`, `${id}.data`]) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null) continue;
    if (found.size === 0) {
      await rm(path);
      continue;
    }
    await rename(path, join(target, name));
    moved += 1;
  }
  if (moved === 0) return 0;
  log.error(`A recording cannot be read: ${why}. It was moved aside`, { recordingId: id, folder: target });
  return 1;
}
