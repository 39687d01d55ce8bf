// Retention: how long footage is kept, when room must be made, and how a deletion is explained.

import { branded, type EpochMs } from '../brand.ts';
import type { Span } from '../ports/records.ts';
import { type Recording, type RetentionClass, retentionClasses } from './recording.ts';

/** Days each class of footage is kept after it was taken. What is on hold is kept whatever its age. */
export interface Retention {
  readonly idleDays: number;
  readonly activityDays: number;
  readonly incidentDays: number;
}

export const defaultRetention: Retention = { idleDays: 1, activityDays: 7, incidentDays: 30 };

/** How much disk footage may take. */
export interface DiskLimits {
  /** Most bytes of footage; null: as many as fit. */
  readonly quotaBytes: number | null;
  /** Bytes of the disk that are left to others, and to what is written between two sweeps. */
  readonly reserveBytes: number;
}

export interface DiskUse {
  /** Bytes of all recordings. */
  readonly totalBytes: number;
  /** Bytes that can still be stored; null where there is no limit. */
  readonly freeBytes: number | null;
}

/** Why a recording was destroyed. */
export type DeletionReason = 'expired' | 'quota' | 'disk-full' | 'disk-full-of-evidence';

const dayMs = 86_400_000;

/** Days footage of a class is kept. */
export function retentionDays(retention: Retention, retentionClass: RetentionClass): number {
  return retention[`${retentionClass}Days`];
}

/**
 * Footage of this class that ended before the answer has expired at `now`. The time of `jumps` (newest first) did
 * not pass: the clock was set forward over it, and nothing grows older by that.
 */
export function expiredBefore(
  retention: Retention,
  retentionClass: RetentionClass,
  now: EpochMs,
  jumps: readonly Span[] = [],
): EpochMs {
  return passedBefore(now, retentionDays(retention, retentionClass) * dayMs, jumps);
}

/** The moment from which `ms` have passed until `now`, the time of `jumps` not counted. */
function passedBefore(now: EpochMs, ms: number, jumps: readonly Span[]): EpochMs {
  let from: number = now;
  let leftMs = ms;
  for (const { startAt, endAt } of jumps.toSorted((a, b) => b.endAt - a.endAt)) {
    if (endAt > from) continue;
    if (from - endAt >= leftMs) break;
    leftMs -= from - endAt;
    from = startAt;
  }
  return branded<EpochMs>(from - leftMs);
}

/** The longest any footage is kept that nothing holds: what belongs to footage is kept as long. */
export function longestClass(retention: Retention): RetentionClass {
  return retentionClasses.reduce((longest, each) =>
    retentionDays(retention, each) >= retentionDays(retention, longest) ? each : longest,
  );
}

/** From when on a recording may be destroyed, as long as nothing holds it. */
export function expiresAt(
  retention: Retention,
  recording: Pick<Recording, 'endAt' | 'retentionClass'>,
): EpochMs {
  return branded<EpochMs>(recording.endAt + retentionDays(retention, recording.retentionClass) * dayMs);
}

/** Images have no class of their own: they are kept as long as what an incident shows. */
export function imagesExpiredBefore(
  retention: Retention,
  now: EpochMs,
  jumps: readonly Span[] = [],
): EpochMs {
  return expiredBefore(retention, 'incident', now, jumps);
}

/** Days that pushed images are kept after they were taken, unless something holds them. */
export const defaultPushedDays = 7;

/** Pushed images taken before the answer have expired at `now`. */
export function pushedExpiredBefore(days: number, now: EpochMs, jumps: readonly Span[] = []): EpochMs {
  return passedBefore(now, days * dayMs, jumps);
}

/** Bytes of footage to overwrite now, and the limit that asks for it. */
export function bytesToFree(
  { totalBytes, freeBytes }: DiskUse,
  { quotaBytes, reserveBytes }: DiskLimits,
): { bytes: number; reason: 'quota' | 'disk-full' } {
  const overQuota = quotaBytes === null ? 0 : totalBytes - quotaBytes;
  const underReserve = freeBytes === null ? 0 : reserveBytes - freeBytes;
  const reason = underReserve > overQuota ? 'disk-full' : 'quota';
  return { bytes: Math.max(0, overQuota, underReserve), reason };
}

/** Bytes that fit before the oldest footage must be overwritten; null where nothing limits it. */
export function bytesLeft({ totalBytes, freeBytes }: DiskUse, limits: DiskLimits): number | null {
  const { quotaBytes, reserveBytes } = limits;
  const left = [
    quotaBytes === null ? Number.POSITIVE_INFINITY : quotaBytes - totalBytes,
    freeBytes === null ? Number.POSITIVE_INFINITY : freeBytes - reserveBytes,
  ];
  const least = Math.min(...left);
  return least === Number.POSITIVE_INFINITY ? null : Math.max(0, least);
}

/**
 * Milliseconds until `leftBytes` are used up at the rate at which footage grew by `grownBytes` in `overMs`
 * (expired footage taken off); null where it does not grow.
 */
export function forecastMs(leftBytes: number, grownBytes: number, overMs: number): number | null {
  if (grownBytes <= 0 || overMs <= 0) return null;
  return (leftBytes / grownBytes) * overMs;
}

/** Why a recording is gone, in a sentence for a person. */
export function explainDeletion(
  recording: Pick<Recording, 'startAt' | 'endAt' | 'retentionClass'>,
  reason: DeletionReason,
  retention: Retention,
): string {
  const span = `Footage from ${isoTime(recording.startAt)} to ${isoTime(recording.endAt)}`;
  const days = retentionDays(retention, recording.retentionClass);
  switch (reason) {
    case 'expired':
      return `${span} was deleted because ${kinds[recording.retentionClass]} is kept for ${countOf(days, 'day')}.`;
    case 'quota':
      return `${span} was overwritten because all footage together may take no more room; it was the oldest not on hold.`;
    case 'disk-full':
      return `${span} was overwritten because the disk is nearly full; it was the oldest not on hold.`;
    case 'disk-full-of-evidence':
      return `${span} was overwritten because the disk is full of evidence; it was the oldest of resolved incidents.`;
  }
}

const kinds: Readonly<Record<RetentionClass, string>> = {
  idle: 'footage in which nothing happened',
  activity: 'footage with activity',
  incident: 'footage of incidents',
};

function countOf(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function isoTime(at: EpochMs): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
