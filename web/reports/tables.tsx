// The figures behind the charts, as tables: for who reads rather than looks, and for who cannot see.

import type { IncidentReport } from '../../src/http/contract/reports.ts';
import { duration } from '../ui/words.ts';
import { incidentsIn, outcomeNames, percent, rateOf, weekWords } from './figures.ts';

export function OutcomeFigures({ weeks, outcomes }: Pick<IncidentReport, 'weeks' | 'outcomes'>) {
  return (
    <Figures
      title="Outcomes a week"
      heads={['Week', 'All', ...outcomeNames.map(({ many }) => many), 'False alarms, rate']}
      rows={outcomes.map((week, index) => [
        capital(weekWords(weeks[index] ?? '')),
        String(incidentsIn(week)),
        ...outcomeNames.map(({ key }) => String(week[key])),
        percent(rateOf(week)),
      ])}
    />
  );
}

export function WaitFigures({ report: { weeks, response } }: { report: IncidentReport }) {
  return (
    <Figures
      title="Time to react a week"
      heads={['Week', 'Incidents', 'Median', '90 % within']}
      rows={response.weeks.map(({ count, medianMs, p90Ms }, index) => [
        capital(weekWords(weeks[index] ?? '')),
        String(count),
        waitWords(medianMs),
        waitWords(p90Ms),
      ])}
    />
  );
}

export function waitWords(ms: number | null): string {
  return ms === null ? '–' : duration(ms);
}

interface FiguresProps {
  readonly title: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Newest first, folded away until somebody wants it; screen readers find it all the same. */
function Figures({ title, heads, rows }: FiguresProps) {
  return (
    <details className="figures">
      <summary>Show the figures</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached with the keyboard. */}
      <section className="data-holder" tabIndex={0} aria-label={title}>
        <table className="data-table figures-table numbers">
          <caption className="hidden-visually">{title}</caption>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map(([first = '', ...cells]) => (
              <tr key={first}>
                <th scope="row">{first}</th>
                {cells.map((cell, index) => (
                  <td key={heads[index + 1] ?? index}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
