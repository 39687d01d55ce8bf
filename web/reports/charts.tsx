// The charts of a report: what became of incidents, the rate of false alarms, and how fast people were.

import type { IncidentReport, Outcomes, Waits } from '../../src/http/contract/reports.ts';
import { duration } from '../ui/words.ts';
import { ChartFrame, type Place } from './chart-frame.tsx';
import { incidentsIn, outcomeNames, outcomeWords, percent, rateOf, weekWords } from './figures.ts';
import { runsOf, timeTicks, wholeTicks } from './scale.ts';

/** A bar is no wider than this, in px: three weeks are no three walls. */
const widestBar = 34;

export function OutcomeChart({ weeks, outcomes }: Pick<IncidentReport, 'weeks' | 'outcomes'>) {
  const most = Math.max(0, ...outcomes.map(incidentsIn));
  return (
    <ChartFrame
      weeks={weeks}
      ticks={wholeTicks(most)}
      tickWords={String}
      label="Incidents a week, by what they were. The table below has the figures."
    >
      {(place) =>
        outcomes.map((outcome, index) => (
          <OutcomeBar
            key={weeks[index] ?? index}
            {...{ outcome, place, index }}
            name={weekWords(weeks[index] ?? '')}
          />
        ))
      }
    </ChartFrame>
  );
}

interface OutcomeBarProps {
  readonly outcome: Outcomes;
  readonly place: Place;
  readonly index: number;
  readonly name: string;
}

function OutcomeBar({ outcome, place, index, name }: OutcomeBarProps) {
  const width = Math.min(widestBar, place.step * 0.68);
  const tops = outcomeNames.map(({ key }, level) => ({
    key,
    from: outcomeNames.slice(0, level).reduce((sum, below) => sum + outcome[below.key], 0),
    count: outcome[key],
  }));
  return (
    <g>
      <title>{`${name}: ${outcomeWords(outcome)}`}</title>
      {/* Also what lies above the bar answers the pointer. */}
      <rect
        x={place.x(index) - place.step / 2}
        y={0}
        width={place.step}
        height={place.ground}
        fill="transparent"
      />
      {tops.map(({ key, from, count }) =>
        count === 0 ? null : (
          <rect
            key={key}
            className={`bar bar-${key}`}
            x={place.x(index) - width / 2}
            y={place.y(from + count)}
            width={width}
            height={Math.max(1, place.y(from) - place.y(from + count) - 1)}
            rx={2}
          />
        ),
      )}
    </g>
  );
}

export function RateChart({ weeks, outcomes }: Pick<IncidentReport, 'weeks' | 'outcomes'>) {
  const rates = outcomes.map(rateOf);
  return (
    <ChartFrame
      weeks={weeks}
      ticks={[0, 0.25, 0.5, 0.75, 1]}
      tickWords={percent}
      label="False alarms among all that was judged, a week. The table below has the figures."
    >
      {(place) => (
        <WeekLine
          {...{ weeks, place }}
          values={rates}
          look="rate"
          words={(rate, index) => `${percent(rate)}: ${outcomeWords(outcomes[index] ?? none)}`}
        />
      )}
    </ChartFrame>
  );
}

const none: Outcomes = { intrusions: 0, falseAlarms: 0, tests: 0, unresolved: 0 };

export function WaitChart({ weeks, waits }: { weeks: readonly string[]; waits: readonly Waits[] }) {
  const most = Math.max(0, ...waits.map(({ p90Ms }) => p90Ms ?? 0));
  return (
    <ChartFrame
      weeks={weeks}
      ticks={timeTicks(most)}
      tickWords={(ms) => (ms === 0 ? '0' : duration(ms))}
      label="Time until somebody did something, a week: the median, and what nine of ten did not exceed. The table below has the figures."
    >
      {(place) => (
        <>
          <WeekLine
            {...{ weeks, place }}
            values={waits.map(({ p90Ms }) => p90Ms)}
            look="p90"
            words={(ms) => `nine of ten within ${duration(ms)}`}
          />
          <WeekLine
            {...{ weeks, place }}
            values={waits.map(({ medianMs }) => medianMs)}
            look="median"
            words={(ms, index) => `median ${duration(ms)} of ${waits[index]?.count ?? 0}`}
          />
        </>
      )}
    </ChartFrame>
  );
}

interface WeekLineProps {
  readonly weeks: readonly string[];
  readonly place: Place;
  readonly values: readonly (number | null)[];
  readonly look: 'rate' | 'median' | 'p90';
  readonly words: (value: number, index: number) => string;
}

/** A line through the weeks that have a value, with a dot for each. */
function WeekLine({ weeks, place, values, look, words }: WeekLineProps) {
  const runs = runsOf(values);
  return (
    <g className={`week-line week-line-${look}`}>
      {runs.map((run) => {
        const points = run.map(({ index, value }) => `${place.x(index)},${place.y(value)}`);
        const [first, last] = [run[0]?.index ?? 0, run.at(-1)?.index ?? 0];
        return (
          <g key={first}>
            {look === 'rate' && run.length > 1 && (
              <polygon
                points={[
                  `${place.x(first)},${place.ground}`,
                  ...points,
                  `${place.x(last)},${place.ground}`,
                ].join(' ')}
              />
            )}
            <polyline points={points.join(' ')} />
          </g>
        );
      })}
      {runs.flat().map(({ index, value }) => (
        <circle key={index} cx={place.x(index)} cy={place.y(value)} r={place.step < 14 ? 2 : 4}>
          <title>{`${weekWords(weeks[index] ?? '')}: ${words(value, index)}`}</title>
        </circle>
      ))}
    </g>
  );
}
