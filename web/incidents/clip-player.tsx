// The clip of an incident: plays at once, and goes on growing while the incident does.

import { useRef, useState } from 'react';
import { paths } from '../../src/http/contract/paths.ts';
import { Player, type PlayerHandle } from '../player/player.tsx';
import { IconButton } from '../ui/button.tsx';
import { useNow } from '../ui/use-now.ts';
import { clockSeconds } from '../ui/words.ts';

/** The newest fragment is so old when it can be played, in ms. */
const newestAfterMs = 2000;

interface ClipPlayerProps {
  readonly camera: { readonly id: string; readonly name: string };
  readonly clip: { readonly from: number; readonly to: number };
  /** When the intruder was seen first and when nobody was there any more; null while somebody is. */
  readonly startAt: number;
  readonly endAt: number | null;
  readonly poster: string;
  readonly zone: string;
}

export function ClipPlayer({ camera, clip, startAt, endAt, poster, zone }: ClipPlayerProps) {
  const player = useRef<PlayerHandle>(null);
  const now = useNow(1000);
  const [paused, setPaused] = useState(false);
  const [at, setAt] = useState(clip.from);
  const [ended, setEnded] = useState(false);
  const shown = useRef(0);
  const growing = clip.to > now - newestAfterMs;
  const end = growing ? Math.max(clip.from + 1000, now - newestAfterMs) : clip.to;

  function show(moment: number) {
    if (Math.abs(moment - shown.current) < 100) return;
    shown.current = moment;
    setAt(moment);
  }
  function seek(moment: number) {
    setEnded(false);
    player.current?.seek(moment);
    show(moment);
  }
  function toggle() {
    if (ended) {
      seek(clip.from);
      setPaused(false);
    } else setPaused(!paused);
  }

  const part = (moment: number) =>
    Math.min(100, Math.max(0, ((moment - clip.from) / (end - clip.from)) * 100));
  return (
    <div className="clip-player">
      <Player
        ref={player}
        address={paths.playlist(camera.id, clip.from, clip.to)}
        live={false}
        startAt={at}
        paused={paused || ended}
        speed={1}
        label={`Clip of ${camera.name}`}
        poster={poster}
        aspectRatio={16 / 9}
        onMoment={show}
        onEnded={() => setEnded(true)}
        onPress={toggle}
      >
        {endAt === null && (
          <span className="player-tag player-tag-live">
            <span className="dot" />
            Going on now
          </span>
        )}
        <span className="player-corner">
          <IconButton
            icon="expand"
            label="Full screen"
            size="small"
            onClick={() => player.current?.toggleFullScreen()}
          />
        </span>
      </Player>
      <div className="clip-controls">
        <IconButton
          icon={paused || ended ? 'play' : 'pause'}
          label={paused || ended ? 'Play' : 'Pause'}
          onClick={toggle}
        />
        <span
          className="clip-track"
          style={{
            '--seen-from': `${part(startAt)}%`,
            '--seen-to': `${part(endAt ?? end)}%`,
            '--at': `${part(at)}%`,
          }}
        >
          <input
            type="range"
            aria-label="Position in the clip"
            aria-valuetext={clockSeconds(at, zone)}
            min={clip.from}
            max={Math.round(end)}
            step={100}
            value={Math.min(at, end)}
            onChange={(event) => seek(Number(event.target.value))}
          />
        </span>
        <span className="numbers clip-clock">{clockSeconds(at, zone)}</span>
      </div>
    </div>
  );
}
