// Which incidents are news: opened since the page was loaded, and not announced yet.

/** An incident older than this is found by looking, not announced, in ms: a page that slept wakes to the banner. */
const newsMs = 5 * 60_000;

/** The incidents to announce, given the ids that were known before; null before anything was known. */
export function newsOf<I extends { id: string; state: string; openedAt: number }>(
  known: ReadonlySet<string> | null,
  incidents: readonly I[],
  now: number,
): I[] {
  if (known === null) return [];
  return incidents.filter((one) => one.state === 'open' && !known.has(one.id) && now - one.openedAt < newsMs);
}
