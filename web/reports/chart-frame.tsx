// The frame of a chart over weeks: axis, lines, names of weeks. What is drawn in it stands between.

import type { ReactNode } from 'react';
import { useWidth } from '../ui/use-width.ts';
import { shortWeek } from './figures.ts';

const height = 220;
const margin = { top: 14, right: 14, bottom: 26, left: 54 };
/** The name of a week takes so much, in px. */
const nameWidth = 40;

export interface Place {
  /** The middle of a week, in px. */
  readonly x: (week: number) => number;
  /** Where a value stands, in px. */
  readonly y: (value: number) => number;
  /** How much room a week has, in px. */
  readonly step: number;
  readonly ground: number;
}

interface ChartFrameProps {
  readonly weeks: readonly string[];
  readonly ticks: readonly number[];
  readonly tickWords: (tick: number) => string;
  /** What the picture shows, in a sentence: the table below has every figure. */
  readonly label: string;
  readonly children: (place: Place) => ReactNode;
}

export function ChartFrame({ weeks, ticks, tickWords, label, children }: ChartFrameProps) {
  const { holder, width } = useWidth();
  const most = ticks.at(-1) ?? 1;
  const step = Math.max(1, (width - margin.left - margin.right) / Math.max(1, weeks.length));
  const place: Place = {
    x: (week) => margin.left + step * (week + 0.5),
    y: (value) => margin.top + (height - margin.top - margin.bottom) * (1 - value / most),
    step,
    ground: height - margin.bottom,
  };
  const every = Math.max(1, Math.ceil(nameWidth / step));
  return (
    <div className="chart" ref={holder}>
      {width > 0 && (
        <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          {ticks.map((tick) => (
            <g key={tick} className="chart-line">
              <line x1={margin.left} x2={width - margin.right} y1={place.y(tick)} y2={place.y(tick)} />
              <text x={margin.left - 9} y={place.y(tick)} dy="0.35em" textAnchor="end">
                {tickWords(tick)}
              </text>
            </g>
          ))}
          {weeks.map((week, index) =>
            (weeks.length - 1 - index) % every === 0 ? (
              <text key={week} className="chart-week" x={place.x(index)} y={height - 8} textAnchor="middle">
                {shortWeek(week)}
              </text>
            ) : null,
          )}
          {children(place)}
        </svg>
      )}
    </div>
  );
}
