// An open recording in the spool folder: fragments are encrypted, hashed, and appended with a line in the journal.

import { createHash } from 'node:crypto';
import { branded, type EpochMs, type Sha256 } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import { type JournalHeader, journalEntryLine, journalHeaderLine } from '../../core/footage/journal.ts';
import type { Fragment, Recording } from '../../core/footage/recording.ts';
import { createSpoolFiles, dataPath, type SpoolFiles } from './files.ts';
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
  /** Makes durable what was appended; nothing to do where it is. Errors: as `append`; it is suspect then. */
  flush(): Promise<void>;
  /** A flush failed: it has to end here, and finishing it writes it anew. */
  readonly isSuspect: boolean;
  /** Stored bytes of fragment `index`, also while and after the file is moved. Errors: `not-found`. */
  read(index: number): Promise<Uint8Array>;
  /**
   * Ends the recording and makes it durable. May be called again after an error. Errors: as `append`;
   * `footage-damaged` where it is suspect and its bytes are no longer there.
   */
  finish(): Promise<FinishedRecording>;
  /** Frees the file; reading ends. */
  close(): Promise<void>;
}

/** Where a recording that began at `header.startAt` ends after its first `fragments`. */
export function endOf(header: JournalHeader, fragments: readonly Fragment[]): EpochMs {
  const ticks = fragments.reduce((total, fragment) => total + fragment.durationTicks, header.startTicks);
  return branded<EpochMs>(Math.round((ticks * 1000) / header.init.timescale));
}

/**
 * Where a gap behind the first `durationTicks` of a recording begins: at its end, and at the first whole millisecond
 * after its last picture. The two differ by rounding: fragments are placed from `startAt` on, which is rounded too.
 */
export function gapStartAfter(
  { startAt, startTicks, init }: Pick<JournalHeader, 'startAt' | 'startTicks' | 'init'>,
  durationTicks: number,
): EpochMs {
  const endAt = branded<EpochMs>(Math.round(((startTicks + durationTicks) * 1000) / init.timescale));
  return later(endAt, startAt + (durationTicks * 1000) / init.timescale);
}

/** The same for a recording of the records. */
export function gapStartAfterStored({ startAt, endAt, fragments }: Recording, timescale: number): EpochMs {
  const durationTicks = fragments.reduce((total, fragment) => total + fragment.durationTicks, 0);
  return later(endAt, startAt + (durationTicks * 1000) / timescale);
}

function later(endAt: EpochMs, shownUntilMs: number): EpochMs {
  return branded<EpochMs>(Math.max(endAt, Math.ceil(shownUntilMs)));
}

/** Begins a recording. Errors: as `append`. */
export async function createSpoolRecording(
  folder: string,
  header: JournalHeader,
  key: Uint8Array,
): Promise<SpoolRecording> {
  const files = await createSpoolFiles(folder, header.id, journalHeaderLine(header));
  return spoolRecording(dataPath(folder, header.id), header, key, files);
}

function spoolRecording(
  dataFile: string,
  header: JournalHeader,
  key: Uint8Array,
  files: SpoolFiles,
): SpoolRecording {
  const whole = createHash('sha256');
  const fragments: Fragment[] = [];
  const offsets: number[] = [];
  let endTicks = header.startTicks;
  let finished: FinishedRecording | null = null;

  function lines(): Uint8Array[] {
    let offsetTicks = 0;
    return [
      journalHeaderLine(header),
      ...fragments.map((fragment, index) => {
        const line = journalEntryLine({ ...fragment, index, offsetBytes: offsets[index] ?? 0, offsetTicks });
        offsetTicks += fragment.durationTicks;
        return line;
      }),
    ];
  }

  /** What can be read of the fragments, as long as it is what was written. */
  async function* proven(): AsyncGenerator<Uint8Array> {
    for (const [index, { sizeBytes, sha256 }] of fragments.entries()) {
      const bytes = await files.read(offsets[index] ?? 0, sizeBytes);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256)
        throw new VedetteError('footage-damaged');
      yield bytes;
    }
  }

  return {
    ...{ header, dataFile, fragments },
    get sizeBytes() {
      return files.sizeBytes;
    },
    get endTicks() {
      return endTicks;
    },
    async append(plain, about) {
      const index = fragments.length;
      const pieces = encryptFragment(key, index, plain);
      const fragment = fragmentOf(pieces, about);
      const offsetBytes = files.sizeBytes;
      const offsetTicks = endTicks - header.startTicks;
      await files.append(pieces, journalEntryLine({ ...fragment, index, offsetBytes, offsetTicks }));
      for (const piece of pieces) whole.update(piece);
      giveBack(pieces[0]);
      offsets.push(offsetBytes);
      endTicks += fragment.durationTicks;
      fragments.push(fragment);
    },
    flush: files.flush,
    get isSuspect() {
      return files.isSuspect;
    },
    async read(index) {
      const offset = offsets[index];
      const fragment = fragments[index];
      if (offset === undefined || fragment === undefined) throw new VedetteError('not-found');
      return files.read(offset, fragment.sizeBytes);
    },
    async finish() {
      if (finished !== null) return finished;
      if (files.isSuspect) await files.renew({ fragments: proven(), lines: lines() });
      await files.finish();
      const { sizeBytes } = files;
      finished = { header, fragments, sizeBytes, sha256: branded<Sha256>(whole.digest('hex')) };
      return finished;
    },
    close: files.close,
  };
}

function fragmentOf(
  pieces: readonly [Uint8Array, Uint8Array],
  { durationTicks, frameCount }: { durationTicks: number; frameCount: number },
): Fragment {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const sizeBytes = pieces[0].length + pieces[1].length;
  return { sizeBytes, durationTicks, frameCount, sha256: branded<Sha256>(hash.digest('hex')) };
}
