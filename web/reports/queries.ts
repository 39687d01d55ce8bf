// Reports, as the pages read them.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { paths } from '../../src/http/contract/paths.ts';
import { IncidentReport } from '../../src/http/contract/reports.ts';
import { request } from '../app/api.ts';
import { keys } from '../app/query-keys.ts';
import { type ReportSearch, usualLength } from './search.ts';

/** A week of incidents is counted anew each time: it need not be newer than this, in ms. */
const staleMs = 60_000;

export function reportQuery(search: ReportSearch) {
  const query = reportParameters(search);
  return queryOptions({
    queryKey: keys.report(query),
    queryFn: ({ signal }) => request(IncidentReport, `${paths.incidentReport}?${query}`, { signal }),
    staleTime: staleMs,
    // Another period is drawn over the one before: nothing jumps.
    placeholderData: keepPreviousData,
  });
}

export function csvAddress(search: ReportSearch): string {
  return `${paths.incidentReportCsv}?${reportParameters(search)}`;
}

function reportParameters({ siteId, weeks = usualLength, until }: ReportSearch): string {
  const query = new URLSearchParams({ weeks: String(weeks) });
  if (siteId !== undefined) query.set('siteId', siteId);
  if (until !== undefined) query.set('until', String(until));
  return query.toString();
}
