// The tracker: which detection of this look is which object of the looks before.

import type { EpochMs } from '../brand.ts';
import { centre, intersects, overlap } from './box.ts';
import type { Box, Detection, ObjectKind } from './detection.ts';

/** What one look at a picture gave. */
export interface Look {
  readonly at: EpochMs;
  readonly detections: readonly Detection[];
  /** Where something moved since the look before. */
  readonly motion: readonly Box[];
  /** Width of the picture divided by its height. */
  readonly aspect: number;
}

/** One object over looks. */
export interface TrackedObject {
  /** Its own among all objects that are remembered. */
  readonly id: number;
  readonly kind: ObjectKind;
  /** The first and the newest look in which it was seen. */
  readonly startAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  /** Where it was seen last, and with what score. */
  readonly box: Box;
  readonly score: number;
  readonly bestScore: number;
  readonly bestBox: Box;
  /** Where it was seen first, and how much of that place it shared in the look in which it did least: 0 to 1. */
  readonly firstBox: Box;
  readonly leastOverlap: number;
  /** Of its centre, in pictures a second. */
  readonly velocity: { readonly x: number; readonly y: number };
  /** The last three looks, newest first: was it seen? */
  readonly seen: readonly boolean[];
  /** It was once seen in two of three looks: a single look can err. */
  readonly isConfirmed: boolean;
  /** The newest look at which something moved in its box; null: never. */
  readonly lastMovedAt: EpochMs | null;
}

/**
 * A detection below `newObjectScore` is no reason to believe in an object, but one above `sameObjectScore` is
 * enough to find an object again where it is expected (the idea of ByteTrack, arXiv:2110.06864).
 */
export const newObjectScore = 0.4;
const sameObjectScore = 0.2;
/** An object that was not seen for longer is forgotten: another one in its place is another one. */
export const forgetMs = 6_000;
const rememberedLooks = 3;
const looksToConfirm = 2;
/** Boxes that share this much are the same object. */
const sameObjectOverlap = 0.2;
/**
 * Otherwise it may have gone this far, in heights of its box: a person runs at two heights a second, and a box
 * jumps a little without its object moving. However long it was away, only so much is believed.
 */
const jitterHeights = 0.3;
const heightsPerSecond = 1;
const maxHeights = 1.2;
/** A velocity says where an object goes next for about this long. */
const maxPredictionMs = 1_000;
/** Weight of the newest step in the velocity. */
const velocityWeight = 0.6;

/** The objects after `look`, given those before. Forgotten objects are left out. */
export function trackObjects(before: readonly TrackedObject[], look: Look): TrackedObject[] {
  const objects = before.filter(({ lastSeenAt }) => look.at - lastSeenAt <= forgetMs);
  const sure = look.detections.filter(({ score }) => score >= newObjectScore);
  const unsure = look.detections.filter(({ score }) => score >= sameObjectScore && score < newObjectScore);
  const matches = new Map<TrackedObject, Detection>();
  match(objects, sure, look, matches);
  match(objects, unsure, look, matches);
  const taken = new Set(matches.values());
  // Above those that are forgotten just now too: whoever knows them by their id must not take another for them.
  const lastId = before.reduce((last, { id }) => Math.max(last, id), 0);
  return [
    ...objects.map((object) => {
      const detection = matches.get(object);
      return detection === undefined ? missed(object) : found(object, detection, look);
    }),
    ...sure
      .filter((detection) => !taken.has(detection))
      .map((detection, index) => newObject(lastId + 1 + index, detection, look)),
  ];
}

/** Whether it was seen at the newest look. */
export function isSeen(object: TrackedObject): boolean {
  return object.seen[0] === true;
}

/**
 * Whether it was on its way out when it was last seen: going on like that for a second, its box would have
 * crossed the edge of the picture. Standing at an edge, or being cut by it, is not leaving.
 */
export function isLeaving({ box, velocity }: TrackedObject): boolean {
  const seconds = 1;
  const slow = 0.05;
  return (
    (velocity.x < -slow && box.x + velocity.x * seconds <= 0) ||
    (velocity.x > slow && box.x + box.width + velocity.x * seconds >= 1) ||
    (velocity.y < -slow && box.y + velocity.y * seconds <= 0) ||
    (velocity.y > slow && box.y + box.height + velocity.y * seconds >= 1)
  );
}

/** Pairs objects with detections, the nearest first; adds to `matches`. */
function match(
  objects: readonly TrackedObject[],
  detections: readonly Detection[],
  look: Look,
  matches: Map<TrackedObject, Detection>,
): void {
  const pairs = objects
    .filter((object) => !matches.has(object))
    .flatMap((object) =>
      detections.map((detection) => ({ object, detection, distance: distance(object, detection, look) })),
    )
    .filter((pair) => pair.distance <= 1)
    .sort((one, other) => one.distance - other.distance);
  const taken = new Set<Detection>();
  for (const { object, detection } of pairs) {
    if (matches.has(object) || taken.has(detection)) continue;
    matches.set(object, detection);
    taken.add(detection);
  }
}

/** 0 where it was expected, 1 as far as it may have come, more: not the same. */
function distance(object: TrackedObject, detection: Detection, look: Look): number {
  if (object.kind !== detection.kind) return Number.POSITIVE_INFINITY;
  const passedMs = Math.max(0, look.at - object.lastSeenAt);
  const expected = predicted(object, passedMs);
  const shared = Math.max(overlap(expected, detection.box), overlap(object.box, detection.box));
  if (shared >= sameObjectOverlap) return 1 - shared;
  const [from, to] = [centre(expected), centre(detection.box)];
  // In heights of the picture, so that both directions count alike.
  const gone = Math.hypot((to.x - from.x) * look.aspect, to.y - from.y);
  const heights = Math.min(maxHeights, jitterHeights + (heightsPerSecond * passedMs) / 1000);
  const reach = heights * Math.max(object.box.height, detection.box.height);
  // Never nearer than what overlaps.
  return 1 - sameObjectOverlap + (sameObjectOverlap * gone) / reach;
}

function predicted({ box, velocity }: TrackedObject, passedMs: number): Box {
  const seconds = Math.min(passedMs, maxPredictionMs) / 1000;
  return { ...box, x: box.x + velocity.x * seconds, y: box.y + velocity.y * seconds };
}

function found(object: TrackedObject, { score, box }: Detection, look: Look): TrackedObject {
  const seconds = (look.at - object.lastSeenAt) / 1000;
  const [from, to] = [centre(object.box), centre(box)];
  const blend = (was: number, step: number) =>
    seconds <= 0 ? was : was + velocityWeight * (step / seconds - was);
  const isBest = score > object.bestScore;
  const seen = [true, ...object.seen].slice(0, rememberedLooks);
  return {
    ...object,
    lastSeenAt: look.at,
    box,
    score,
    bestScore: isBest ? score : object.bestScore,
    bestBox: isBest ? box : object.bestBox,
    leastOverlap: Math.min(object.leastOverlap, overlap(object.firstBox, box)),
    velocity: { x: blend(object.velocity.x, to.x - from.x), y: blend(object.velocity.y, to.y - from.y) },
    seen,
    isConfirmed: object.isConfirmed || seen.filter(Boolean).length >= looksToConfirm,
    lastMovedAt: movedIn(box, look) ? look.at : object.lastMovedAt,
  };
}

function missed(object: TrackedObject): TrackedObject {
  return { ...object, seen: [false, ...object.seen].slice(0, rememberedLooks) };
}

function newObject(id: number, { kind, score, box }: Detection, look: Look): TrackedObject {
  return {
    id,
    kind,
    startAt: look.at,
    lastSeenAt: look.at,
    box,
    score,
    bestScore: score,
    bestBox: box,
    firstBox: box,
    leastOverlap: 1,
    velocity: { x: 0, y: 0 },
    seen: [true],
    isConfirmed: false,
    lastMovedAt: movedIn(box, look) ? look.at : null,
  };
}

function movedIn(box: Box, look: Look): boolean {
  return look.motion.some((area) => intersects(area, box));
}
