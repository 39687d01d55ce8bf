// The two files of a recording in the spool: its encrypted fragments, and the journal that says what they are.

import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingId } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { diskError, syncFolder } from './disk.ts';

const fresh = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC;

/** Both files grow by what is appended; what an append that failed left behind the end is written over, or cut. */
export interface SpoolFiles {
  /** Bytes of fragments so far. */
  readonly sizeBytes: number;
  /** Appends a fragment and its line. Errors: `data-full`, `data-read-only`, `data-damaged`; nothing has changed then. */
  append(pieces: readonly Uint8Array[], line: Uint8Array): Promise<void>;
  /** Makes durable what was appended. Errors: as `append`; the files are suspect then. */
  flush(): Promise<void>;
  /**
   * A flush failed. Linux tells of a failed write once and then takes the page for written (fsync(2)): another flush
   * would succeed and prove nothing. Nothing may be appended any more, and only `renew` makes the files good.
   */
  readonly isSuspect: boolean;
  /** Writes both files anew and makes them durable. Errors: as `append`, and those of `content.fragments`. */
  renew(content: FileContent): Promise<void>;
  /** Bytes of fragments at `offset`. Errors: `footage-damaged` where there are fewer. */
  read(offset: number, sizeBytes: number): Promise<Uint8Array>;
  /** Cuts what a failed append left and makes the rest durable; nothing is appended afterwards. Errors: as `append`. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

export interface FileContent {
  /** Bytes of the fragments, one after the other. */
  readonly fragments: AsyncIterable<Uint8Array>;
  readonly lines: readonly Uint8Array[];
}

/** How the names of files end that are being written anew. */
export const freshEnding = '.fresh';

export function dataPath(folder: string, id: RecordingId): string {
  return join(folder, `${id}.data`);
}

export function journalPath(folder: string, id: RecordingId): string {
  return join(folder, `${id}.journal`);
}

/** Removes what the spool has of a recording. The data first: a journal alone is harmless. */
export async function forgetSpooled(folder: string, id: RecordingId): Promise<void> {
  await rm(dataPath(folder, id), { force: true });
  await rm(journalPath(folder, id), { force: true });
}

/**
 * Makes both files, the journal with its first line first, so that there is never a file of fragments that nobody
 * can read. Errors: `data-full`, `data-read-only`, `data-damaged`; nothing is left behind then.
 */
export async function createSpoolFiles(
  folder: string,
  id: RecordingId,
  headerLine: Uint8Array,
): Promise<SpoolFiles> {
  let journal: FileHandle | null = null;
  try {
    journal = await open(journalPath(folder, id), fresh, 0o600);
    await writeAll(journal, [headerLine], 0);
    const data = await open(dataPath(folder, id), fresh, 0o600);
    return spoolFiles({ folder, id, data, journal, journalBytes: headerLine.length });
  } catch (error) {
    await journal?.close().catch(() => {});
    // Nothing was recorded: a disk that is full must not fill with what is left of attempts.
    await forgetSpooled(folder, id).catch(() => {});
    throw diskError(error);
  }
}

interface OpenFiles {
  readonly folder: string;
  readonly id: RecordingId;
  readonly data: FileHandle;
  readonly journal: FileHandle;
  readonly journalBytes: number;
}

function spoolFiles({ folder, id, ...opened }: OpenFiles): SpoolFiles {
  let { data, journal, journalBytes } = opened;
  let sizeBytes = 0;
  let isFinished = false;
  const flusher = createFlusher(folder, () => [data, journal]);

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    async append(pieces, line) {
      await asDiskError(async () => {
        await writeAll(data, pieces, sizeBytes);
        await writeAll(journal, [line], journalBytes);
      });
      sizeBytes += pieces.reduce((total, piece) => total + piece.length, 0);
      journalBytes += line.length;
      flusher.changed();
    },
    flush: () => (isFinished ? Promise.resolve() : flusher.flush()),
    get isSuspect() {
      return flusher.hasFailed;
    },
    async renew({ fragments, lines }) {
      await asDiskError(async () => {
        const freshData = await writeFresh(dataPath(folder, id), fragments);
        const freshJournal = await writeFresh(journalPath(folder, id), lines).catch(
          async (error: unknown) => {
            await freshData.close();
            throw error;
          },
        );
        const old = [data, journal];
        data = freshData;
        journal = freshJournal;
        for (const path of [dataPath(folder, id), journalPath(folder, id)]) {
          await rename(`${path}${freshEnding}`, path);
        }
        await syncFolder(folder);
        flusher.renewed();
        for (const handle of old) await handle.close();
      });
    },
    async read(offset, length) {
      const bytes = Buffer.allocUnsafe(length);
      const { bytesRead } = await data.read(bytes, 0, length, offset);
      if (bytesRead !== length) throw new VedetteError('footage-damaged');
      return bytes;
    },
    async finish() {
      await asDiskError(async () => {
        await data.truncate(sizeBytes);
        await journal.truncate(journalBytes);
      });
      flusher.changed();
      await flusher.flush();
      await journal.close();
      isFinished = true;
    },
    async close() {
      await flusher.settled();
      await data.close();
      if (!isFinished) await journal.close();
    },
  };
}

/** Makes files durable that changed since they were made durable, one call at a time. */
function createFlusher(folder: string, files: () => readonly FileHandle[]) {
  let changes = 0;
  let flushedChanges = -1;
  let isFolderSynced = false;
  let failure: VedetteError | null = null;
  let flushing: Promise<void> = Promise.resolve();

  async function sync(): Promise<void> {
    if (failure !== null) throw failure;
    const count = changes;
    if (count === flushedChanges) return;
    try {
      for (const file of files()) await file.datasync();
      if (!isFolderSynced) await syncFolder(folder);
    } catch (error) {
      failure = diskError(error);
      throw failure;
    }
    isFolderSynced = true;
    flushedChanges = count;
  }

  return {
    changed() {
      changes += 1;
    },
    /** A second caller waits for the first: it would only wait for the same disk. */
    flush(): Promise<void> {
      const next = flushing.then(sync);
      flushing = next.catch(() => {});
      return next;
    },
    get hasFailed() {
      return failure !== null;
    },
    /** The files are others now, and durable. */
    renewed() {
      failure = null;
      flushedChanges = changes;
    },
    settled: () => flushing,
  };
}

/** Writes `path` anew under another name, and makes it durable. What fails leaves nothing behind. */
async function writeFresh(
  path: string,
  pieces: AsyncIterable<Uint8Array> | readonly Uint8Array[],
): Promise<FileHandle> {
  const name = `${path}${freshEnding}`;
  const file = await open(name, fresh, 0o600);
  try {
    let at = 0;
    for await (const piece of pieces) {
      await writeAll(file, [piece], at);
      at += piece.length;
    }
    await file.datasync();
    return file;
  } catch (error) {
    await file.close().catch(() => {});
    await rm(name, { force: true }).catch(() => {});
    throw error;
  }
}

async function asDiskError(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw diskError(error);
  }
}

/** Writes every byte at `position`: a write may take only a part, and says so only by its count. */
async function writeAll(file: FileHandle, pieces: readonly Uint8Array[], position: number): Promise<void> {
  let at = position;
  for (const piece of pieces) {
    for (let written = 0; written < piece.length; ) {
      const { bytesWritten } = await file.write(piece, written, piece.length - written, at);
      if (bytesWritten === 0) throw new VedetteError('data-full');
      written += bytesWritten;
      at += bytesWritten;
    }
  }
}
