// The picture of one camera among those that keep step.

import { useEffect, useRef, useState } from 'react';
import { paths } from '../../../src/http/contract/paths.ts';
import { Player, type PlayerHandle } from '../../player/player.tsx';
import { IconButton } from '../../ui/button.tsx';
import { clockSeconds } from '../../ui/words.ts';
import { PathOverlay } from '../path/path-overlay.tsx';
import type { Size } from '../path/picture-box.ts';
import type { Way } from '../path/way.ts';
import type { StepCamera } from './cameras.ts';
import type { TileState } from './use-step.ts';

interface StepTileProps {
  readonly camera: StepCamera;
  readonly number: number;
  readonly clip: { readonly from: number; readonly to: number };
  readonly beginAt: number;
  /** What the clock of all pictures shows. */
  readonly moment: number;
  readonly state: TileState;
  readonly chosen: boolean;
  readonly poster: string | undefined;
  readonly zone: string;
  readonly onHold: (player: PlayerHandle | null) => void;
  readonly onChoose: () => void;
  /** Where those it saw went; empty where none of it is to be drawn. */
  readonly ways: readonly Way[];
}

export function StepTile(props: StepTileProps) {
  const { camera, clip, state, chosen, zone } = props;
  const player = useRef<PlayerHandle>(null);
  const [picture, setPicture] = useState<Size | null>(null);
  const { onHold } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the player is handed over once, when it is there.
  useEffect(() => {
    onHold(player.current);
    return () => onHold(null);
  }, [camera.id]);
  return (
    <section
      className="step-tile"
      aria-label={camera.name}
      data-chosen={chosen}
      data-state={state.kind}
      data-off={state.kind === 'showing' ? state.offMs : undefined}
    >
      <Player
        ref={player}
        address={paths.playlist(camera.id, clip.from, clip.to)}
        live={false}
        startAt={props.beginAt}
        paused
        speed={1}
        label={`Clip of ${camera.name}`}
        poster={props.poster}
        aspectRatio={16 / 9}
        onMoment={() => undefined}
        onPicture={setPicture}
      >
        {props.ways.length > 0 && picture !== null && (
          <PathOverlay
            ways={props.ways}
            // What is on screen may be a few frames off the clock.
            moment={props.moment + (state.kind === 'showing' ? state.offMs : 0)}
            showing={state.kind === 'showing'}
            picture={picture}
            zone={zone}
          />
        )}
        {state.kind === 'loading' && <span className="player-waiting" />}
        {state.kind === 'missing' && (
          <div className="step-missing" role="status">
            <strong>No footage here</strong>
            <span>{state.why}</span>
            {state.until !== null && (
              <span className="numbers">Goes on at {clockSeconds(state.until, zone)}</span>
            )}
          </div>
        )}
        <button type="button" className="step-choose" onClick={props.onChoose} aria-pressed={chosen}>
          <span className="step-name">
            <kbd>{props.number}</kbd> {camera.name}
          </span>
        </button>
        <span className="player-corner">
          <IconButton
            icon="expand"
            label={`${camera.name} on the full screen`}
            size="small"
            onClick={() => player.current?.toggleFullScreen()}
          />
        </span>
      </Player>
    </section>
  );
}
