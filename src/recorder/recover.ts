// Recovery: after a crash, what lies whole in the spool becomes recordings, and the torn tail is cut.

import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { branded, type RecordingId, type Sha256 } from '../core/brand.ts';
import { type JournalHeader, readJournal } from '../core/footage/journal.ts';
import type { Fragment } from '../core/footage/recording.ts';
import type { Log } from '../core/ports/log.ts';
import { isMissing, syncFolder } from './disk.ts';
import { dataPath, type FinishedRecording, journalPath } from './spool-recording.ts';
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

/**
 * Replays every journal in `folder`. It can be interrupted anywhere and run again. What cannot be stored now (a full
 * disk) stays in the spool for the next start.
 */
export async function recoverSpool(deps: StoreDeps & { log: Log }, folder: string): Promise<Recovered> {
  const { log } = deps;
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const found = { recordings: 0, fragmentsCut: 0, setAside: 0 };
  const journals: { id: RecordingId; header: JournalHeader; fragments: readonly Fragment[] }[] = [];
  for (const name of names.filter((one) => one.endsWith('.journal'))) {
    const id = branded<RecordingId>(name.slice(0, -'.journal'.length));
    const { header, fragments } = readJournal(await readFile(join(folder, name)));
    if (header?.id === id) journals.push({ id, header, fragments });
    else found.setAside += await setAside(folder, id, log, 'Its journal cannot be read');
  }
  for (const name of names.filter((one) => one.endsWith('.data'))) {
    const id = branded<RecordingId>(name.slice(0, -'.data'.length));
    if (names.includes(`${id}.journal`)) continue;
    found.setAside += await setAside(folder, id, log, 'It has no journal');
  }
  // Oldest first, so that each finds the one before it when it looks for gaps.
  journals.sort((a, b) => a.header.startAt - b.header.startAt);
  for (const journal of journals) {
    const about = { recordingId: journal.id, cameraId: journal.header.cameraId };
    try {
      const outcome = await recoverOne(deps, folder, journal.header, journal.fragments);
      if (outcome === 'unreadable') {
        found.setAside += await setAside(folder, journal.id, log, 'Its fragments are gone or damaged');
        continue;
      }
      found.recordings += outcome.stored ? 1 : 0;
      found.fragmentsCut += outcome.cut;
      if (outcome.cut > 0)
        log.warn('The torn end of a recording was cut', { ...about, fragments: outcome.cut });
    } catch (error) {
      log.error('A recording could not be recovered now; it stays in the spool', { ...about, error });
    }
  }
  await syncFolder(folder);
  return found;
}

async function recoverOne(
  deps: StoreDeps,
  folder: string,
  header: JournalHeader,
  fragments: readonly Fragment[],
): Promise<{ stored: boolean; cut: number } | 'unreadable'> {
  const data = dataPath(folder, header.id);
  if ((await deps.records.recordings.find(header.id)) !== null) {
    await forget(folder, header.id);
    return { stored: false, cut: 0 };
  }
  const inSpool = await wholeInFile(data, fragments);
  if (inSpool !== null) {
    if (inSpool.count === 0 && fragments.length > 0 && inSpool.fileBytes > 0) return 'unreadable';
    if (inSpool.count > 0) await store(deps, header, fragments, inSpool, data);
    await forget(folder, header.id);
    return { stored: inSpool.count > 0, cut: fragments.length - inSpool.count };
  }
  // The crash came after the store had taken the file, or before there was one.
  const object = await deps.blobs.head(header.blobKey);
  if (object === null && fragments.length > 0) return 'unreadable';
  if (object !== null) {
    const stored = wholeInBytes(await deps.blobs.get(header.blobKey), fragments);
    if (stored.count === 0 || stored.sizeBytes !== object.sizeBytes) return 'unreadable';
    await store(deps, header, fragments, stored, null);
  }
  await forget(folder, header.id);
  return { stored: object !== null, cut: 0 };
}

async function store(
  deps: StoreDeps,
  header: JournalHeader,
  fragments: readonly Fragment[],
  whole: Whole,
  dataFile: string | null,
): Promise<void> {
  if (dataFile !== null) await cutFile(dataFile, whole.sizeBytes);
  const finished: FinishedRecording = { ...whole, header, fragments: fragments.slice(0, whole.count) };
  await storeRecording(deps, { ...finished, dataFile, otherwise: 'recorder-crashed' });
}

/** Fragments from the first on whose bytes are there and have their hash. */
interface Whole {
  readonly count: number;
  readonly sizeBytes: number;
  readonly sha256: Sha256;
}

async function wholeInFile(path: string, fragments: readonly Fragment[]) {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (file === null) return null;
  try {
    const count = counter();
    for (const fragment of fragments) {
      const bytes = Buffer.alloc(fragment.sizeBytes);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, count.whole().sizeBytes);
      if (!count.takes(fragment, bytes.subarray(0, bytesRead))) break;
    }
    return { ...count.whole(), fileBytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}

function wholeInBytes(bytes: Uint8Array, fragments: readonly Fragment[]): Whole {
  const count = counter();
  for (const fragment of fragments) {
    const at = count.whole().sizeBytes;
    if (!count.takes(fragment, bytes.subarray(at, at + fragment.sizeBytes))) break;
  }
  return count.whole();
}

function counter() {
  const all: Hash = createHash('sha256');
  let count = 0;
  let sizeBytes = 0;
  return {
    takes(fragment: Fragment, bytes: Uint8Array): boolean {
      if (bytes.length !== fragment.sizeBytes) return false;
      if (createHash('sha256').update(bytes).digest('hex') !== fragment.sha256) return false;
      all.update(bytes);
      count += 1;
      sizeBytes += bytes.length;
      return true;
    },
    whole: (): Whole => ({ count, sizeBytes, sha256: branded<Sha256>(all.copy().digest('hex')) }),
  };
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

/** Removes what the spool has of a recording that is stored. The data first: a journal alone is harmless. */
export async function forget(folder: string, id: RecordingId): Promise<void> {
  await rm(dataPath(folder, id), { force: true });
  await rm(journalPath(folder, id), { force: true });
}

async function setAside(folder: string, id: RecordingId, log: Log, why: string): Promise<number> {
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
  if (moved > 0)
    log.error(`A recording was lost: ${why}. It was moved aside.`, { recordingId: id, folder: target });
  return moved > 0 ? 1 : 0;
}
