// Which footage belongs to an incident: what is held of it, and what its clip shows.

import type { EpochMs } from '../brand.ts';
import { branded } from '../brand.ts';
import type { Span } from '../ports/records.ts';
import type { Incident } from './incident.ts';

/** Footage held from before the first sight: how somebody came in is evidence too. */
export const holdBeforeMs = 180_000;
/** Footage held after the last sight: how the place was left, and who came back. */
export const holdAfterMs = 180_000;
/** What a clip shows before the first sight: enough to see somebody come into the picture. */
export const clipLeadMs = 10_000;

/** The span in which footage of a camera that saw somebody is kept from expiring. */
export function holdSpan(seen: { startAt: EpochMs; lastSeenAt: EpochMs }): Span {
  return { startAt: plus(seen.startAt, -holdBeforeMs), endAt: plus(seen.lastSeenAt, holdAfterMs) };
}

/**
 * The span of an incident's clip: from 10 s before the first sight to the end of its hold, or to `now` while
 * that end lies ahead. It grows while the incident goes on.
 */
export function clipSpan(incident: Pick<Incident, 'startAt' | 'lastSeenAt'>, now: EpochMs): Span {
  const startAt = plus(incident.startAt, -clipLeadMs);
  const endAt = Math.min(now, incident.lastSeenAt + holdAfterMs);
  return { startAt, endAt: branded<EpochMs>(Math.max(endAt, startAt)) };
}

/** `at` moved by `ms`, never before 1970. */
export function plus(at: EpochMs, ms: number): EpochMs {
  return branded<EpochMs>(Math.max(0, at + ms));
}
