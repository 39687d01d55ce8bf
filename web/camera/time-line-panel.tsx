// The panel below the picture: controls, the time line with its zoom, and what its colours mean.

import { useState } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { landing } from './time-line/activity.ts';
import type { TimeLineContent } from './time-line/chunks.ts';
import { TimeLine } from './time-line/time-line.tsx';
import { type Bounds, follow, spanOf, type View, viewAround, zoom, zooms } from './time-line/view.ts';
import type { PlaybackControls } from './use-playback.ts';

interface TimeLinePanelProps {
  readonly line: TimeLineContent;
  readonly zone: string;
  readonly bounds: Bounds;
  readonly controls: Pick<PlaybackControls, 'playback' | 'at' | 'seek'>;
  readonly view: ViewControls;
  readonly legend?: LegendEntries;
}

export interface ViewControls {
  readonly view: View;
  readonly set: (view: View) => void;
  /** Looks again where playback is. */
  readonly release: () => void;
  /** True while the view was moved away from playback by hand. */
  readonly free: boolean;
}

/** The view of the time line: follows playback until it is moved by hand. */
export function useView(initial: View, at: number, live: boolean, bounds: Bounds): ViewControls {
  const [kept, setKept] = useState(initial);
  const [free, setFree] = useState(false);
  const view = free ? kept : follow(kept, at, live, bounds);
  // While it follows, what is shown is kept: a page that was turned stays turned.
  if (view.from !== kept.from || view.to !== kept.to) setKept(view);
  return {
    view,
    free,
    set(next) {
      setKept(next);
      const shownAt = live ? bounds.now : at;
      setFree(shownAt < next.from || shownAt > next.to || !live);
    },
    release: () => setFree(false),
  };
}

export function TimeLinePanel({
  line,
  zone,
  bounds,
  controls,
  view: { view, set, free, release },
  legend = ofFootage,
}: TimeLinePanelProps) {
  const { playback, at } = controls;
  const isLive = playback.mode === 'live' && !playback.paused;
  const spanMs = spanOf(view);
  const nearest = zooms.reduce((a, b) => (Math.abs(b.spanMs - spanMs) < Math.abs(a.spanMs - spanMs) ? b : a));
  const centre = at >= view.from && at <= view.to ? at : (view.from + view.to) / 2;
  return (
    <>
      <div className="time-line-frame">
        <TimeLine
          {...{ line, zone, view, bounds, at }}
          live={isLive}
          onView={set}
          onSeek={(moment) => {
            release();
            controls.seek(moment >= bounds.now - 1000 ? bounds.now : landing(line, moment));
          }}
        />
        {free && (at < view.from || at > view.to) && (
          <span className="time-line-back" data-side={at < view.from ? 'left' : 'right'}>
            <Button size="small" onClick={release}>
              Back to the picture
            </Button>
          </span>
        )}
      </div>
      <div className="time-line-foot">
        <Legend entries={legend} />
        <div className="row">
          <IconButton
            icon="zoomOut"
            label="Show more time"
            size="small"
            onClick={() => set(zoom(view, 2, centre, bounds))}
          />
          <Segmented
            legend="Zoom"
            small
            value={Math.abs(nearest.spanMs - spanMs) < spanMs * 0.05 ? nearest.label : ''}
            options={[...zooms.map(({ label }) => ({ value: label as string, label }))]}
            onChange={(label) => {
              const chosen = zooms.find((one) => one.label === label) ?? nearest;
              set(
                isLive
                  ? zoom(view, chosen.spanMs / spanMs, bounds.now, bounds)
                  : viewAround(centre, chosen.spanMs, bounds),
              );
            }}
          />
          <IconButton
            icon="zoomIn"
            label="Show less time"
            size="small"
            onClick={() => set(zoom(view, 0.5, centre, bounds))}
          />
        </div>
      </div>
    </>
  );
}

type LegendEntries = readonly { readonly name: string; readonly words: string }[];

const ofFootage: LegendEntries = [
  { name: 'footage-idle', words: 'Recorded' },
  { name: 'footage-activity', words: 'Activity' },
  { name: 'footage-incident', words: 'Incident' },
  { name: 'mark-person', words: 'Person' },
  { name: 'mark-image', words: 'Pushed image' },
  { name: 'gap', words: 'No footage' },
];

/** Where nothing is recorded. */
export const ofImages: LegendEntries = ofFootage.filter(({ name }) =>
  ['footage-incident', 'mark-person', 'mark-image'].includes(name),
);

function Legend({ entries }: { entries: LegendEntries }) {
  return (
    <ul className="legend" aria-label="Colours of the time line">
      {entries.map(({ name, words }) => (
        <li key={name}>
          <svg width="12" height="12" aria-hidden="true">
            <rect
              width="12"
              height="12"
              {...(name === 'gap' ? { fill: 'url(#gap)' } : { className: name })}
            />
          </svg>
          {words}
        </li>
      ))}
    </ul>
  );
}
