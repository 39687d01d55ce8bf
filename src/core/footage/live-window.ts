// The live window: numbers for fragments that slide out of sight, the same for every viewer at every process.
//
// A fragment's number is its recording's plus its place in it. What a recording begins with is decided once, when its
// first fragment is seen, and shared: everything else follows from the footage itself.

import type { RecordingId } from '../brand.ts';
import { type PlayableFragment, playsOn } from './footage.ts';

/** Length of the window in ms: what a live player may seek back, and lag behind, without losing its place. */
export const liveWindowMs = 30_000;

/** Recordings remembered of one camera: enough for every window a slow request can still show, however short they are. */
const maxRemembered = 32;

// Numbers begin at, and after an unwatched while jump to, the time in tenths of a second: no fragment is that
// short, so a number is never used twice, not even across restarts.
const msPerNumber = 100;

export interface NumberedFragment {
  readonly fragment: PlayableFragment;
  readonly mediaSequence: number;
  /** Discontinuities before this fragment since counting began. */
  readonly discontinuitySequence: number;
}

export interface NumberedRecording {
  readonly recordingId: RecordingId;
  /** When the fragment began that was seen first. */
  readonly seenAt: number;
  /** Of its fragment 0, whether or not that was ever in a window. */
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
}

/** Recordings of one camera that have numbers, oldest first. */
export type Numbering = readonly NumberedRecording[];

/** Numbers recordings that are new in `fragments` (by time) after those that have numbers; `known` itself if none is. */
export function numberRecordings(known: Numbering, fragments: readonly PlayableFragment[]): Numbering {
  const numbering = [...known];
  let before: PlayableFragment | null = null;
  for (const fragment of fragments) {
    const last = numbering.at(-1);
    const isKnown = numbering.some(({ recordingId }) => recordingId === fragment.recordingId);
    if (!isKnown && (last === undefined || fragment.startAt > last.seenAt)) {
      numbering.push(numbersAfter(last ?? null, before, fragment));
    }
    before = fragment;
  }
  return numbering.length === known.length ? known : numbering.slice(-maxRemembered);
}

/** The numbered fragments of a window, without any that came too late to be numbered in order. */
export function numberedWindow(
  numbering: Numbering,
  fragments: readonly PlayableFragment[],
): readonly NumberedFragment[] {
  const recordings = new Map(numbering.map((numbers) => [numbers.recordingId, numbers]));
  const window = fragments.flatMap((fragment) => {
    const numbers = recordings.get(fragment.recordingId);
    if (numbers === undefined) return [];
    const { mediaSequence, discontinuitySequence } = numbers;
    return [{ fragment, mediaSequence: mediaSequence + fragment.index, discontinuitySequence }];
  });
  // Only a run without holes in its numbers can be shown: a playlist states the first number only.
  const jump = window.findLastIndex(
    ({ mediaSequence }, place) => place > 0 && window[place - 1]?.mediaSequence !== mediaSequence - 1,
  );
  return jump === -1 ? window : window.slice(jump);
}

function numbersAfter(
  last: NumberedRecording | null,
  before: PlayableFragment | null,
  fragment: PlayableFragment,
): NumberedRecording {
  const { recordingId, startAt: seenAt, index } = fragment;
  const byTime = Math.floor(seenAt / msPerNumber);
  if (last === null) {
    return { recordingId, seenAt, mediaSequence: byTime - index, discontinuitySequence: byTime };
  }
  // A recording begins when the one before it is whole: its last fragment is the one before.
  if (before !== null && before.recordingId === last.recordingId && index === 0) {
    const isBroken = !playsOn(before, fragment);
    return {
      recordingId,
      seenAt,
      mediaSequence: last.mediaSequence + before.index + 1,
      discontinuitySequence: last.discontinuitySequence + (isBroken ? 1 : 0),
    };
  }
  const seenOfLast = before?.recordingId === last.recordingId ? before.index : 0;
  return {
    recordingId,
    seenAt,
    mediaSequence: Math.max(last.mediaSequence + seenOfLast + 2, byTime) - index,
    discontinuitySequence: Math.max(last.discontinuitySequence + 1, byTime),
  };
}
