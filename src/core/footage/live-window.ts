// The live window: numbers for fragments that slide out of sight, the same for every viewer.

import { type PlayableFragment, playsOn } from './footage.ts';

/** Length of the window in ms: what a live player may seek back, and lag behind, without losing its place. */
export const liveWindowMs = 30_000;

/** Numbers remembered for one camera: enough for every window a slow request can still show. */
const maxRemembered = 500;

// Numbers begin at, and after an unwatched while jump to, the time in tenths of a second: no fragment is that
// short, so a number is never used twice, not even across restarts.
const msPerNumber = 100;

export interface NumberedFragment {
  readonly fragment: PlayableFragment;
  readonly mediaSequence: number;
  /** Discontinuities before this fragment since counting began. */
  readonly discontinuitySequence: number;
}

/** Fragments of one camera that have numbers, oldest first. */
export type Numbering = readonly NumberedFragment[];

/** Numbers what is new in `fragments` (by time) after what has numbers already. */
export function numberFragments(known: Numbering, fragments: readonly PlayableFragment[]): Numbering {
  const numbering = [...known];
  const places = new Map(known.map((numbered, place) => [name(numbered.fragment), place]));
  let before: PlayableFragment | null = null;
  for (const fragment of fragments) {
    const last = numbering.at(-1);
    const isNew =
      !places.has(name(fragment)) && (last === undefined || fragment.startAt > last.fragment.startAt);
    if (isNew) {
      numbering.push({ fragment, ...numbersAfter(last ?? null, before, fragment) });
      places.set(name(fragment), numbering.length - 1);
    }
    before = fragment;
  }
  return numbering.slice(-maxRemembered);
}

/** The numbered fragments of a window, without any that came too late to be numbered in order. */
export function numberedWindow(
  numbering: Numbering,
  fragments: readonly PlayableFragment[],
): readonly NumberedFragment[] {
  const wanted = new Set(fragments.map(name));
  const window = numbering.filter(({ fragment }) => wanted.has(name(fragment)));
  // Only a run without holes in its numbers can be shown: a playlist states the first number only.
  const jump = window.findLastIndex(
    ({ mediaSequence }, place) => place > 0 && window[place - 1]?.mediaSequence !== mediaSequence - 1,
  );
  return jump === -1 ? window : window.slice(jump);
}

function numbersAfter(
  last: NumberedFragment | null,
  before: PlayableFragment | null,
  fragment: PlayableFragment,
): { mediaSequence: number; discontinuitySequence: number } {
  const byTime = Math.floor(fragment.startAt / msPerNumber);
  if (last === null) return { mediaSequence: byTime, discontinuitySequence: byTime };
  if (before !== null && name(before) === name(last.fragment)) {
    return {
      mediaSequence: last.mediaSequence + 1,
      discontinuitySequence: last.discontinuitySequence + (playsOn(last.fragment, fragment) ? 0 : 1),
    };
  }
  return {
    mediaSequence: Math.max(last.mediaSequence + 2, byTime),
    discontinuitySequence: Math.max(last.discontinuitySequence + 1, byTime),
  };
}

function name({ recordingId, index }: PlayableFragment): string {
  return `${recordingId}/${index}`;
}
