// Reports: how often it was a false alarm, what became of incidents, and how fast people were.

import './reports.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { IncidentReport } from '../../src/http/contract/reports.ts';
import { sitesQuery } from '../overview/queries.ts';
import { buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { Empty } from '../ui/notice.tsx';
import { Problem } from '../ui/problem.tsx';
import { TitledSection } from '../ui/titled-section.tsx';
import { OutcomeChart, RateChart, WaitChart } from './charts.tsx';
import { incidentsIn, judgedIn, outcomeNames, percent, rateOf, totalOf } from './figures.ts';
import { HeatTable } from './heat-table.tsx';
import { PeopleWaits } from './people-waits.tsx';
import { csvAddress, reportQuery } from './queries.ts';
import { ReportTools } from './report-tools.tsx';
import type { ReportSearch } from './search.ts';
import { OutcomeFigures, WaitFigures, waitWords } from './tables.tsx';

export function ReportsPage() {
  const search = useSearch({ from: '/inside/reports' });
  const navigate = useNavigate({ from: '/reports' });
  const { data: sites } = useSuspenseQuery(sitesQuery);
  const report = useQuery(reportQuery(search));
  const onSearch = (next: ReportSearch) => void navigate({ search: next, replace: true, resetScroll: false });
  return (
    <div className="page reports-page">
      <title>Reports · Vedette</title>
      <header className="page-head">
        <h1>Reports</h1>
        <a href={csvAddress(search)} download className={buttonClass('plain')}>
          <Icon name="file" size={18} />
          Download CSV
        </a>
      </header>
      <ReportTools {...{ search, sites, onSearch }} report={report.data} />
      <Problem error={report.error} />
      {report.data === undefined && !report.isError && (
        <div className="skeleton skeleton-block" role="status" aria-label="Loading" />
      )}
      {report.data !== undefined && (
        <div className="reports-body" aria-busy={report.isPlaceholderData}>
          {report.data.outcomes.every((week) => incidentsIn(week) === 0) ? (
            <NothingReported />
          ) : (
            <Report report={report.data} />
          )}
        </div>
      )}
    </div>
  );
}

function NothingReported() {
  return (
    <div className="card">
      <Empty icon="reports" title="No incident in this time">
        <p>Choose another time or site. Incidents are counted by the week in which they began.</p>
      </Empty>
    </div>
  );
}

function Report({ report }: { report: IncidentReport }) {
  const { weeks, outcomes, response } = report;
  return (
    <>
      <Headline report={report} />
      <TitledSection
        look="section"
        title="False alarms by camera"
        lead="Which camera cries wolf, and since when. Resolved incidents count; tests do not."
      >
        {report.cameras.length === 0 ? (
          <p className="quiet small">No camera saw an incident in this time.</p>
        ) : (
          <HeatTable report={report} />
        )}
      </TitledSection>
      <div className="reports-pair">
        <TitledSection look="section" title="Rate of false alarms" lead="All cameras together, a week.">
          <RateChart {...{ weeks, outcomes }} />
        </TitledSection>
        <TitledSection look="section" title="Incidents" lead={<OutcomeKey />}>
          <OutcomeChart {...{ weeks, outcomes }} />
        </TitledSection>
      </div>
      <OutcomeFigures {...{ weeks, outcomes }} />
      <div className="reports-pair">
        <TitledSection look="section" title="Time to react" lead={<WaitKey />}>
          <WaitChart weeks={weeks} waits={response.weeks} />
        </TitledSection>
        <TitledSection
          look="section"
          title="Time to react by person"
          lead="Whoever was the first to acknowledge or resolve it."
        >
          {response.people.length === 0 ? (
            <p className="quiet small">Nobody did in this time.</p>
          ) : (
            <PeopleWaits people={response.people} />
          )}
        </TitledSection>
      </div>
      <WaitFigures report={report} />
    </>
  );
}

function Headline({ report: { outcomes, response } }: { report: IncidentReport }) {
  const all = totalOf(outcomes);
  const facts = [
    { label: 'Incidents', value: String(incidentsIn(all)), note: `${all.unresolved} unresolved` },
    {
      label: 'False alarms',
      value: percent(rateOf(all)),
      note: `${all.falseAlarms} of ${judgedIn(all)} judged`,
    },
    { label: 'Intrusions', value: String(all.intrusions), note: `${all.tests} tests besides` },
    {
      label: 'Time to react',
      value: waitWords(response.all.medianMs),
      note: `90 % within ${waitWords(response.all.p90Ms)}`,
    },
  ];
  return (
    <dl className="headline numbers">
      {facts.map(({ label, value, note }) => (
        <div key={label} className="card">
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
            <span className="quiet small">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function OutcomeKey() {
  return (
    <span className="chart-key">
      {outcomeNames.map(({ key, many }) => (
        <span key={key}>
          <span className={`swatch swatch-${key}`} />
          {many}
        </span>
      ))}
    </span>
  );
}

function WaitKey() {
  return (
    <span className="chart-key">
      <span>
        <span className="swatch swatch-median" />
        Median
      </span>
      <span>
        <span className="swatch swatch-p90" />
        90 % within
      </span>
    </span>
  );
}
