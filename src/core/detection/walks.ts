// Walks: where each tracked object stood from look to look, and which of it an episode tells.

import type { EpochMs } from '../brand.ts';
import { foot } from './box.ts';
import { isAlive } from './episodes.ts';
import { maxPathPoints, type Path, pathLength, pathPoint, simplifyPath } from './path.ts';
import { isSeen, type TrackedObject } from './tracker.ts';

/** The way of one object so far. */
export interface Walk {
  /** An id is given again after its object was forgotten: only with its start it names one object. */
  readonly objectId: number;
  readonly startAt: EpochMs;
  /** It was seen in two of three looks, and something moved where it stands. */
  readonly isSure: boolean;
  readonly path: Path;
}

/** Paths of one episode at most: more people than these nobody follows on a picture. */
export const maxWalks = 8;
/** A walk of hours is thinned whenever it has so many points. */
const thinnedAt = 2 * maxPathPoints;

/**
 * The walks of those that are `remembered` after a look at `at`, given the walks before. Who stands in a mask, or where
 * they are to be ignored, is not among those that count, and leaves no point there.
 */
export function stepWalks(
  before: readonly Walk[],
  { remembered, counting }: Record<'remembered' | 'counting', readonly TrackedObject[]>,
  at: EpochMs,
): readonly Walk[] {
  const walks = before.filter((walk) => remembered.some((object) => isWalkOf(walk, object)));
  const seen = counting.filter(isSeen);
  const others = walks.filter((walk) => !seen.some((object) => isWalkOf(walk, object)));
  return [
    ...others,
    ...seen.map((object) =>
      walked(
        walks.find((walk) => isWalkOf(walk, object)),
        object,
        at,
      ),
    ),
  ];
}

/** The walks of an episode with those of one more look: the sure ones, and the longest where there are too many. */
export function mergeWalks(before: readonly Walk[], now: readonly Walk[]): readonly Walk[] {
  const merged = new Map(
    [...before, ...now.filter(({ isSure }) => isSure)].map((walk) => [nameOf(walk), walk]),
  );
  const walks = [...merged.values()];
  if (walks.length <= maxWalks) return walks;
  const longest = new Set(
    walks.toSorted((one, other) => pathLength(other.path) - pathLength(one.path)).slice(0, maxWalks),
  );
  return walks.filter((walk) => longest.has(walk));
}

/** The paths of an episode as they are told, by their begin. */
export function pathsOf(walks: readonly Walk[]): readonly Path[] {
  return walks.map(({ path }) => simplifyPath(path)).toSorted((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0));
}

function walked(walk: Walk | undefined, object: TrackedObject, at: EpochMs): Walk {
  const { id: objectId, startAt, isConfirmed, lastMovedAt } = object;
  const point = pathPoint(at, foot(object.box));
  // What never moved stands where it is: its way begins with its first step.
  const known = lastMovedAt === null ? [] : (walk?.path ?? []);
  const isHere = lastMovedAt === null || isAlive(object, at);
  const path = isHere ? [...known, point] : known;
  return {
    ...{ objectId, startAt },
    isSure: isConfirmed && isAlive(object, at),
    path: path.length >= thinnedAt ? simplifyPath(path) : path,
  };
}

/** Whether it is the walk of this object. */
export function isWalkOf({ objectId, startAt }: Walk, object: TrackedObject): boolean {
  return objectId === object.id && startAt === object.startAt;
}

function nameOf({ objectId, startAt }: Walk): string {
  return `${objectId} ${startAt}`;
}
