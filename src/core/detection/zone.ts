// Zones: what a part of a camera's picture means, and which zones make sense.

import type { CameraId, EpochMs, OrganizationId, SiteId, ZoneId } from '../brand.ts';
import type { Arming } from '../site/site.ts';
import { type ObjectKind, objectKinds } from './detection.ts';
import { area, distance, isSelfCrossing, type Point } from './polygon.ts';

/**
 * `watch`: who is in it alarms. `entry`: the same, on the way in, where whoever lives here has time to disarm.
 * `ignore`: who stands in it is not there. `line`: who crosses it alarms. `mask`: nobody looks at it at all.
 * Where they overlap, the order is mask, ignore, entry, watch; lines count everywhere but in a mask or ignored place.
 */
export const zoneKinds = ['watch', 'entry', 'line', 'ignore', 'mask'] as const;
export type ZoneKind = (typeof zoneKinds)[number];

/** As seen by who stands at the first point of the line and looks at the second. */
export const lineDirections = ['either', 'left-to-right', 'right-to-left'] as const;
export type LineDirection = (typeof lineDirections)[number];

export type ArmedArming = Exclude<Arming, 'disarmed'>;
export const armedArmings = ['armed-home', 'armed-away'] as const satisfies readonly ArmedArming[];

export interface Zone {
  readonly id: ZoneId;
  readonly name: string;
  readonly kind: ZoneKind;
  /** The corners of an area, or the two ends of a line. */
  readonly points: readonly Point[];
  /** What it is about; empty for a mask, which is about everything. */
  readonly objectKinds: readonly ObjectKind[];
  /** Under which it alarms; empty where it never alarms (`ignore`, `mask`). */
  readonly armings: readonly ArmedArming[];
  /** Least height of what counts, in fractions of the picture: what is smaller is far away. */
  readonly minHeight: number;
  /** How long somebody must stay before it alarms (`watch`, `entry`). */
  readonly dwellSeconds: number;
  readonly direction: LineDirection;
}

/** All zones of a camera; they change together. */
export interface CameraZones {
  readonly cameraId: CameraId;
  readonly organizationId: OrganizationId;
  readonly siteId: SiteId;
  /** Counts the changes; 0 while there never were any zones. */
  readonly version: number;
  /** Null while there never were any. */
  readonly changedAt: EpochMs | null;
  readonly zones: readonly Zone[];
}

/** Each is held against each object of each look; more than these nobody keeps apart on a picture. */
export const maxZones = 20;
/** Enough to draw around anything; a request with all zones stays far below the limit of bodies. */
export const maxPoints = 32;
/** An object taller than this fills the picture: nothing would count. */
export const maxMinHeight = 0.9;
/** Who stands still for longer (a parked car) has become part of the scene, which is after five minutes. */
export const maxDwellSeconds = 240;
/** Corners so near to each other, in fractions of the picture, are a slip of the hand: nothing crosses that. */
const minLineLength = 0.02;
const minArea = 0.0004;

/** Whether it makes somebody alarm: a camera with such a zone is not watched as a whole. */
export function alarms({ kind }: Zone): boolean {
  return kind === 'watch' || kind === 'entry' || kind === 'line';
}

/** The privacy masks: what nobody looks at. */
export function masksOf(zones: readonly Zone[]): readonly (readonly Point[])[] {
  return zones.filter(({ kind }) => kind === 'mask').map(({ points }) => points);
}

/** Persons, and what else a zone names that alarms. */
export function watchedKinds(zones: readonly Zone[]): readonly ObjectKind[] {
  const named = new Set(zones.filter(alarms).flatMap((zone) => zone.objectKinds));
  return objectKinds.filter((kind) => kind === 'person' || named.has(kind));
}

/** The zone without what means nothing for its kind, so that equal zones are stored equal. */
export function normalZone(zone: Zone): Zone {
  const { kind } = zone;
  const staysCount = kind === 'watch' || kind === 'entry';
  return {
    ...zone,
    points: zone.points.map(({ x, y }) => ({ x: rounded(x), y: rounded(y) })),
    objectKinds: kind === 'mask' ? [] : objectKinds.filter((each) => zone.objectKinds.includes(each)),
    armings: alarms(zone) ? armedArmings.filter((each) => zone.armings.includes(each)) : [],
    minHeight: alarms(zone) ? zone.minHeight : 0,
    dwellSeconds: staysCount ? zone.dwellSeconds : 0,
    direction: kind === 'line' ? zone.direction : 'either',
  };
}

/** A tenth of a pixel of full HD; finer is noise of a mouse. */
function rounded(value: number): number {
  return Math.round(value * 20_000) / 20_000;
}

type Drawn = Pick<Zone, 'kind' | 'points'>;

/** What is wrong with the shape, in a sentence; null where nothing is. */
export function shapeFault({ kind, points }: Drawn): string | null {
  if (points.some(({ x, y }) => !(x >= 0 && x <= 1 && y >= 0 && y <= 1))) {
    return 'A point lies outside of the picture. Move it back in.';
  }
  const [a, b] = points;
  if (kind === 'line') {
    if (points.length !== 2 || a === undefined || b === undefined) return 'A line has exactly two points.';
    return distance(a, b) < minLineLength
      ? 'The line has no length: its ends lie on each other. Pull them apart.'
      : null;
  }
  if (points.length < 3) return 'An area needs at least three points.';
  if (points.length > maxPoints) return `An area has at most ${maxPoints} points. Remove some.`;
  if (isSelfCrossing(points)) {
    return 'The border crosses itself, so that nobody can say what is inside. Move a point.';
  }
  return area(points) < minArea ? 'The area is too small for anybody to stand in. Draw it larger.' : null;
}

/** What is wrong with what the zone asks for: field → sentence. */
export function zoneFaults(zone: Omit<Zone, 'id'>): Readonly<Record<string, string>> {
  const shape = shapeFault(zone);
  const { kind } = zone;
  return {
    ...(shape === null ? {} : { points: shape }),
    ...(kind !== 'mask' && zone.objectKinds.length === 0
      ? { objectKinds: 'Choose at least one: persons, vehicles or animals.' }
      : {}),
    ...((kind === 'watch' || kind === 'entry' || kind === 'line') && zone.armings.length === 0
      ? { armings: 'Choose when it alarms: while somebody is home, while everybody is away, or both.' }
      : {}),
  };
}
