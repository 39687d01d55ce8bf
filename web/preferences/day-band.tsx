// A day as a band of 24 hours, with the quiet ones dark and the present moment marked.

import type { MinuteSpan } from '../../src/http/contract/my-alerts.ts';
import { useNow } from '../ui/use-now.ts';
import { timeText } from './wishes-draft.ts';

const width = 720;
const height = 44;
const x = (minute: number) => (minute / 1440) * width;

export function DayBand({ span, timeZone }: { span: MinuteSpan; timeZone: string }) {
  const now = localMinute(useNow(60_000), timeZone);
  const parts: readonly (readonly [number, number])[] =
    span.from < span.to
      ? [[span.from, span.to]]
      : [
          [0, span.to],
          [span.from, 1440],
        ];
  return (
    <div>
      <svg
        className="day-band"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Quiet from ${timeText(span.from)} to ${timeText(span.to % 1440)}`}
      >
        <rect className="day-band-day" width={width} height={height} rx="10" />
        <clipPath id="day-band-clip">
          <rect width={width} height={height} rx="10" />
        </clipPath>
        <g clipPath="url(#day-band-clip)">
          {parts.map(([from, to]) => (
            <rect key={from} className="day-band-quiet" x={x(from)} width={x(to - from)} height={height} />
          ))}
          {[6, 12, 18].map((hour) => (
            <line key={hour} className="day-band-line" x1={x(hour * 60)} x2={x(hour * 60)} y2={height} />
          ))}
        </g>
        <line className="day-band-now" x1={x(now)} x2={x(now)} y1="-2" y2={height + 4} />
      </svg>
      <div className="day-band-hours" aria-hidden="true">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{String(hour).padStart(2, '0')}</span>
        ))}
      </div>
    </div>
  );
}

function localMinute(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  }).formatToParts(at);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return value('hour') * 60 + value('minute');
}
