// The drawing of the time line: axis, footage, gaps, marks, play head. SVG, one unit a pixel.

import { clockMinutes, clockSeconds, day } from '../../ui/words.ts';
import type { TimeLineContent } from './chunks.ts';
import { bars } from './spans.ts';
import { needsSeconds, ticks } from './ticks.ts';
import { type View, xOf } from './view.ts';

/** Where each row lies, in pixels from the top. */
const rows = {
  height: 112,
  axis: 16,
  incident: { y: 32, height: 6 },
  track: { y: 42, height: 8 },
  footage: { y: 56, height: 38 },
  image: { y: 80, height: 10 },
} as const;

/** A mark is at least so wide that it can be seen and pressed, in pixels. */
const leastMark = 4;

interface DrawingProps {
  readonly line: TimeLineContent;
  readonly zone: string;
  readonly view: View;
  readonly width: number;
  readonly at: number;
  readonly live: boolean;
  readonly now: number;
}

export function Drawing(props: DrawingProps) {
  const { view, width, at, live, now } = props;
  const nowX = xOf(now, view, width);
  const headX = xOf(live ? now : at, view, width);
  return (
    <svg width={width} height={rows.height} aria-hidden="true" className="time-line-drawing">
      <defs>
        <pattern id="gap" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="7" height="7" className="gap-ground" />
          <rect width="2.5" height="7" className="gap-line" />
        </pattern>
        <clipPath id="footage-row">
          <rect x="0" y={rows.footage.y} width={width} height={rows.footage.height} rx="9" />
        </clipPath>
      </defs>
      <Axis {...props} />
      <g clipPath="url(#footage-row)">
        <rect className="footage-none" y={rows.footage.y} width={width} height={rows.footage.height} />
        <Footage {...props} />
        {nowX < width && (
          <rect
            className="footage-future"
            x={Math.max(0, nowX)}
            y={rows.footage.y}
            width={width - Math.max(0, nowX)}
            height={rows.footage.height}
          />
        )}
      </g>
      <Marks {...props} />
      {nowX >= 0 && nowX <= width && (
        <path
          className="now-edge"
          d={`M${nowX} ${rows.footage.y - 2}V${rows.footage.y + rows.footage.height + 2}`}
        />
      )}
      {headX >= -8 && headX <= width + 8 && (
        <g className="play-head" data-live={live} transform={`translate(${headX} 0)`}>
          <path d={`M0 26V${rows.footage.y + rows.footage.height + 6}`} />
          <circle cy={rows.footage.y + rows.footage.height + 9} r="6.5" />
        </g>
      )}
    </svg>
  );
}

function Axis({ view, width, zone, now }: DrawingProps) {
  const all = ticks(view, width, zone);
  const label = needsSeconds(all) ? clockSeconds : clockMinutes;
  return all.map(({ at, labelled }) => {
    const x = xOf(at, view, width);
    const midnight = labelled && clockSeconds(at, zone) === '00:00:00';
    return (
      <g
        key={at}
        transform={`translate(${x} 0)`}
        className="tick"
        data-labelled={labelled}
        data-midnight={midnight}
      >
        <path d={labelled ? `M0 23V${rows.footage.y + rows.footage.height}` : 'M0 23V27'} />
        {labelled && x > 18 && x < width - 18 && (
          <text y={rows.axis} textAnchor="middle">
            {midnight ? day(at, zone, now) : label(at, zone)}
          </text>
        )}
      </g>
    );
  });
}

function Footage({ line, view, width }: DrawingProps) {
  const { y, height } = rows.footage;
  return (
    <>
      {bars(line.footage, view, width, 1, (span) => span.retentionClass).map(({ x, width: wide, span }) => (
        <rect
          key={span.startAt}
          className={`footage-${span.retentionClass}`}
          {...{ x, y, height }}
          width={wide + 0.3}
        />
      ))}
      {bars(line.gaps, view, width, 1, () => 'gap').map(({ x, width: wide, span }) => (
        <rect key={span.startAt} fill="url(#gap)" {...{ x, y, height }} width={wide} />
      ))}
    </>
  );
}

/** An image is a moment. */
function imageSpans({ images }: TimeLineContent) {
  return images.map(({ id, at }) => ({ id, startAt: at, endAt: at }));
}

function Marks({ line, view, width, now }: DrawingProps) {
  const incidents = line.incidents.map((one) => ({ ...one, endAt: one.endAt ?? now }));
  return (
    <>
      {bars(incidents, view, width, leastMark * 2, () => 'incident').map(({ x, width: wide, span }) => (
        <rect key={span.id} className="mark-incident" x={x} width={wide} rx="3" {...rows.incident} />
      ))}
      {bars(imageSpans(line), view, width, leastMark, () => 'image').map(({ x, width: wide, span }) => (
        <rect key={span.id} className="mark-image" x={x} width={wide} rx="2" {...rows.image} />
      ))}
      {bars(line.tracks, view, width, leastMark, (track) => track.kind).map(({ x, width: wide, span }) => (
        <rect key={span.id} className={`mark-${span.kind}`} x={x} width={wide} rx="3" {...rows.track} />
      ))}
    </>
  );
}
