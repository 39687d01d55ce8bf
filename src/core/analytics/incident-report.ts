// The report of incidents: false alarms by camera and week, what became of all, and how fast people were.

import type { CameraId, EpochMs, MemberId, OrganizationId, SiteId } from '../brand.ts';
import type { AnalyticsRecords } from '../ports/records-analytics.ts';
import type { Site } from '../site/site.ts';
import { added, counted, noOutcomes, type Outcomes, type Waits, waitFigures } from './figures.ts';
import { isoWeeks } from './weeks.ts';

/** Longest report, in weeks: a year, and the week it began in. */
export const maxReportWeeks = 53;

export interface CameraReport {
  readonly cameraId: CameraId;
  readonly siteId: SiteId;
  /** One a week, in the order of the weeks. */
  readonly weeks: readonly Outcomes[];
}

export interface IncidentReport {
  /** Names of the weeks, oldest first. A week is that of each site's own time zone. */
  readonly weeks: readonly string[];
  /** When the first week began and the last one ends, wherever that is earliest and latest. */
  readonly startAt: EpochMs;
  readonly endAt: EpochMs;
  readonly outcomes: readonly Outcomes[];
  readonly cameras: readonly CameraReport[];
  readonly response: {
    readonly all: Waits;
    readonly weeks: readonly Waits[];
    readonly people: readonly (Waits & { readonly memberId: MemberId })[];
  };
}

/**
 * The report of `sites` over the `weeks` that end with the one `until` lies in. A week of each time zone is read by
 * itself: no reading holds up others for long, however many incidents there are.
 */
export async function incidentReport(
  { records }: { records: { readonly analytics: AnalyticsRecords } },
  sites: readonly Pick<Site, 'id' | 'timeZone'>[],
  { organizationId, until, weeks: count }: { organizationId: OrganizationId; until: EpochMs; weeks: number },
): Promise<IncidentReport> {
  const cameras = new Map<CameraId, CameraReport>();
  const outcomes = Array.from({ length: count }, () => noOutcomes);
  const waits: number[][] = Array.from({ length: count }, () => []);
  const people = new Map<MemberId, number[]>();
  const names = isoWeeks('UTC', until, count).map(({ name }) => name);
  const spans: { startAt: EpochMs; endAt: EpochMs }[] = [];

  for (const [zone, there] of Map.groupBy(sites, ({ timeZone }) => timeZone)) {
    const siteIds = there.map(({ id }) => id);
    for (const [week, span] of isoWeeks(zone, until, count).entries()) {
      const of = { organizationId, siteIds, span };
      spans.push(span);
      for (const { resolution, count: more } of await records.analytics.outcomesBySite(of)) {
        outcomes[week] = counted(outcomes[week] ?? noOutcomes, resolution, more);
      }
      for (const { cameraId, siteId, resolution, count: more } of await records.analytics.outcomesByCamera(
        of,
      )) {
        const known = cameras.get(cameraId)?.weeks ?? Array.from({ length: count }, () => noOutcomes);
        const now = counted(known[week] ?? noOutcomes, resolution, more);
        cameras.set(cameraId, { cameraId, siteId, weeks: known.with(week, now) });
      }
      for (const { memberId, waitMs } of await records.analytics.reactions(of)) {
        waits[week]?.push(waitMs);
        const own = people.get(memberId);
        if (own === undefined) people.set(memberId, [waitMs]);
        else own.push(waitMs);
      }
    }
  }
  return {
    weeks: names,
    startAt: spans.reduce((first, span) => (span.startAt < first ? span.startAt : first), until),
    endAt: spans.reduce((last, span) => (span.endAt > last ? span.endAt : last), until),
    outcomes,
    cameras: [...cameras.values()],
    response: {
      all: waitFigures(waits.flat()),
      weeks: waits.map(waitFigures),
      people: [...people].map(([memberId, own]) => ({ memberId, ...waitFigures(own) })),
    },
  };
}

/** All weeks of a camera together. */
export function total({ weeks }: Pick<CameraReport, 'weeks'>): Outcomes {
  return weeks.reduce(added, noOutcomes);
}
