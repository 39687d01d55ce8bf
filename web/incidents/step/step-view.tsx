// All cameras of the site in step: one clock, up to four pictures, a lane each.

import './step.css';
import { useRef, useState } from 'react';
import type { IncidentDetail } from '../../../src/http/contract/incidents.ts';
import { paths } from '../../../src/http/contract/paths.ts';
import { chosenLetterKeys } from '../../ui/letter-keys.ts';
import { usePageKeys } from '../../ui/page-keys.ts';
import { useNow } from '../../ui/use-now.ts';
import { choosePaths, chosenPaths } from '../path/path-choice.ts';
import { PathWords } from '../path/path-words.tsx';
import { waysOf } from '../path/way.ts';
import { clipOf } from '../words.ts';
import { broughtIn, type StepCamera } from './cameras.ts';
import { type Reach, stepSpeeds } from './clock.ts';
import { type StepIntention, stepIntention } from './keyboard.ts';
import { StepControls } from './step-controls.tsx';
import { StepLanes } from './step-lanes.tsx';
import { StepTile } from './step-tile.tsx';
import { useFootage } from './use-footage.ts';
import { type Step, type TileState, useStep } from './use-step.ts';

/** Pictures at a time: more are too small to see, and a browser has six connections to a server. */
const mostShown = 4;
/** The newest fragment is so old when it can be played, in ms. */
const newestAfterMs = 3_000;
/** Somebody is seen a moment after the pictures begin. */
const leadMs = 2_000;
const loading: TileState = { kind: 'loading' };

interface StepViewProps {
  readonly incident: IncidentDetail;
  /** All of the site, in the order in which they matter; at least one. */
  readonly cameras: readonly StepCamera[];
  readonly zone: string;
}

export function StepView({ incident, cameras, zone }: StepViewProps) {
  const now = useNow(1000);
  const clip = clipOf(incident);
  const growing = clip.to > now - newestAfterMs;
  const reach: Reach = {
    from: clip.from,
    to: growing ? Math.max(clip.from + 1000, now - newestAfterMs) : clip.to,
  };
  const [shown, setShown] = useState(() => firstShown(cameras));
  const [chosen, setChosen] = useState(cameras[0]?.id ?? '');
  const [solo, setSolo] = useState(false);
  const lines = useFootage(
    cameras.map(({ id }) => id),
    clip,
    growing,
  );
  const [beginAt] = useState(() => Math.max(clip.from, incident.startAt - leadMs));
  const [drawsPaths, setDrawsPaths] = useState(chosenPaths);
  const ways = new Map(
    [...lines].map(([id, line]) => [id, waysOf(line, reach, growing ? now : null)] as const),
  );
  const hasWays = [...ways.values()].some((one) => one.length > 0);
  const step = useStep({ reach, growing, beginAt, lines });
  const clipElement = useRef<HTMLElement>(null);
  const visible = cameras.filter(({ id }) => (solo ? id === chosen : shown.includes(id)));

  function choose(id: string) {
    setShown(broughtIn(shown, id, chosen, mostShown));
    setChosen(id);
  }
  function togglePaths() {
    choosePaths(!drawsPaths);
    setDrawsPaths(!drawsPaths);
  }
  usePageKeys((event, place) => {
    const intention = stepIntention(event, event.target === clipElement.current ? 'clip' : place);
    if (intention === null) return;
    event.preventDefault();
    if (intention.kind === 'solo') setSolo(!solo);
    else if (intention.kind === 'paths') togglePaths();
    else if (intention.kind === 'choose') choose(cameras[intention.index]?.id ?? chosen);
    else act(step, reach, intention);
  });

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: with the focus here, the keys that move a page move the clip.
    <section className="clip card step" aria-label="Clip" ref={clipElement} tabIndex={0}>
      <div className="step-grid" data-count={visible.length}>
        {visible.map((camera) => (
          <StepTile
            key={camera.id}
            camera={camera}
            number={cameras.indexOf(camera) + 1}
            clip={clip}
            beginAt={step.moment}
            moment={step.moment}
            ways={drawsPaths ? (ways.get(camera.id) ?? []) : []}
            state={step.tiles.get(camera.id) ?? loading}
            chosen={camera.id === chosen && visible.length > 1}
            poster={camera.saw && incident.hasSnapshot ? paths.snapshot(incident.id) : undefined}
            zone={zone}
            onHold={(player) => step.hold(camera.id, player)}
            onChoose={() => choose(camera.id)}
          />
        ))}
      </div>
      <StepControls
        step={step}
        reach={reach}
        growing={growing}
        seen={incident}
        zone={zone}
        paths={hasWays ? { drawn: drawsPaths, toggle: togglePaths } : null}
      />
      <PathWords cameras={visible} ways={ways} zone={zone} />
      <StepLanes
        cameras={cameras}
        lines={lines}
        reach={reach}
        moment={step.moment}
        zone={zone}
        onSeek={(moment, cameraId) => {
          choose(cameraId);
          step.seek(moment - leadMs / 2);
        }}
      />
      <div className="step-strip">
        {cameras.length > 1 &&
          cameras.map((camera, index) => (
            <button
              key={camera.id}
              type="button"
              className="step-chip"
              aria-pressed={visible.includes(camera)}
              aria-keyshortcuts={digitOf(index)}
              onClick={() => choose(camera.id)}
            >
              {camera.name}
            </button>
          ))}
        <span className="quiet small step-keys">
          <kbd>Space</kbd> plays, <kbd>←</kbd> <kbd>→</kbd> move
          {chosenLetterKeys() && (
            <>
              , <kbd>1</kbd>–<kbd>9</kbd> choose, <kbd>F</kbd> one alone, <kbd>+</kbd> <kbd>−</kbd> speed
              {hasWays && (
                <>
                  , <kbd>P</kbd> paths
                </>
              )}
            </>
          )}
        </span>
      </div>
    </section>
  );
}

/** The key that chooses a camera; only the first nine have one, and none where letter keys are switched off. */
function digitOf(index: number): string | undefined {
  return index < 9 && chosenLetterKeys() ? String(index + 1) : undefined;
}

/** Those that saw somebody, and beside a single one the others, too. */
function firstShown(cameras: readonly StepCamera[]): readonly string[] {
  return cameras.slice(0, mostShown).map(({ id }) => id);
}

function act(
  step: Step,
  reach: Reach,
  intention: Exclude<StepIntention, { kind: 'choose' | 'solo' | 'paths' }>,
): void {
  if (intention.kind === 'toggle') step.toggle();
  else if (intention.kind === 'move') step.move(intention.byMs);
  else if (intention.kind === 'begin') step.seek(reach.from);
  else if (intention.kind === 'follow') step.follow();
  else {
    const index = stepSpeeds.indexOf(step.clock.speed) + (intention.kind === 'faster' ? 1 : -1);
    const speed = stepSpeeds[index];
    if (speed !== undefined) step.setSpeed(speed);
  }
}
