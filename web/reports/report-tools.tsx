// What a report is about: how long, until when, which site.

import type { IncidentReport } from '../../src/http/contract/reports.ts';
import type { Site } from '../../src/http/contract/sites.ts';
import { serverNow } from '../app/server-clock.ts';
import { IconButton } from '../ui/button.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { type ReportLength, type ReportSearch, reportLengths, shifted, usualLength } from './search.ts';

const lengthWords = {
  4: '4 weeks',
  12: '12 weeks',
  26: 'Half a year',
  52: 'A year',
} as const satisfies Record<ReportLength, string>;

interface ReportToolsProps {
  readonly search: ReportSearch;
  readonly sites: readonly Site[];
  readonly report: IncidentReport | undefined;
  readonly onSearch: (search: ReportSearch) => void;
}

export function ReportTools({ search, sites, report, onSearch }: ReportToolsProps) {
  const now = serverNow();
  const earlier = shifted(search, -1, now);
  const later = shifted(search, 1, now);
  return (
    <div className="report-tools">
      <Segmented
        legend="How long"
        small
        value={String(search.weeks ?? usualLength)}
        options={reportLengths.map((weeks) => ({ value: String(weeks), label: lengthWords[weeks] }))}
        onChange={(value) => {
          const weeks = reportLengths.find((one) => String(one) === value);
          onSearch({ ...search, weeks: weeks === usualLength ? undefined : weeks });
        }}
      />
      <div className="report-period">
        <IconButton
          icon="back"
          label="Earlier"
          size="small"
          look="plain"
          disabled={earlier === null}
          onClick={() => earlier !== null && onSearch(earlier)}
        />
        <span className="numbers small" role="status">
          {report === undefined ? '…' : periodWords(report)}
        </span>
        <IconButton
          icon="next"
          label="Later"
          size="small"
          look="plain"
          disabled={later === null}
          onClick={() => later !== null && onSearch(later)}
        />
      </div>
      <select
        className="input report-site"
        aria-label="Site"
        value={search.siteId ?? ''}
        onChange={({ target: { value } }) =>
          onSearch({ ...search, siteId: value === '' ? undefined : value })
        }
      >
        <option value="">All sites</option>
        {sites.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

const dates = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const halfDayMs = 43_200_000;

/** "31 Aug 2026 – 22 Nov 2026". A week begins at midnight somewhere: half a day inwards it is that day everywhere. */
function periodWords({ startAt, endAt }: IncidentReport): string {
  return `${dates.format(startAt + halfDayMs)} – ${dates.format(endAt - halfDayMs)}`;
}
