// A week, drawn: a band for each day, and what a look at it cannot tell in words.

import type { Schedule } from '../../src/http/contract/sites.ts';
import { bandsOfWeek, dayNames, dayWords, minutesOfDay, weekdays } from './week.ts';

const hours = [0, 6, 12, 18, 24];

const legend = [
  ['armed-away', 'Away'],
  ['armed-home', 'Home'],
  ['disarmed', 'Disarmed'],
] as const;

export function WeekView({ weekly }: { weekly: Schedule['weekly'] }) {
  const bands = bandsOfWeek(weekly);
  return (
    <div className="week">
      <ul>
        {weekdays.map((day) => (
          <li key={day}>
            <span className="week-day small" aria-hidden="true">
              {dayNames[day].slice(0, 3)}
            </span>
            <span className="week-band" role="img" aria-label={dayWords(day, bands.get(day) ?? [])}>
              {(bands.get(day) ?? []).map(({ from, to, arming }) => (
                <span
                  key={from}
                  data-arming={arming}
                  style={{ left: percent(from), width: percent(to - from) }}
                />
              ))}
            </span>
          </li>
        ))}
      </ul>
      <div className="week-hours numbers" aria-hidden="true">
        {hours.map((hour) => (
          <span key={hour} style={{ left: percent(hour * 60) }}>
            {hour}
          </span>
        ))}
      </div>
      <p className="week-legend small quiet" aria-hidden="true">
        {legend.map(([arming, words]) => (
          <span key={arming} className="week-key">
            <span className="week-sample" data-arming={arming} />
            {words}
          </span>
        ))}
      </p>
    </div>
  );
}

function percent(minutes: number): string {
  return `${(minutes / minutesOfDay) * 100}%`;
}
