// A stream in a video element: HLS by hls.js, or by the browser itself where it can (Safari).

import type Hls from 'hls.js';
import type { ErrorData, HlsConfig } from 'hls.js';
import { failureSentence, isRefused } from './failure.ts';
import { type ClockFragment, mediaAt, wallAt } from './media-clock.ts';

export type StreamState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'playing' }
  /** It will be tried again by itself. `refused`: the server will not show it, so nothing of it may stay on screen. */
  | { readonly kind: 'failed'; readonly sentence: string; readonly refused: boolean };

type Fail = (sentence: string, refused?: boolean) => void;

export interface StreamOptions {
  readonly address: string;
  readonly live: boolean;
  /** Where to begin, in ms since the epoch; null for live, or for the begin of the playlist. */
  readonly startAt: number | null;
  readonly onState: (state: StreamState) => void;
}

export interface Stream {
  /** The moment that is on screen, in ms since the epoch; null before it is known. */
  wall(): number | null;
  /** Goes to the moment, or as near as this stream reaches; also before it is loaded. */
  seek(wallMs: number): void;
  close(): void;
}

/** Asking again after a failure, in ms: doubled each time, up to the longest. */
const firstRetryMs = 1500;
const longestRetryMs = 20_000;
/** Measured (see the playback decision): 1.1 to 1.4 s behind with fragments of 1 s and blocking reloads. */
const liveConfig: Partial<HlsConfig> = {
  lowLatencyMode: true,
  liveSyncDurationCount: 1,
  liveMaxLatencyDurationCount: 6,
  maxLiveSyncPlaybackRate: 1.5,
  backBufferLength: 10,
};

/** `maxLiveSyncPlaybackRate` stays 1: otherwise hls.js resets the speed that was chosen. */
const pastConfig: Partial<HlsConfig> = { lowLatencyMode: false, maxBufferLength: 20, backBufferLength: 60 };

/** Opens `options.address` in `video`; failures are told and tried again until `close`. */
export function openStream(video: HTMLVideoElement, options: StreamOptions): Stream {
  let inner: Stream | null = null;
  let timer: number | undefined;
  let retryMs = firstRetryMs;
  let closed = false;
  let startAt = options.startAt;

  function fail(sentence: string, refused = false) {
    if (closed) return;
    // Footage goes on where it stood.
    if (!options.live) startAt = inner?.wall() ?? startAt;
    inner?.close();
    inner = null;
    options.onState({ kind: 'failed', sentence, refused });
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void open(), retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }
  function playing() {
    retryMs = firstRetryMs;
    options.onState({ kind: 'playing' });
  }
  async function open() {
    try {
      const { default: Library } = await import('hls.js/light');
      if (closed) return;
      const from = { ...options, startAt };
      inner = Library.isSupported()
        ? openWithLibrary(Library, video, from, fail)
        : openNatively(video, from, fail);
    } catch {
      fail('The player could not be loaded. Check the connection.');
    }
  }

  options.onState({ kind: 'loading' });
  video.addEventListener('playing', playing);
  void open();
  return {
    wall: () => inner?.wall() ?? null,
    seek(wallMs) {
      startAt = wallMs;
      inner?.seek(wallMs);
    },
    close() {
      closed = true;
      window.clearTimeout(timer);
      video.removeEventListener('playing', playing);
      inner?.close();
    },
  };
}

function openWithLibrary(
  Library: typeof Hls,
  video: HTMLVideoElement,
  { address, live, startAt }: StreamOptions,
  fail: Fail,
): Stream {
  const hls = new Library({
    ...(live ? liveConfig : pastConfig),
    autoStartLoad: live,
    // CMAF passes through as it is: a worker would only be one more copy.
    enableWorker: false,
  });
  let started = live;
  let first = startAt;
  let repaired = false;

  function fragments(): readonly ClockFragment[] {
    return hls.latestLevelDetails?.fragments ?? [];
  }
  // Where to begin is known only once the playlist says when its fragments were taken.
  hls.on(Library.Events.LEVEL_LOADED, (_event, { details }) => {
    if (started) return;
    started = true;
    const wanted = first === null ? null : mediaAt(details.fragments, first);
    hls.startLoad(wanted ?? details.fragments[0]?.start ?? 0);
  });
  hls.on(Library.Events.ERROR, (_event, data: ErrorData) => {
    // hls.js asks for a refused key again without end, and plays on what it has: what was refused is not shown.
    if (isRefused(data)) return fail(failureSentence(data), true);
    if (!data.fatal) return;
    if (data.type === Library.ErrorTypes.MEDIA_ERROR && !repaired) {
      repaired = true;
      hls.recoverMediaError();
      return;
    }
    fail(failureSentence(data));
  });
  hls.loadSource(address);
  hls.attachMedia(video);
  return {
    wall: () => (video.readyState === 0 ? null : wallAt(fragments(), video.currentTime)),
    seek(wallMs) {
      first = wallMs;
      const wanted = started ? mediaAt(fragments(), wallMs) : null;
      if (wanted !== null) video.currentTime = wanted;
    },
    close: () => hls.destroy(),
  };
}

/** Safari: the playlist's own begin (getStartDate) is all that is known of wall time. */
function openNatively(
  video: HTMLVideoElement,
  { address, live, startAt }: StreamOptions,
  fail: Fail,
): Stream {
  if (video.canPlayType('application/vnd.apple.mpegurl') === '') {
    fail('This browser cannot play live video. Use a newer one.');
  }
  function begin(): number | null {
    if (!('getStartDate' in video) || typeof video.getStartDate !== 'function') return null;
    const date: unknown = video.getStartDate();
    return date instanceof Date && !Number.isNaN(date.getTime()) ? date.getTime() : null;
  }
  const toStart = () => {
    const from = begin();
    if (!live)
      video.currentTime = startAt === null || from === null ? 0 : Math.max(0, (startAt - from) / 1000);
  };
  const failed = () => fail('The video cannot be played here.');
  video.addEventListener('loadedmetadata', toStart, { once: true });
  video.addEventListener('error', failed);
  video.src = address;
  return {
    wall() {
      const from = begin();
      return from === null ? null : from + video.currentTime * 1000;
    },
    seek(wallMs) {
      const from = begin();
      const wanted = from === null ? Number.NaN : (wallMs - from) / 1000;
      const end = video.seekable.length === 0 ? 0 : video.seekable.end(video.seekable.length - 1);
      if (!Number.isNaN(wanted)) video.currentTime = Math.min(end, Math.max(0, wanted));
    },
    close() {
      video.removeEventListener('loadedmetadata', toStart);
      video.removeEventListener('error', failed);
      video.removeAttribute('src');
      video.load();
    },
  };
}
