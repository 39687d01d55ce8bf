// False alarms by camera and week, as a table whose cells are the darker the higher the rate.

import { Link } from '@tanstack/react-router';
import type { IncidentReport } from '../../src/http/contract/reports.ts';
import {
  incidentsIn,
  judgedIn,
  outcomeWords,
  percent,
  rateOf,
  shortWeek,
  totalOf,
  weekWords,
  worstFirst,
} from './figures.ts';

type Camera = IncidentReport['cameras'][number];

/** Cells never become so strong that the words in them are hard to read, in percent of the colour. */
const strongest = 62;

/** Where not all weeks fit, the newest are seen first. */
function showNewest(holder: HTMLElement | null): void {
  if (holder !== null) holder.scrollLeft = holder.scrollWidth;
}

export function HeatTable({ report }: { report: IncidentReport }) {
  const cameras = worstFirst(report.cameras);
  return (
    <>
      <section ref={showNewest} className="heat-holder" aria-label="False alarms by camera and week">
        <table className="heat numbers" data-dense={report.weeks.length > 26}>
          <caption className="hidden-visually">
            False alarms of all incidents that were judged, by camera and week, the worst camera first
          </caption>
          <thead>
            <tr>
              <th scope="col" className="heat-camera">
                Camera
              </th>
              <th scope="col" className="heat-total">
                All
              </th>
              {report.weeks.map((week) => (
                <th key={week} scope="col" title={weekWords(week)}>
                  <span aria-hidden="true">{shortWeek(week)}</span>
                  <span className="hidden-visually">{weekWords(week)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cameras.map((camera) => (
              <CameraRow key={camera.id} camera={camera} weeks={report.weeks} />
            ))}
          </tbody>
        </table>
      </section>
      <HeatKey />
    </>
  );
}

function CameraRow({ camera, weeks }: { camera: Camera; weeks: readonly string[] }) {
  const all = totalOf(camera.weeks);
  return (
    <tr>
      <th scope="row" className="heat-camera">
        <Link to="/incidents" search={{ cameraId: camera.id }} className="heat-name" title={camera.name}>
          {camera.name}
        </Link>
        <span className="quiet heat-site" title={camera.siteName}>
          {camera.siteName}
        </span>
      </th>
      <td className="heat-total" title={outcomeWords(all)}>
        <strong>{percent(rateOf(all))}</strong>
        <span className="quiet">
          {all.falseAlarms} of {judgedIn(all)}
        </span>
      </td>
      {camera.weeks.map((week, index) => (
        <HeatCell key={weeks[index] ?? index} week={week} name={weeks[index] ?? ''} />
      ))}
    </tr>
  );
}

function HeatCell({ week, name }: { week: Camera['weeks'][number]; name: string }) {
  const rate = rateOf(week);
  const judged = judgedIn(week);
  const words = outcomeWords(week);
  return (
    <td
      className="heat-cell"
      // Where nothing was judged nothing is known: that must not look like no false alarm.
      data-empty={judged === 0}
      style={{ '--heat': `${Math.round((rate ?? 0) * strongest)}%` }}
      title={`${weekWords(name)}: ${words}`}
    >
      <span aria-hidden="true">
        {judged > 0 ? (
          <>
            <strong>{week.falseAlarms}</strong>
            <span className="heat-of">/{judged}</span>
          </>
        ) : (
          incidentsIn(week) > 0 && <span className="heat-of">·</span>
        )}
      </span>
      <span className="hidden-visually">{rate === null ? words : `${percent(rate)} false, ${words}`}</span>
    </td>
  );
}

function HeatKey() {
  return (
    <p className="heat-key quiet small">
      <span>Each cell: false alarms / judged.</span>
      <span className="heat-scale" aria-hidden="true">
        0 %
        {[0, 0.25, 0.5, 0.75, 1].map((rate) => (
          <span key={rate} className="heat-swatch" style={{ '--heat': `${rate * strongest}%` }} />
        ))}
        100 %
      </span>
      <span>· = only tests, or not judged yet</span>
    </p>
  );
}
