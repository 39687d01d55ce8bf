// Salvage: what of a damaged recording can still be proved whole, and how pieces from its middle are kept.

import { createHash, randomBytes } from 'node:crypto';
import { branded, type EpochMs, type GapId, type RecordingId, type Sha256 } from '../../core/brand.ts';
import type { JournalEntry, JournalHeader } from '../../core/footage/journal.ts';
import { recordingKeyContext } from '../../core/footage/recording.ts';
import type { Keys } from '../../core/ports/keys.ts';
import { decryptFragment, fragmentKeyBytes } from './fragment-cipher.ts';
import type { Journaled } from './inspect.ts';
import { createSpoolRecording, gapStartAfter } from './recording.ts';
import { recordingKey } from './store.ts';

/** Consecutive fragments that are whole; never empty. */
export interface Run {
  readonly entries: readonly [JournalEntry, ...JournalEntry[]];
  readonly sizeBytes: number;
  /** Hash of all of them. */
  readonly sha256: Sha256;
}

/** Reads the bytes at `offset`; fewer where there are no more. */
export type ReadBytes = (offset: number, sizeBytes: number) => Promise<Uint8Array>;

/** The runs of fragments whose bytes are there and have their hash. */
export async function wholeRuns(read: ReadBytes, entries: readonly JournalEntry[]): Promise<readonly Run[]> {
  const runs: Run[] = [];
  let open: [JournalEntry, ...JournalEntry[]] | null = null;
  let hash = createHash('sha256');
  const close = () => {
    if (open === null) return;
    const sizeBytes = open.reduce((total, entry) => total + entry.sizeBytes, 0);
    runs.push({ entries: open, sizeBytes, sha256: branded<Sha256>(hash.digest('hex')) });
    open = null;
    hash = createHash('sha256');
  };
  for (const entry of entries) {
    const bytes = await read(entry.offsetBytes, entry.sizeBytes);
    if (createHash('sha256').update(bytes).digest('hex') !== entry.sha256) {
      close();
      continue;
    }
    if (open !== null && open.at(-1)?.index !== entry.index - 1) close();
    hash.update(bytes);
    if (open === null) open = [entry];
    else open.push(entry);
  }
  close();
  return runs;
}

/**
 * Writes a run from the middle of a recording into the spool as a recording of its own, with a gap before it for what
 * was damaged. The id is made from the old one, so that doing it again after a crash makes no second one.
 */
export async function salvageRun(
  keys: Keys,
  folder: string,
  { header, previous, run, read }: { header: JournalHeader; previous: Run | null; run: Run; read: ReadBytes },
): Promise<Journaled> {
  const [first] = run.entries;
  const { organizationId } = header;
  const id = derivedId<RecordingId>(header.id, `recording/${first.index}`);
  const startTicks = header.startTicks + first.offsetTicks;
  const startAt = timeAt(header, first.offsetTicks);
  const missingFrom = previous === null ? header.startAt : gapStartAfterRun(header, previous);
  const { siteId, cameraId } = header;
  const gap = {
    ...{ id: derivedId<GapId>(header.id, `gap/${first.index}`), organizationId, siteId, cameraId },
    ...{ startAt: missingFrom, endAt: startAt, cause: 'footage-damaged' as const },
  };
  const oldKey = await keys.unwrap(header.wrappedKey, recordingKeyContext(header));
  const key = randomBytes(fragmentKeyBytes);
  const salvaged: JournalHeader = {
    ...header,
    ...{ id, startAt, startTicks, blobKey: recordingKey({ ...header, id }, startAt) },
    wrappedKey: await keys.wrap(key, recordingKeyContext({ organizationId, id })),
    gaps: [...(previous === null ? header.gaps : []), ...(startAt > missingFrom ? [gap] : [])],
  };
  const recording = await createSpoolRecording(folder, salvaged, key);
  try {
    for (const entry of run.entries) {
      const plain = decryptFragment(oldKey, entry.index, await read(entry.offsetBytes, entry.sizeBytes));
      await recording.append(plain, entry);
    }
    await recording.finish();
  } finally {
    await recording.close();
  }
  const entries = run.entries.map((entry, index) => ({
    ...{ ...entry, ...recording.fragments[index], index },
    offsetBytes: entry.offsetBytes - first.offsetBytes,
    offsetTicks: entry.offsetTicks - first.offsetTicks,
  }));
  return { header: salvaged, entries };
}

function gapStartAfterRun(header: JournalHeader, { entries }: Run): EpochMs {
  const [first] = entries;
  const startAt = timeAt(header, first.offsetTicks);
  const startTicks = header.startTicks + first.offsetTicks;
  const durationTicks = entries.reduce((total, entry) => total + entry.durationTicks, 0);
  return gapStartAfter({ startAt, startTicks, init: header.init }, durationTicks);
}

function timeAt({ startTicks, init }: JournalHeader, offsetTicks: number): EpochMs {
  return branded<EpochMs>(Math.round(((startTicks + offsetTicks) * 1000) / init.timescale));
}

/** A UUID (version 7, the time of `id`) that is the same for the same `name`. */
function derivedId<B extends RecordingId | GapId>(id: RecordingId, name: string): B {
  const hex = createHash('sha256').update(`${id}/${name}`).digest('hex');
  const text = `${id.slice(0, 14)}7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
  return branded<RecordingId | GapId>(text) as B;
}
