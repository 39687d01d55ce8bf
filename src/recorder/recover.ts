// Recovery: after a crash, what lies whole in the spool becomes recordings, and the torn tail is cut.

import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { branded, type CameraId, type RecordingId } from '../core/brand.ts';
import { type JournalEntry, type JournalHeader, readJournal } from '../core/footage/journal.ts';
import type { Keys } from '../core/ports/keys.ts';
import type { Log } from '../core/ports/log.ts';
import type { Span } from '../core/ports/records.ts';
import { isMissing, syncFolder } from './disk.ts';
import { type ReadBytes, type Run, salvageRun, wholeRuns } from './salvage.ts';
import { dataPath, forgetSpooled, journalPath } from './spool-files.ts';
import { gapStartAfter } from './spool-recording.ts';
import { type StoreDeps, storeRecording } from './store-recording.ts';

export interface Recovered {
  /** Recordings that were finished and stored. */
  readonly recordings: number;
  /** Fragments at the end of recordings that were cut because they were not whole. */
  readonly fragmentsCut: number;
  /** Files nobody can read, moved to `damaged/`. */
  readonly setAside: number;
  /** What could not be stored now and stays in the spool: footage, and the gaps before it. */
  readonly waiting: readonly Waiting[];
}

export interface Waiting extends Span {
  readonly cameraId: CameraId;
}

type Counts = Omit<Recovered, 'waiting'>;

/** Where files go that cannot be read: never deleted, because somebody may know more. */
const damagedFolder = 'damaged';

type RecoverDeps = StoreDeps & { readonly keys: Keys; readonly log: Log };
/** `waiting`: of recordings that this recovery could not store. */
type RecoveryDeps = RecoverDeps & { readonly waiting: readonly Waiting[] };

/**
 * Replays every journal in `folder`. It can be interrupted anywhere and run again. What cannot be stored now (a full
 * disk) stays in the spool for the next start.
 */
export async function recoverSpool(deps: RecoverDeps, folder: string): Promise<Recovered> {
  await mkdir(folder, { recursive: true });
  const { headers, setAside } = await inspectAll(deps.log, folder);
  const waiting: Waiting[] = [];
  const found = { recordings: 0, fragmentsCut: 0, setAside };
  for (const header of headers) {
    const camera = await deps.records.cameras.find(header.cameraId).catch(() => null);
    const about = { recordingId: header.id, cameraId: header.cameraId, camera: camera?.name ?? null };
    const log = deps.log.with(about);
    try {
      const one = await recoverOne({ ...deps, log, waiting }, folder, header);
      found.recordings += one.recordings;
      found.fragmentsCut += one.fragmentsCut;
      found.setAside += one.setAside;
      if (one.fragmentsCut > 0)
        log.warn('Fragments that were not whole were cut', { fragments: one.fragmentsCut });
    } catch (error) {
      log.error('A recording could not be recovered now; it stays in the spool', { error });
      waiting.push(...(await leftOf(folder, header)));
    }
  }
  await syncFolder(folder);
  return { ...found, waiting };
}

/** The headers of all journals, oldest first, so that each finds the one before it when it looks for gaps. */
async function inspectAll(
  log: Log,
  folder: string,
): Promise<{ headers: readonly JournalHeader[]; setAside: number }> {
  const names = await readdir(folder);
  const headers: JournalHeader[] = [];
  let setAside = 0;
  for (const name of names) {
    try {
      const inspected = await inspect(log, folder, name, names);
      if (inspected.header !== null) headers.push(inspected.header);
      setAside += inspected.setAside;
    } catch (error) {
      // A bad sector, a folder of that name: one file must not keep every camera from recording.
      log.error('A file of the spool cannot be read; it stays there', { file: name, error });
    }
  }
  return { headers: headers.toSorted((a, b) => a.startAt - b.startAt), setAside };
}

/** What a recording that stays in the spool covers of its camera's time line. */
async function leftOf(folder: string, header: JournalHeader): Promise<readonly Waiting[]> {
  const bytes = await readFile(journalPath(folder, header.id)).catch(() => new Uint8Array());
  const last = readJournal(bytes).entries.at(-1);
  const durationTicks = last === undefined ? 0 : last.offsetTicks + last.durationTicks;
  const footage = { startAt: header.startAt, endAt: gapStartAfter(header, durationTicks) };
  return [...header.gaps, footage].map(({ startAt, endAt }) => ({
    ...{ cameraId: header.cameraId, startAt, endAt },
  }));
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
    return { header: null, setAside: await moveAside(log, folder, id, 'its journal is damaged') };
  }
  const isStray = ending === 'data' && !names.includes(`${id}.journal`);
  return { header: null, setAside: isStray ? await moveAside(log, folder, id, 'it has no journal') : 0 };
}

const nothing: Counts = { recordings: 0, fragmentsCut: 0, setAside: 0 };

async function recoverOne(deps: RecoveryDeps, folder: string, header: JournalHeader): Promise<Counts> {
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
      const setAsideCount = await moveAside(deps.log, folder, header.id, 'none of its fragments is whole');
      return { ...nothing, setAside: setAsideCount };
    }
    return await recoverRuns(deps, folder, header, { entries, runs, read });
  } finally {
    await file.close();
  }
}

/** Stores the run at the beginning as the recording, and those behind damaged bytes as recordings of their own. */
async function recoverRuns(
  deps: RecoveryDeps,
  folder: string,
  header: JournalHeader,
  { entries, runs, read }: { entries: readonly JournalEntry[]; runs: readonly Run[]; read: ReadBytes },
): Promise<Counts> {
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
  deps: RecoveryDeps,
  folder: string,
  header: JournalHeader,
  entries: readonly JournalEntry[],
): Promise<Counts> {
  const object = await deps.blobs.head(header.blobKey);
  if (object === null && entries.length > 0) {
    return { ...nothing, setAside: await moveAside(deps.log, folder, header.id, 'its fragments are gone') };
  }
  if (object !== null) {
    const bytes = await deps.blobs.get(header.blobKey);
    const [run] = await wholeRuns(async (at, sizeBytes) => bytes.subarray(at, at + sizeBytes), entries);
    if (run?.entries[0].index !== 0 || run.sizeBytes !== object.sizeBytes) {
      return { ...nothing, setAside: await moveAside(deps.log, folder, header.id, 'its object is damaged') };
    }
    await storeRun(deps, header, run, null);
  }
  await forgetSpooled(folder, header.id);
  return { ...nothing, recordings: object === null ? 0 : 1 };
}

async function storeRun(
  deps: RecoveryDeps,
  header: JournalHeader,
  { entries, sizeBytes, sha256 }: Run,
  dataFile: string | null,
): Promise<void> {
  if (dataFile !== null) await cutFile(dataFile, sizeBytes);
  const fragments = entries.map(({ sizeBytes, durationTicks, frameCount, sha256 }) => {
    return { sizeBytes, durationTicks, frameCount, sha256 };
  });
  const recording = { header, fragments, sizeBytes, sha256, dataFile };
  const waiting = deps.waiting.filter(({ cameraId }) => cameraId === header.cameraId);
  await storeRecording(deps, { ...recording, isActive: false, otherwise: 'recorder-crashed', waiting });
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

async function moveAside(log: Log, folder: string, id: RecordingId, why: string): Promise<number> {
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
