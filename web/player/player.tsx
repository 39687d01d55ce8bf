// The player: a video that knows which moment it shows, and never turns black while it changes its stream.

import './player.css';
import { useQueryClient } from '@tanstack/react-query';
import {
  type ReactNode,
  type Ref,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { keys } from '../app/query-keys.ts';
import { Icon } from '../ui/icons.tsx';
import { useVisible } from '../ui/use-visible.ts';
import { PlayerVeil } from './player-veil.tsx';
import { openStream, type Stream, type StreamState } from './stream.ts';

/** A hidden page keeps its live picture for so long, in ms: switching back and forth shows no pause. */
const unseenMs = 20_000;

export interface PlayerHandle {
  /** Goes to the moment, or as near as the stream reaches. */
  seek(wallMs: number): void;
  toggleFullScreen(): void;
  /** The moment on screen, in ms since the epoch; null before it is known. */
  moment(): number | null;
  /** Whether it could play on at once. */
  isReady(): boolean;
  /** Plays at this rate, or stands still where it is null: for pictures that keep step with others. */
  run(rate: number | null): void;
}

interface PlayerProps {
  readonly ref?: Ref<PlayerHandle>;
  /** Address of the playlist; another address is another stream. Null where there is nothing to play. */
  readonly address: string | null;
  readonly live: boolean;
  /** Where a new stream begins, in ms since the epoch; null for its own begin or live. */
  readonly startAt: number | null;
  readonly paused: boolean;
  readonly speed: number;
  readonly label: string;
  /** What is shown before the first picture. */
  readonly poster: string | undefined;
  readonly aspectRatio: number;
  /** Called many times a second with the moment on screen, in ms since the epoch. */
  readonly onMoment: (wallMs: number) => void;
  /** Called when the shape of the picture is known, and when it changes. */
  readonly onPicture?: (size: { readonly width: number; readonly height: number }) => void;
  readonly onEnded?: () => void;
  readonly onPress?: () => void;
  readonly children?: ReactNode;
}

export function Player(props: PlayerProps) {
  const { ref, address, live, paused, speed, label, poster, aspectRatio, onPress, children } = props;
  const frame = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const stream = useRef<Stream | null>(null);
  const [state, setState] = useState<StreamState>({ kind: 'loading' });
  const [waiting, setWaiting] = useState(true);
  const failed = address === null || state.kind === 'failed';
  const spins = !failed && !paused && (waiting || state.kind === 'loading');
  const refused = address !== null && state.kind === 'failed' && state.refused;
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!refused) return;
    if (still.current !== null) still.current.hidden = true;
    // Perhaps the session has ended: then this page gives way to the sign-in.
    void queryClient.invalidateQueries({ queryKey: keys.me });
  }, [refused, queryClient]);
  // A live picture that nobody sees is not fetched; footage stays where it is.
  const watched = useVisible(unseenMs) || !live;
  const startAt = useEffectEvent(() => props.startAt);
  const tell = useEffectEvent(() => {
    const wall = stream.current?.wall() ?? null;
    if (wall !== null) props.onMoment(wall);
  });

  useEffect(() => {
    const element = video.current;
    if (element === null || address === null || !watched) return;
    holdLastPicture(element, still.current);
    const opened = openStream(element, { address, live, startAt: startAt(), onState: setState });
    stream.current = opened;
    return () => {
      holdLastPicture(element, still.current);
      stream.current = null;
      opened.close();
    };
  }, [address, live, watched]);

  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    if (paused) element.pause();
    // Refused where the page was never touched: the picture stays and the button says so.
    else element.play().catch(() => undefined);
  }, [paused]);

  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.defaultPlaybackRate = live ? 1 : speed;
    element.playbackRate = live ? 1 : speed;
  }, [speed, live]);

  useEffect(() => {
    let request = requestAnimationFrame(function loop() {
      tell();
      request = requestAnimationFrame(loop);
    });
    return () => cancelAnimationFrame(request);
  }, []);

  useImperativeHandle(ref, () => ({
    seek: (wallMs) => stream.current?.seek(wallMs),
    toggleFullScreen: () => toggleFullScreen(frame.current, video.current),
    moment: () => stream.current?.wall() ?? null,
    isReady: () => isReady(video.current),
    run: (rate) => run(video.current, rate),
  }));

  function tellPicture() {
    const { videoWidth: width = 0, videoHeight: height = 0 } = video.current ?? {};
    if (width > 0 && height > 0) props.onPicture?.({ width, height });
  }

  function showing() {
    setWaiting(false);
    if (still.current !== null) still.current.hidden = true;
  }

  return (
    <div
      className="player"
      data-failed={failed}
      data-refused={refused}
      data-waiting={spins}
      ref={frame}
      style={{ aspectRatio }}
    >
      <video
        ref={video}
        aria-label={label}
        poster={poster}
        autoPlay={!paused}
        muted
        playsInline
        disablePictureInPicture={false}
        onLoadedMetadata={tellPicture}
        onResize={tellPicture}
        onLoadedData={showing}
        onPlaying={showing}
        onSeeked={() => setWaiting(false)}
        onWaiting={() => setWaiting(true)}
        onEnded={() => props.onEnded?.()}
      />
      <canvas ref={still} className="player-still" hidden />
      {onPress !== undefined && (
        // The button below the picture does the same and is the one that keyboards and screen readers meet.
        <button type="button" className="player-press" tabIndex={-1} aria-hidden="true" onClick={onPress}>
          {paused && (
            <span className="player-play">
              <Icon name="play" size={34} />
            </span>
          )}
        </button>
      )}
      {address !== null && state.kind === 'failed' && (
        <PlayerVeil icon="warning" title={refused ? 'This cannot be shown' : 'No picture'}>
          {state.sentence}
        </PlayerVeil>
      )}
      {spins && <span className="player-waiting" />}
      {children}
    </div>
  );
}

/** Keeps what is on screen until the next stream shows its first picture. */
function holdLastPicture(video: HTMLVideoElement, canvas: HTMLCanvasElement | null): void {
  if (canvas === null || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0)
    return;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  canvas.hidden = false;
}

function isReady(video: HTMLVideoElement | null): boolean {
  return video !== null && !video.seeking && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
}

function run(video: HTMLVideoElement | null, rate: number | null): void {
  if (video === null) return;
  if (rate === null) {
    if (!video.paused) video.pause();
    return;
  }
  if (Math.abs(video.playbackRate - rate) > 0.005) video.playbackRate = rate;
  if (video.paused) video.play().catch(() => undefined);
}

function toggleFullScreen(frame: HTMLElement | null, video: HTMLVideoElement | null): void {
  if (document.fullscreenElement !== null) void document.exitFullscreen();
  else if (frame?.requestFullscreen !== undefined) void frame.requestFullscreen().catch(() => undefined);
  // iPhones put only the video itself on the full screen.
  else if (
    video !== null &&
    'webkitEnterFullscreen' in video &&
    typeof video.webkitEnterFullscreen === 'function'
  ) {
    video.webkitEnterFullscreen();
  }
}
