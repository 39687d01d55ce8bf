// Episodes: from tracked objects of one kind to "somebody is there", begun once and ended once.

import type { EpochMs } from '../brand.ts';
import type { Box } from './detection.ts';
import { forgetMs, isLeaving, isSeen, type TrackedObject } from './tracker.ts';

/** Somebody is there. */
export interface Episode {
  readonly startAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  readonly bestScore: number;
  readonly bestBox: Box;
  /** How long nobody may be seen before the episode is over. */
  readonly patienceMs: number;
  /** Looks since somebody was seen. */
  readonly emptyLooks: number;
  /** The newest look. */
  readonly lookedAt: EpochMs;
}

export type EpisodeChange = 'began' | 'continues' | 'ended' | null;

export interface EpisodeStep {
  /** Null where nobody is there; the one that is over where it `ended`. */
  readonly episode: Episode | null;
  readonly change: EpisodeChange;
}

/**
 * How long to wait for somebody who cannot be seen. One who walked out of the picture is gone: the wait only
 * has to outlast a lamp post at the edge (2 s) and one look. One who vanished inside the picture is behind
 * something, or turned so that the model does not know him: he will be back.
 */
const patienceLeavingMs = 2_500;
const patienceHiddenMs = forgetMs;
/** Nobody is gone before the detector looked so often and saw nobody. */
const looksToEnd = 2;
/** Without any look for this long (the detector is down) nobody knows, and the episode is closed. */
export const blindMs = 30_000;
/** An episode begins with the first look at the person, unless that was before he moved at all. */
const maxBeginMs = 3_000;
/** Who shows no motion at all for this long is a coat, a poster, a mannequin: part of the scene. */
const settledMs = 300_000;

/** The episode after a look at `at` that left `objects`, all of one kind. */
export function stepEpisode(
  before: Episode | null,
  objects: readonly TrackedObject[],
  at: EpochMs,
): EpisodeStep {
  const present = objects.filter((object) => isSeen(object) && object.isConfirmed && isAlive(object, at));
  if (present.length > 0) {
    // The patience is that of the persons who are there now.
    const start = before === null ? null : { ...before, patienceMs: 0 };
    const episode = present.reduce<Episode | null>((sum, person) => withPerson(sum, person, at), start);
    return { episode, change: before === null ? 'began' : 'continues' };
  }
  if (before === null) return { episode: null, change: null };
  const episode = { ...before, emptyLooks: before.emptyLooks + 1, lookedAt: at };
  const isOver = at - episode.lastSeenAt >= episode.patienceMs && episode.emptyLooks >= looksToEnd;
  // Somebody was seen once, in time: the next look says whether it is a person.
  const isPending = objects.some(
    (object) => isPossible(object) && object.startAt - episode.lastSeenAt < episode.patienceMs,
  );
  return { episode, change: isOver && !isPending ? 'ended' : null };
}

/** Ends an episode that nobody has looked after for too long. */
export function isBlind(episode: Episode, at: EpochMs): boolean {
  return at - episode.lookedAt >= blindMs;
}

/** An object about which the next look will decide. */
export function isPossible({ isConfirmed, seen }: TrackedObject): boolean {
  return !isConfirmed && (seen[0] === true || seen[1] === true);
}

/** Something moved where it stands, not too long ago. */
export function isAlive({ lastMovedAt }: TrackedObject, at: EpochMs): boolean {
  return lastMovedAt !== null && at - lastMovedAt < settledMs;
}

/** `sum` with one more person who was seen at `at`. */
function withPerson(sum: Episode | null, person: TrackedObject, at: EpochMs): Episode {
  const patienceMs = isLeaving(person) ? patienceLeavingMs : patienceHiddenMs;
  const isBest = sum === null || person.bestScore > sum.bestScore;
  const beganAt = at - person.startAt > maxBeginMs ? at : person.startAt;
  return {
    startAt: sum === null || beganAt < sum.startAt ? beganAt : sum.startAt,
    lastSeenAt: at,
    bestScore: isBest ? person.bestScore : sum.bestScore,
    bestBox: isBest ? person.bestBox : sum.bestBox,
    patienceMs: Math.max(patienceMs, sum?.patienceMs ?? 0),
    emptyLooks: 0,
    lookedAt: at,
  };
}
