// The time line: what was recorded, what happened, where playback stands. Scrubbed, panned, zoomed.

import './time-line.css';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { clockSeconds, day } from '../../ui/words.ts';
import { describe } from './activity.ts';
import type { TimeLineContent } from './chunks.ts';
import { Drawing } from './drawing.tsx';
import { useGestures } from './gestures.ts';
import { keyMove } from './keyboard.ts';
import { type Bounds, pan, spanOf, timeAt, type View, xOf, zoom } from './view.ts';

/** The mouse is on a mark when it is this near, in pixels: as wide as a mark is drawn at least. */
const markSlack = 4;

interface TimeLineProps {
  readonly line: TimeLineContent;
  readonly zone: string;
  readonly view: View;
  readonly bounds: Bounds;
  /** The moment on screen. */
  readonly at: number;
  readonly live: boolean;
  readonly onView: (view: View) => void;
  readonly onSeek: (at: number) => void;
}

export function TimeLine({ line, zone, view, bounds, at, live, onView, onSeek }: TimeLineProps) {
  const area = useRef<HTMLDivElement>(null);
  const width = useWidth(area);
  const [hoverX, setHoverX] = useState<number | null>(null);
  const { now } = bounds;
  const momentAt = (x: number) => Math.min(now, timeAt(x, view, width));
  const handlers = useGestures(area, {
    playHeadX: xOf(at, view, width),
    onPress: (x) => onSeek(momentAt(x)),
    onScrub: (x) => onSeek(momentAt(x)),
    onPan: (pixels) => onView(pan(view, (pixels / Math.max(1, width)) * spanOf(view), bounds)),
    onZoom: (factor, x) => onView(zoom(view, factor, timeAt(x, view, width), bounds)),
  });

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = keyMove(event.key, event.shiftKey, { view, at, bounds });
    if (move === null) return;
    event.preventDefault();
    if ('seekTo' in move) onSeek(move.seekTo);
    else onView(zoom(view, move.zoomBy, at, bounds));
  }

  return (
    <div
      ref={area}
      className="time-line"
      role="slider"
      tabIndex={0}
      aria-label="Time line"
      aria-valuemin={Math.round(bounds.earliest)}
      aria-valuemax={Math.round(now)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={`${live ? 'Live, ' : ''}${day(at, zone, now)} ${clockSeconds(at, zone)}, ${describe(line, at, now)}`}
      onKeyDown={onKeyDown}
      onPointerLeave={() => setHoverX(null)}
      {...handlers}
      onPointerMove={(event) => {
        handlers.onPointerMove(event);
        const left = event.currentTarget.getBoundingClientRect().left;
        if (event.pointerType === 'mouse') setHoverX(event.clientX - left);
      }}
    >
      {width > 0 && <Drawing {...{ line, zone, view, width, at, live, now }} />}
      {hoverX !== null && width > 0 && (
        <Hover
          x={hoverX}
          time={timeAt(hoverX, view, width)}
          slackMs={(markSlack / width) * spanOf(view)}
          {...{ width, line, zone, now }}
        />
      )}
    </div>
  );
}

interface HoverProps {
  readonly x: number;
  readonly width: number;
  readonly time: number;
  readonly slackMs: number;
  readonly line: TimeLineContent;
  readonly zone: string;
  readonly now: number;
}

/** What lies under the mouse. */
function Hover({ x, width, time, slackMs, line, zone, now }: HoverProps) {
  if (time > now) return null;
  const side = x > width - 150 ? 'left' : x < 150 ? 'right' : 'middle';
  return (
    <div
      className="time-line-hover"
      style={{ transform: `translateX(${Math.round(x)}px)` }}
      aria-hidden="true"
    >
      <div className="time-line-tip" data-side={side}>
        <strong className="numbers">{clockSeconds(time, zone)}</strong>
        <span>{describe(line, time, now, slackMs)}</span>
      </div>
    </div>
  );
}

function useWidth(area: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (area.current === null) return;
    const observer = new ResizeObserver((entries) => setWidth(entries.at(-1)?.contentRect.width ?? 0));
    observer.observe(area.current);
    return () => observer.disconnect();
  }, [area]);
  return width;
}
