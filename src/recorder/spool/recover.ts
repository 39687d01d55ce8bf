// Recovery: after a crash, what lies whole in the spool becomes recordings, and the torn tail is cut.

import { mkdir, open } from 'node:fs/promises';
import type { CameraId } from '../../core/brand.ts';
import type { JournalHeader } from '../../core/footage/journal.ts';
import type { GapCause } from '../../core/footage/recording.ts';
import type { Keys } from '../../core/ports/keys.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Span } from '../../core/ports/records.ts';
import { isMissing, syncFolder } from './disk.ts';
import { dataPath, forgetSpooled } from './files.ts';
import { claimOf, tellHoles } from './holes.ts';
import { inspectSpool, type Journaled } from './inspect.ts';
import { moveAside } from './move-aside.ts';
import { type ReadBytes, type Run, salvageRun, wholeRuns } from './salvage.ts';
import { type StoreDeps, storeRecording } from './store.ts';

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

type RecoverDeps = StoreDeps & { readonly keys: Keys; readonly log: Log };
/** `waiting`: what else of the camera lies in the spool. */
type RecoveryDeps = RecoverDeps & { readonly waiting: readonly Span[] };

/** What became of one recording; those that were salvaged from its middle are still to be recovered. */
interface Outcome extends Omit<Recovered, 'waiting'> {
  readonly salvaged: readonly Journaled[];
}

const nothing: Outcome = { recordings: 0, fragmentsCut: 0, setAside: 0, salvaged: [] };

/**
 * Replays every journal in `folder`. It can be interrupted anywhere and run again. What cannot be stored now (a full
 * disk) stays in the spool for the next start.
 */
export async function recoverSpool(deps: RecoverDeps, folder: string): Promise<Recovered> {
  await mkdir(folder, { recursive: true });
  const { journals, setAside } = await inspectSpool(deps.log, folder);
  const waiting: Waiting[] = [];
  const found = { recordings: 0, fragmentsCut: 0, setAside };
  const left = [...journals];
  for (let next = left.shift(); next !== undefined; next = left.shift()) {
    const { header, entries } = next;
    const camera = await deps.records.cameras.find(header.cameraId).catch(() => null);
    const about = { recordingId: header.id, cameraId: header.cameraId, camera: camera?.name ?? null };
    const log = deps.log.with(about);
    const others = [...waiting, ...left.map((one) => claimed(one.header, claimOf(one.header, one.entries)))];
    const ofCamera = others.filter(({ cameraId }) => cameraId === header.cameraId);
    try {
      const one = await recoverOne({ ...deps, log, waiting: ofCamera }, folder, { header, entries });
      left.unshift(...one.salvaged);
      found.recordings += one.recordings;
      found.fragmentsCut += one.fragmentsCut;
      found.setAside += one.setAside;
      if (one.fragmentsCut > 0)
        log.warn('Fragments that were not whole were cut', { fragments: one.fragmentsCut });
    } catch (error) {
      log.error('A recording could not be recovered now; it stays in the spool', { error });
      const claim = await wholeClaim(folder, next);
      if (claim !== null) waiting.push(claimed(header, claim));
    }
  }
  await syncFolder(folder);
  return { ...found, waiting };
}

function claimed({ cameraId }: JournalHeader, { startAt, endAt }: Span): Waiting {
  return { cameraId, startAt, endAt };
}

/**
 * What a recording that stays in the spool will cover of the time line: up to its last fragment that is whole, for
 * what was torn off behind it the next recording tells of. Null where nothing is whole.
 */
async function wholeClaim(folder: string, { header, entries }: Journaled): Promise<Span | null> {
  try {
    await using data = await openData(folder, header);
    const last = data === null ? null : (await wholeRuns(data.read, entries)).at(-1)?.entries.at(-1);
    if (last === undefined) return null;
    // The store has the object, or the file cannot be read just now: the journal is what there is to believe.
    return claimOf(header, last === null ? entries : [last]);
  } catch {
    return claimOf(header, entries);
  }
}

/** The file of the fragments; null where it is gone. */
async function openData(folder: string, { id }: JournalHeader) {
  const file = await open(dataPath(folder, id), 'r').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (file === null) return null;
  const read: ReadBytes = async (offset, sizeBytes) => {
    const bytes = Buffer.alloc(sizeBytes);
    const { bytesRead } = await file.read(bytes, 0, sizeBytes, offset);
    return bytes.subarray(0, bytesRead);
  };
  return {
    read,
    sizeBytes: async () => (await file.stat()).size,
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function recoverOne(deps: RecoveryDeps, folder: string, journal: Journaled): Promise<Outcome> {
  const { header, entries } = journal;
  if ((await deps.records.recordings.find(header.id)) !== null) {
    await tell(deps, journal, 'recorder-crashed');
    await forgetSpooled(folder, header.id);
    return nothing;
  }
  await using data = await openData(folder, header);
  // Awaited, so that the file stays open.
  if (data === null) return await recoverObject(deps, folder, journal);
  const runs = await wholeRuns(data.read, entries);
  if (runs.length === 0 && (await data.sizeBytes()) > 0) {
    return await setAside(deps, folder, journal, 'none of its fragments is whole');
  }
  return await recoverRuns(deps, folder, { ...journal, runs, read: data.read });
}

/** Stores the run at the beginning as the recording, and puts those behind damaged bytes into the spool on their own. */
async function recoverRuns(
  deps: RecoveryDeps,
  folder: string,
  { header, entries, runs, read }: Journaled & { readonly runs: readonly Run[]; readonly read: ReadBytes },
): Promise<Outcome> {
  const first = runs[0]?.entries[0].index === 0 ? runs[0] : null;
  const salvaged: Journaled[] = [];
  for (const [index, run] of runs.entries()) {
    const previous = runs[index - 1] ?? null;
    if (run !== first) salvaged.push(await salvageRun(deps.keys, folder, { header, previous, run, read }));
  }
  if (first !== null) await storeRun(deps, header, first, dataPath(folder, header.id));
  const pieces = salvaged.map((one) => claimOf(one.header, one.entries));
  await tell({ ...deps, waiting: [...deps.waiting, ...pieces] }, { header, entries }, 'recorder-crashed');
  await forgetSpooled(folder, header.id);
  const kept = runs.reduce((total, run) => total + run.entries.length, 0);
  const recordings = first === null ? 0 : 1;
  return { ...nothing, recordings, fragmentsCut: entries.length - kept, salvaged };
}

/** The crash came after the store had taken the file, or before there was one. */
async function recoverObject(deps: RecoveryDeps, folder: string, journal: Journaled): Promise<Outcome> {
  const { header, entries } = journal;
  const object = await deps.blobs.head(header.blobKey);
  if (object === null && entries.length > 0) {
    return setAside(deps, folder, journal, 'its fragments are gone');
  }
  if (object !== null) {
    const bytes = await deps.blobs.get(header.blobKey);
    const [run] = await wholeRuns(async (at, sizeBytes) => bytes.subarray(at, at + sizeBytes), entries);
    if (run?.entries[0].index !== 0 || run.sizeBytes !== object.sizeBytes) {
      return setAside(deps, folder, journal, 'its object is damaged');
    }
    await storeRun(deps, header, run, null);
  }
  await tell(deps, journal, 'recorder-crashed');
  await forgetSpooled(folder, header.id);
  return { ...nothing, recordings: object === null ? 0 : 1 };
}

async function setAside(
  deps: RecoveryDeps,
  folder: string,
  journal: Journaled,
  why: string,
): Promise<Outcome> {
  await tell(deps, journal, 'footage-damaged');
  return { ...nothing, setAside: await moveAside(deps.log, folder, journal.header.id, why) };
}

/** Before the journal is forgotten, so that what it claimed and nobody stored is told, whenever the power goes. */
async function tell(deps: RecoveryDeps, { header, entries }: Journaled, cause: GapCause): Promise<void> {
  await tellHoles(deps, header, { claim: claimOf(header, entries), cause, waiting: deps.waiting });
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
  const { waiting } = deps;
  const recording = { header, fragments, sizeBytes, sha256, dataFile, waiting };
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
