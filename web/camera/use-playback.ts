// Playback on the camera page: the state machine, the moment on screen, and the player that follows.

import { type RefObject, useEffect, useRef, useState } from 'react';
import { serverNow } from '../app/server-clock.ts';
import type { PlayerHandle } from '../player/player.tsx';
import {
  atEnd,
  caughtUp,
  live,
  type Playback,
  type Speed,
  seekTo,
  togglePause,
  withSpeed,
} from './playback.ts';

/** The moment on screen is rendered at most this often, in ms; the video itself runs on. */
const renderEveryMs = 200;

export interface PlaybackControls {
  readonly playback: Playback;
  /** The moment on screen, in ms since the epoch. */
  readonly at: number;
  readonly player: RefObject<PlayerHandle | null>;
  seek(at: number): void;
  goLive(): void;
  togglePause(): void;
  setSpeed(speed: Speed): void;
  /** For the player: the moment it shows, and that it came to its end. */
  onMoment(at: number): void;
  onEnded(): void;
}

/** Begins at `startAt`, or live when it is undefined. */
export function usePlayback(startAt: number | undefined): PlaybackControls {
  const player = useRef<PlayerHandle>(null);
  const [playback, setPlayback] = useState<Playback>(() =>
    startAt === undefined ? live : seekTo(live, startAt, serverNow()),
  );
  const [at, setAt] = useState(startAt ?? serverNow);
  const shown = useRef({ at, renderedAt: 0 });
  const seek = playback.mode === 'past' ? playback.seek : null;

  useEffect(() => {
    if (seek !== null) player.current?.seek(seek.at);
  }, [seek]);

  function showMoment(moment: number) {
    shown.current = { at: moment, renderedAt: performance.now() };
    setAt(moment);
  }

  return {
    playback,
    at,
    player,
    seek(moment) {
      setPlayback((state) => seekTo(state, moment, serverNow()));
      showMoment(Math.min(moment, serverNow()));
    },
    goLive: () => setPlayback(live),
    togglePause: () => setPlayback((state) => togglePause(state, shown.current.at, serverNow())),
    setSpeed: (speed) => setPlayback((state) => withSpeed(state, speed)),
    onMoment(moment) {
      shown.current.at = moment;
      if (performance.now() - shown.current.renderedAt < renderEveryMs) return;
      showMoment(moment);
      setPlayback((state) => caughtUp(state, moment, serverNow()));
    },
    onEnded: () => setPlayback((state) => atEnd(state, shown.current.at, serverNow())),
  };
}
