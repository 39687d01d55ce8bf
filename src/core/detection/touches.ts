// Touches: from tracked objects to "somebody did what a zone asks for".

import { branded, type EpochMs, type ZoneId } from '../brand.ts';
import { foot } from './box.ts';
import type { ObjectKind, Touch } from './detection.ts';
import { isAlive } from './episodes.ts';
import { contains, crossing, meetsBorder, type Point } from './polygon.ts';
import { isSeen, type TrackedObject } from './tracker.ts';
import type { Zone } from './zone.ts';

type Place = 'in' | 'out' | 'unseen';

/** One object in one zone, from the first look in which it was there. */
interface Stay {
  readonly zoneId: ZoneId;
  readonly objectId: number;
  /** The last looks, newest first. */
  readonly places: readonly Place[];
  readonly since: EpochMs;
  /** It was once there in two of three looks. */
  readonly isSure: boolean;
}

/** Where an object stood when it was seen. */
interface Footing {
  readonly foot: Point;
  readonly at: EpochMs;
}

/** One object over one line, or through one area. */
interface Crossing {
  readonly zoneId: ZoneId;
  readonly objectId: number;
  readonly at: EpochMs;
}

/** What is remembered from look to look. */
export interface TouchState {
  readonly stays: readonly Stay[];
  /** Where each object stood when it was seen, newest first: a look that missed it does not hide a crossing. */
  readonly feet: ReadonlyMap<number, readonly Footing[]>;
  /** Of objects of which nobody is sure yet. */
  readonly crossings: readonly Crossing[];
  /** Objects that touched something. */
  readonly touched: ReadonlySet<number>;
}

export const noTouches: TouchState = {
  stays: [],
  feet: new Map(),
  crossings: [],
  touched: new Set(),
};

/** What a zone asks for was done at this look. */
export interface NewTouch extends Touch {
  readonly objectKind: ObjectKind;
}

export interface TouchStep {
  readonly state: TouchState;
  readonly touches: readonly NewTouch[];
}

const rememberedLooks = 3;
const looksToBeSure = 2;
/** The last two sights of an object say whether it came through an area: outside, perhaps once inside, outside. */
const rememberedFeet = 2;
/** Who was seen on both sides of an area further apart than this may have gone round it. */
const throughMs = 2_500;
/** What never moved is not there yet: a stay begins at most this long before the first motion. */
const stillMs = 3_000;

/** Whether it stands where it is not to be seen: in a mask, or where its kind is ignored. */
export function isIgnored(
  { box, kind }: Pick<TrackedObject, 'box' | 'kind'>,
  zones: readonly Zone[],
): boolean {
  return zones.some(
    (zone) =>
      (zone.kind === 'mask' || (zone.kind === 'ignore' && zone.objectKinds.includes(kind))) &&
      contains(zone.points, foot(box)),
  );
}

/**
 * The touches after a look at `at` that left `objects`, given the state before. About 50 µs for ten zones of eight corners and two
 * objects.
 */
export function stepTouches(
  before: TouchState,
  zones: readonly Zone[],
  objects: readonly TrackedObject[],
  at: EpochMs,
): TouchStep {
  const stays = objects.flatMap((object) => staysOf(before, zones, object, at));
  const crossings = objects.flatMap((object) => crossingsOf(before, zones, object, at));
  const believed = new Map(
    objects
      .filter((object) => object.isConfirmed && isAlive(object, at))
      .map((object) => [object.id, object]),
  );
  const touches = zones.flatMap((zone) => [
    ...stays
      .filter((stay) => stay.zoneId === zone.id && isTouch(stay, zone, at))
      .flatMap(({ objectId, since }) => newTouch(zone, believed.get(objectId), begunAt(zone, since), at)),
    ...crossings
      .filter(({ zoneId }) => zoneId === zone.id)
      .flatMap((one) => newTouch(zone, believed.get(one.objectId), one.at, one.at)),
  ]);
  const ids = new Set(objects.map(({ id }) => id));
  const touched = [...before.touched].filter((id) => ids.has(id));
  return {
    state: {
      stays,
      feet: new Map(objects.map((object) => [object.id, feetOf(before, object, at)])),
      crossings: crossings.filter(({ objectId }) => !believed.has(objectId)),
      touched: new Set([...touched, ...touches.map(({ objectId }) => objectId)]),
    },
    touches: touches.map(({ touch }) => touch),
  };
}

/** The touches of an episode with those of one more look: one a zone, in the order in which they began. */
export function mergeTouches(before: readonly Touch[], now: readonly Touch[]): readonly Touch[] {
  const merged = new Map(before.map((touch) => [touch.zoneId, touch]));
  for (const { zoneId, kind, armings, since, until } of now) {
    const known = merged.get(zoneId);
    merged.set(zoneId, {
      ...{ zoneId, kind, armings },
      since: known === undefined || since < known.since ? since : known.since,
      until: known === undefined || until > known.until ? until : known.until,
    });
  }
  return [...merged.values()].sort((one, other) => one.since - other.since);
}

function newTouch(
  { id: zoneId, kind, armings }: Zone,
  object: TrackedObject | undefined,
  since: EpochMs,
  until: EpochMs,
): { objectId: number; touch: NewTouch }[] {
  if (object === undefined) return [];
  const touch = { zoneId, kind: kind === 'entry' ? kind : 'watch', armings, since, until } as const;
  return [{ objectId: object.id, touch: { ...touch, objectKind: object.kind } }];
}

/**
 * When a stay begins to count. An entry begins with what its zone asks for, which is having stayed: the time to disarm
 * would else be over before anybody was told that it runs. What is watched alarms since somebody came.
 */
function begunAt({ kind, dwellSeconds }: Zone, since: EpochMs): EpochMs {
  return kind === 'entry' ? branded<EpochMs>(since + dwellSeconds * 1_000) : since;
}

function isTouch({ places, since, isSure }: Stay, { dwellSeconds }: Zone, at: EpochMs): boolean {
  return isSure && places[0] === 'in' && at - since >= dwellSeconds * 1_000;
}

/** The stays of one object after this look, in areas that alarm. */
function staysOf(
  { stays }: TouchState,
  zones: readonly Zone[],
  object: TrackedObject,
  at: EpochMs,
): readonly Stay[] {
  const here = isSeen(object) ? areasAt(zones, object) : [];
  return zones.flatMap((zone) => {
    if (zone.kind !== 'watch' && zone.kind !== 'entry') return [];
    const known = stays.find(({ zoneId, objectId }) => zoneId === zone.id && objectId === object.id);
    const isTall = object.box.height >= zone.minHeight || known?.isSure === true;
    const place: Place = !isSeen(object) ? 'unseen' : here.includes(zone) && isTall ? 'in' : 'out';
    if (known === undefined && place !== 'in') return [];
    const places = [place, ...(known?.places ?? [])].slice(0, rememberedLooks);
    // One look beside the zone may be a box that was drawn badly; behind something is where it was.
    if (places.filter((each) => each === 'out').length >= looksToBeSure) return [];
    const earliest = object.lastMovedAt === null ? at - stillMs : 0;
    const since = known === undefined ? at : known.since < earliest ? at : known.since;
    const isSure = known?.isSure === true || places.filter((each) => each === 'in').length >= looksToBeSure;
    return [{ zoneId: zone.id, objectId: object.id, places, since, isSure }];
  });
}

/** The areas that count where the object stands: entries where there is one, else what is watched. */
function areasAt(zones: readonly Zone[], object: TrackedObject): readonly Zone[] {
  if (isIgnored(object, zones)) return [];
  const at = foot(object.box);
  const areas = zones.filter(
    ({ kind, objectKinds, points }) =>
      (kind === 'watch' || kind === 'entry') && objectKinds.includes(object.kind) && contains(points, at),
  );
  const entries = areas.filter(({ kind }) => kind === 'entry');
  return entries.length > 0 ? entries : areas;
}

/** The lines and areas that the object crossed with its newest step, and those that it is not believed to have crossed yet. */
function crossingsOf(
  { feet, crossings }: TouchState,
  zones: readonly Zone[],
  object: TrackedObject,
  at: EpochMs,
): readonly Crossing[] {
  const waiting = crossings.filter(({ objectId }) => objectId === object.id);
  const known = feet.get(object.id) ?? [];
  const [from] = known;
  if (from === undefined || !isSeen(object) || isIgnored(object, zones)) return waiting;
  const to = foot(object.box);
  const crossed = zones.filter((zone) => {
    if (!zone.objectKinds.includes(object.kind) || object.box.height < zone.minHeight) return false;
    if (zone.kind === 'line') return isOver(zone, from.foot, to);
    return (zone.kind === 'watch' || zone.kind === 'entry') && isThrough(zone, known, to, at);
  });
  return [...waiting, ...crossed.map(({ id: zoneId }) => ({ zoneId, objectId: object.id, at }))];
}

function isOver({ points: [a, b], direction }: Zone, from: Point, to: Point): boolean {
  if (a === undefined || b === undefined) return false;
  const found = crossing([a, b], from, to);
  return found !== null && (direction === 'either' || direction === found);
}

/**
 * Whether the object came through the area since it was last seen beside it: who runs through a doorway stands in it for
 * one look at most. Both ends have to lie outside, and the way between them inside: a single box that was drawn badly is
 * no way through. Only where nobody is asked to stay.
 */
function isThrough(
  { points, dwellSeconds }: Zone,
  known: readonly Footing[],
  to: Point,
  at: EpochMs,
): boolean {
  if (dwellSeconds > 0 || contains(points, to)) return false;
  const from = known.find(({ foot }) => !contains(points, foot));
  return from !== undefined && at - from.at <= throughMs && meetsBorder(points, [from.foot, to]);
}

/** Where the object stood in its last sights, this one included. */
function feetOf({ feet }: TouchState, object: TrackedObject, at: EpochMs): readonly Footing[] {
  const known = feet.get(object.id) ?? [];
  if (!isSeen(object) && known.length > 0) return known;
  return [{ foot: foot(object.box), at }, ...known].slice(0, rememberedFeet);
}
