// What of the reports stands in their address.

/** How far a report reaches, in weeks: a month, a quarter, half a year, a year. */
export const reportLengths = [4, 12, 26, 52] as const;
export type ReportLength = (typeof reportLengths)[number];

export const usualLength: ReportLength = 12;

export type ReportSearch = {
  siteId?: string | undefined;
  weeks?: ReportLength | undefined;
  /** A moment in the last week, in ms since the epoch; now where it is left out. */
  until?: number | undefined;
};

/** The part of an address that is about a report; anything that does not fit is undefined. */
export function reportSearch({ siteId, weeks, until }: Record<string, unknown>): ReportSearch {
  const length = reportLengths.find((one) => one === weeks);
  return {
    siteId: typeof siteId === 'string' && siteId !== '' ? siteId : undefined,
    weeks: length === usualLength ? undefined : length,
    until: typeof until === 'number' && Number.isSafeInteger(until) && until > 0 ? until : undefined,
  };
}

const weekMs = 7 * 86_400_000;

/** The same length before or after; null where that would lie ahead of now. */
export function shifted(search: ReportSearch, lengths: 1 | -1, now: number): ReportSearch | null {
  const step = lengths * (search.weeks ?? usualLength) * weekMs;
  const until = (search.until ?? now) + step;
  // Within a week of now it is the newest report again.
  if (until > now - weekMs) return search.until === undefined ? null : { ...search, until: undefined };
  return { ...search, until: Math.max(1, Math.floor(until)) };
}
