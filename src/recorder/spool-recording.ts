// An open recording in the spool folder: a file of encrypted fragments, and a journal beside it.

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { branded, type EpochMs, type RecordingId, type Sha256 } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import { type JournalHeader, journalEntryLine, journalHeaderLine } from '../core/footage/journal.ts';
import type { Fragment } from '../core/footage/recording.ts';
import { diskError, syncFolder } from './disk.ts';
import { encryptFragment } from './fragment-cipher.ts';
import { giveBack } from './give-back.ts';

export interface FinishedRecording {
  readonly header: JournalHeader;
  readonly fragments: readonly Fragment[];
  readonly sizeBytes: number;
  readonly sha256: Sha256;
}

export interface SpoolRecording {
  readonly header: JournalHeader;
  /** The file of the encrypted fragments. */
  readonly dataFile: string;
  readonly fragments: readonly Fragment[];
  readonly sizeBytes: number;
  readonly endTicks: number;
  /**
   * Encrypts and appends a fragment; afterwards it can be read. `plain` is not looked at after the call returned its
   * promise, so its memory may be used again at once. After an error nothing has changed, and it may be
   * tried again. Errors: `data-full`, `data-read-only`, `data-damaged`.
   */
  append(plain: Uint8Array, about: { durationTicks: number; frameCount: number }): Promise<void>;
  /** Makes durable what was appended; nothing to do where it is. */
  flush(): Promise<void>;
  /** Stored bytes of fragment `index`, also while and after the file is moved. Errors: `not-found`. */
  read(index: number): Promise<Uint8Array>;
  /** Ends the recording and makes it durable. May be called again after an error. */
  finish(): Promise<FinishedRecording>;
  /** Frees the file; reading ends. */
  close(): Promise<void>;
}

export function dataPath(folder: string, id: RecordingId): string {
  return join(folder, `${id}.data`);
}

export function journalPath(folder: string, id: RecordingId): string {
  return join(folder, `${id}.journal`);
}

/** Where a recording that began at `header.startAt` ends after its first `fragments`. */
export function endOf(header: JournalHeader, fragments: readonly Fragment[]): EpochMs {
  const ticks = fragments.reduce((total, fragment) => total + fragment.durationTicks, header.startTicks);
  return branded<EpochMs>(Math.round((ticks * 1000) / header.init.timescale));
}

/**
 * Begins a recording: the journal first, so that there is never a file of fragments that nobody can read.
 * Errors: as `append`.
 */
export async function createSpoolRecording(
  folder: string,
  header: JournalHeader,
  key: Uint8Array,
): Promise<SpoolRecording> {
  const fresh = constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC;
  let journal: FileHandle | null = null;
  try {
    const line = journalHeaderLine(header);
    journal = await open(journalPath(folder, header.id), fresh, 0o600);
    await writeAll(journal, [line], 0);
    const data = await open(dataPath(folder, header.id), fresh, 0o600);
    return spoolRecording({ folder, header, key, data, journal, journalBytes: line.length });
  } catch (error) {
    await journal?.close().catch(() => {});
    // Nothing was recorded: a disk that is full must not fill with what is left of attempts.
    await forgetSpooled(folder, header.id).catch(() => {});
    throw diskError(error);
  }
}

/** Removes what the spool has of a recording. The data first: a journal alone is harmless. */
export async function forgetSpooled(folder: string, id: RecordingId): Promise<void> {
  await rm(dataPath(folder, id), { force: true });
  await rm(journalPath(folder, id), { force: true });
}

interface Files {
  readonly folder: string;
  readonly header: JournalHeader;
  readonly key: Uint8Array;
  readonly data: FileHandle;
  readonly journal: FileHandle;
  readonly journalBytes: number;
}

function spoolRecording(files: Files): SpoolRecording {
  const { folder, header, key, data, journal } = files;
  const whole = createHash('sha256');
  const fragments: Fragment[] = [];
  const offsets: number[] = [];
  let sizeBytes = 0;
  let journalBytes = files.journalBytes;
  let endTicks = header.startTicks;
  let flushedFragments = -1;
  let flushing: Promise<void> = Promise.resolve();
  let finished: FinishedRecording | null = null;

  async function append(plain: Uint8Array, about: { durationTicks: number; frameCount: number }) {
    const index = fragments.length;
    const pieces = encryptFragment(key, index, plain);
    const hash = createHash('sha256');
    for (const piece of pieces) hash.update(piece);
    const fragment: Fragment = {
      sizeBytes: pieces[0].length + pieces[1].length,
      durationTicks: about.durationTicks,
      frameCount: about.frameCount,
      sha256: branded<Sha256>(hash.digest('hex')),
    };
    const offsetTicks = endTicks - header.startTicks;
    const line = journalEntryLine({ ...fragment, index, offsetBytes: sizeBytes, offsetTicks });
    try {
      await writeAll(data, pieces, sizeBytes);
      await writeAll(journal, [line], journalBytes);
    } catch (error) {
      throw diskError(error);
    }
    for (const piece of pieces) whole.update(piece);
    giveBack(pieces[0]);
    offsets.push(sizeBytes);
    sizeBytes += fragment.sizeBytes;
    journalBytes += line.length;
    endTicks += fragment.durationTicks;
    fragments.push(fragment);
  }

  async function sync(): Promise<void> {
    const count = fragments.length;
    if (count === flushedFragments) return;
    try {
      await data.datasync();
      await journal.datasync();
      if (flushedFragments < 0) await syncFolder(folder);
    } catch (error) {
      throw diskError(error);
    }
    flushedFragments = count;
  }

  /** One at a time: a second caller would only wait for the same disk. */
  function flush(): Promise<void> {
    const next = flushing.then(sync);
    flushing = next.catch(() => {});
    return next;
  }

  async function finish(): Promise<FinishedRecording> {
    if (finished !== null) return finished;
    try {
      // An append that failed halfway may have left bytes behind the last fragment.
      await data.truncate(sizeBytes);
      await journal.truncate(journalBytes);
    } catch (error) {
      throw diskError(error);
    }
    flushedFragments = -1;
    await flush();
    await journal.close();
    finished = { header, fragments, sizeBytes, sha256: branded<Sha256>(whole.digest('hex')) };
    return finished;
  }

  return {
    header,
    dataFile: dataPath(folder, header.id),
    fragments,
    get sizeBytes() {
      return sizeBytes;
    },
    get endTicks() {
      return endTicks;
    },
    append,
    flush: () => (finished === null ? flush() : Promise.resolve()),
    async read(index) {
      const offset = offsets[index];
      const fragment = fragments[index];
      if (offset === undefined || fragment === undefined) throw new VedetteError('not-found');
      const bytes = Buffer.allocUnsafe(fragment.sizeBytes);
      const { bytesRead } = await data.read(bytes, 0, bytes.length, offset);
      if (bytesRead !== bytes.length) throw new VedetteError('footage-damaged');
      return bytes;
    },
    finish,
    async close() {
      await flushing;
      await data.close();
      if (finished === null) await journal.close();
    },
  };
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
