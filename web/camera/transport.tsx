// The controls below the picture: where one is, back and forth, how fast.

import type { ReactNode } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { clockSeconds, day } from '../ui/words.ts';
import { speeds } from './playback.ts';
import type { PlaybackControls } from './use-playback.ts';

/** How far one press of the jump buttons goes, in ms. */
const jumpMs = 10_000;

interface TransportProps {
  readonly controls: PlaybackControls;
  readonly zone: string;
  readonly now: number;
  /** False where there is nothing to play or pause: a camera that is not live. */
  readonly hasPicture: boolean;
  readonly onSeek: (at: number) => void;
  readonly onLive: () => void;
  /** Null where there is none. */
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
}

export function Transport(props: TransportProps) {
  const { controls, zone, now, hasPicture, onSeek, onLive, onPrevious, onNext } = props;
  const { playback, at } = controls;
  const isLive = playback.mode === 'live' && !playback.paused;
  return (
    <div className="transport">
      <div className="transport-moment">
        <span className="transport-day">{isLive ? 'Now' : day(at, zone, now)}</span>
        <span className="transport-clock numbers">{clockSeconds(at, zone)}</span>
      </div>
      <fieldset className="transport-keys">
        <legend className="hidden-visually">Playback</legend>
        <Key icon="previousActivity" label="Previous activity" onPress={onPrevious} />
        <Key icon="back10" label="10 seconds back" onPress={() => onSeek(at - jumpMs)} />
        <IconButton
          icon={playback.paused ? 'play' : 'pause'}
          label={playback.paused ? 'Play' : 'Pause'}
          look="plain"
          disabled={!hasPicture}
          onClick={controls.togglePause}
        />
        <Key
          icon="forward10"
          label="10 seconds forward"
          onPress={isLive ? null : () => onSeek(at + jumpMs)}
        />
        <Key icon="nextActivity" label="Next activity" onPress={onNext} />
      </fieldset>
      <div className="transport-side">
        <Speed controls={controls} />
        <Button size="small" look={isLive ? 'ghost' : 'plain'} onClick={onLive} aria-pressed={isLive}>
          <span className={isLive && hasPicture ? 'dot dot-bad' : 'dot'} />
          Live
        </Button>
      </div>
    </div>
  );
}

type KeyIcon = 'previousActivity' | 'nextActivity' | 'back10' | 'forward10';

function Key({
  icon,
  label,
  onPress,
}: {
  icon: KeyIcon;
  label: string;
  onPress: (() => void) | null;
}): ReactNode {
  return <IconButton icon={icon} label={label} disabled={onPress === null} onClick={() => onPress?.()} />;
}

const speedOptions = speeds.map((speed) => ({ value: String(speed), label: `${speed}×` }));

function Speed({ controls }: { controls: PlaybackControls }) {
  const { playback } = controls;
  return (
    <Segmented
      legend="Speed"
      small
      disabled={playback.mode === 'live'}
      value={String(playback.mode === 'live' ? 1 : playback.speed)}
      options={speedOptions}
      onChange={(value) => controls.setSpeed(speeds.find((speed) => String(speed) === value) ?? 1)}
    />
  );
}
