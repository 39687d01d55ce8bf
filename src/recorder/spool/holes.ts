// Holes: what neither footage nor a gap tells of, where a recording of the spool should have been (invariant I3).

import { branded } from '../../core/brand.ts';
import { uncovered } from '../../core/footage/gaps.ts';
import type { JournalEntry, JournalHeader } from '../../core/footage/journal.ts';
import { type GapCause, maxRecordingMs } from '../../core/footage/recording.ts';
import type { Span, Tables } from '../../core/ports/records.ts';
import { gapStartAfter, gapStartAfterStored } from './recording.ts';
import { gapRow, type StoreDeps, storedEnd } from './store.ts';

/** The span of the time line that a recording with its journal speaks for: its footage, and the gaps before it. */
export function claimOf(header: JournalHeader, entries: readonly JournalEntry[]): Span {
  const last = entries.at(-1);
  const durationTicks = last === undefined ? 0 : last.offsetTicks + last.durationTicks;
  const starts = [header, ...header.gaps].map(({ startAt }) => startAt);
  return { startAt: branded(Math.min(...starts)), endAt: gapStartAfter(header, durationTicks) };
}

export interface HoleFacts {
  /** Of the recording that was stored, in part perhaps, or could not be. */
  readonly claim: Span;
  readonly cause: GapCause;
  /** What of the camera waits in the spool and will tell of itself. */
  readonly waiting: readonly Span[];
}

/**
 * Inserts gaps for what of `claim` was not stored, and for what lies between it and whatever comes next: a journal
 * that was torn claims less than the recorder knew. Beyond the camera's newest footage nothing is told, because the
 * next recording does that. Doing it again changes nothing. Errors: those of the records.
 */
export async function tellHoles(
  { records, clock, onGap }: Pick<StoreDeps, 'records' | 'clock' | 'onGap'>,
  header: JournalHeader,
  { claim, cause, waiting }: HoleFacts,
): Promise<void> {
  const { organizationId, siteId, cameraId } = header;
  const holes = await records.transaction(async (tx) => {
    const newestEndAt = await storedEnd(tx, cameraId);
    if (newestEndAt === null || newestEndAt <= claim.startAt) return [];
    const latestEndAt = branded<Span['endAt']>(Math.max(claim.endAt, header.startAt + maxRecordingMs));
    // From a little before it: a recording that touches is shown up to a millisecond longer than its row says.
    const reach: Span = { startAt: branded(claim.startAt - 2), endAt: latestEndAt };
    const told = [
      ...waiting,
      ...(await footageIn(tx, header, reach)),
      ...(await tx.gaps.list(cameraId, reach)),
    ];
    const next = told.map(({ startAt }) => startAt).filter((at) => at >= claim.endAt && at < latestEndAt);
    const endAt = Math.min(newestEndAt, next.length === 0 ? claim.endAt : Math.min(...next));
    if (endAt <= claim.startAt) return [];
    const found = uncovered({ startAt: claim.startAt, endAt: branded(endAt) }, told);
    for (const hole of found) {
      await tx.gaps.insert(gapRow(clock, { organizationId, siteId, cameraId }, { ...hole, cause }));
    }
    return found;
  });
  for (const hole of holes) onGap?.({ ...hole, cause });
}

async function footageIn(tx: Tables, { cameraId }: JournalHeader, reach: Span): Promise<Span[]> {
  const spans: Span[] = [];
  for (const recording of await tx.recordings.list(cameraId, reach)) {
    const init = await tx.initSegments.find(recording.initSha256);
    const endAt = init === null ? recording.endAt : gapStartAfterStored(recording, init.timescale);
    spans.push({ startAt: recording.startAt, endAt });
  }
  return spans;
}
