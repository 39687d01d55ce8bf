// Reports, as JSON for the pages and as CSV for spreadsheets.

import type { z } from 'zod';
import { falseAlarmRate } from '../../core/analytics/figures.ts';
import { incidentReport, total } from '../../core/analytics/incident-report.ts';
import { branded, type EpochMs, type SiteId } from '../../core/brand.ts';
import { type Caller, ownedSite, reaches } from '../../core/organization/access.ts';
import { paths } from '../contract/paths.ts';
import { IncidentReport, ReportQuery } from '../contract/reports.ts';
import { csv } from '../csv.ts';
import type { HttpDeps } from '../dependencies.ts';
import { bare, memberRoute, type Route } from '../route.ts';

const tag = 'reports';

/** Reports of incidents. */
export function reportRoutes(deps: HttpDeps): readonly Route[] {
  return [
    memberRoute(
      'view',
      {
        ...bare,
        query: ReportQuery,
        method: 'get',
        path: paths.incidentReport,
        summary: 'False alarms by camera and week, outcomes, and how fast people were.',
        tag,
        answer: { status: 200, description: 'The report.', schema: IncidentReport },
      },
      async ({ caller, query }) => ({ json: await wireReport(deps, caller, query) }),
    ),
    memberRoute(
      'view',
      {
        ...bare,
        query: ReportQuery,
        method: 'get',
        path: paths.incidentReportCsv,
        summary: 'The same as CSV: a line a camera and week.',
        tag,
        answer: { status: 200, description: 'CSV (RFC 4180).', mediaType: 'text/csv' },
      },
      async ({ caller, query }) => {
        const text = csv(heads, linesOf(await wireReport(deps, caller, query)));
        return new Response(text, {
          headers: {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': 'attachment; filename="incidents-by-camera-and-week.csv"',
            'cache-control': 'private, no-store',
          },
        });
      },
    ),
  ];
}

async function wireReport(
  { records, clock }: HttpDeps,
  caller: Caller,
  { siteId, weeks, until }: z.output<typeof ReportQuery>,
): Promise<IncidentReport> {
  const { organizationId } = caller;
  const all = (await records.sites.list(organizationId)).filter(({ id }) => reaches(caller, id));
  const sites =
    siteId === undefined
      ? all
      : [ownedSite(all.find(({ id }) => id === branded<SiteId>(siteId)) ?? null, caller)];
  const [report, cameras, members] = await Promise.all([
    incidentReport({ records }, sites, {
      organizationId,
      weeks,
      // Nothing has happened in weeks to come, and the last ones of the calendar have no end.
      until: branded<EpochMs>(Math.min(until ?? clock.now(), clock.now())),
    }),
    records.cameras.places(organizationId),
    records.members.list(organizationId),
  ]);
  const cameraNames = new Map(cameras.map(({ id, name }) => [id, name]));
  const siteNames = new Map(sites.map(({ id, name }) => [id, name]));
  const memberNames = new Map(members.map(({ id, name }) => [id, name]));
  return {
    weeks: [...report.weeks],
    startAt: report.startAt,
    endAt: report.endAt,
    outcomes: [...report.outcomes],
    cameras: report.cameras.map((camera) => ({
      id: camera.cameraId,
      name: cameraNames.get(camera.cameraId) ?? 'Removed camera',
      siteId: camera.siteId,
      siteName: siteNames.get(camera.siteId) ?? 'Removed site',
      rate: falseAlarmRate(total(camera)),
      weeks: camera.weeks.map((week) => ({ ...week, rate: falseAlarmRate(week) })),
    })),
    response: {
      all: report.response.all,
      weeks: [...report.response.weeks],
      people: report.response.people.map(({ memberId, ...waits }) => ({
        id: memberId,
        name: memberNames.get(memberId) ?? 'Removed person',
        ...waits,
      })),
    },
  };
}

const heads = [
  'week',
  'site',
  'camera',
  'intrusions',
  'false alarms',
  'tests',
  'unresolved',
  'false alarm rate',
];

function linesOf({ weeks, cameras }: IncidentReport): readonly (readonly (string | number | null)[])[] {
  return weeks.flatMap((week, index) =>
    cameras.map(({ name, siteName, weeks: own }) => {
      const one = own[index];
      const counts = [one?.intrusions ?? 0, one?.falseAlarms ?? 0, one?.tests ?? 0, one?.unresolved ?? 0];
      return [week, siteName, name, ...counts, one?.rate ?? null];
    }),
  );
}
