// What the camera page plays: the live picture, or a span of the past. A pure state machine.

import { paths } from '../../src/http/contract/paths.ts';

/** A playlist of the past reaches so far before and after the moment asked for, in ms: near seeks need no new one. */
const beforeMs = 2 * 60_000;
const afterMs = 30 * 60_000;
/** A playlist that grows is read again every second, so only one that begins this shortly ago may grow, in ms. */
const mayGrowMs = 8 * 60_000;
/** Closer than this to now, the past is live, in ms: the newest fragment is that old anyway. */
const liveEdgeMs = 4000;

export const speeds = [1, 2, 8] as const;
export type Speed = (typeof speeds)[number];

export type Playback =
  | { readonly mode: 'live'; readonly paused: boolean }
  | {
      readonly mode: 'past';
      /** Where playback begins; a new object for every seek, even to the same moment. */
      readonly seek: { readonly at: number };
      readonly from: number;
      readonly to: number;
      readonly paused: boolean;
      readonly speed: Speed;
    };

export const live: Playback = { mode: 'live', paused: false };

/** Plays from `at`; near enough to now that is the live picture. */
export function seekTo(state: Playback, at: number, now: number): Playback {
  if (at >= now - liveEdgeMs) return live;
  const seek = { at };
  if (state.mode === 'past' && at >= state.from && at < state.to) return { ...state, seek };
  return {
    mode: 'past',
    seek,
    ...span(at - beforeMs, at, now),
    paused: state.paused,
    speed: state.mode === 'past' ? state.speed : 1,
  };
}

/** Pausing the live picture holds it; going on from there is the past. */
export function togglePause(state: Playback, at: number, now: number): Playback {
  if (!state.paused) return { ...state, paused: true };
  if (state.mode === 'past') return { ...state, paused: false };
  const resumed = seekTo(state, at, now);
  return { ...resumed, paused: false };
}

/** Other speeds than 1 make sense only in the past: there is nothing ahead of live. */
export function withSpeed(state: Playback, speed: Speed): Playback {
  return state.mode === 'live' ? state : { ...state, speed };
}

/** The playlist came to its end at `at`: the next one follows, or the live picture. */
export function atEnd(state: Playback, at: number, now: number): Playback {
  if (state.mode === 'live') return state;
  const next = Math.max(at, state.to - 1000) + 1000;
  if (next >= now - liveEdgeMs) return live;
  return { ...state, seek: { at: next }, ...span(next, next, now) };
}

/** Playing faster than time catches up with now: from there on it is live. */
export function caughtUp(state: Playback, at: number, now: number): Playback {
  return state.mode === 'past' && state.speed > 1 && !state.paused && at >= now - liveEdgeMs ? live : state;
}

export function addressOf(state: Playback, cameraId: string): string {
  return state.mode === 'live' ? paths.live(cameraId) : paths.playlist(cameraId, state.from, state.to);
}

/** What the playlist for playing from `at` covers; its end lies ahead of now only where it may grow. */
function span(from: number, at: number, now: number): { from: number; to: number } {
  const to = at + afterMs;
  const end = to > now && at < now - mayGrowMs ? now : to;
  return { from: Math.floor(from), to: Math.floor(end) };
}
