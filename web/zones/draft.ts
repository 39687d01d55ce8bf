// The draft of a camera's zones: what a person does to it, as pure functions. Each act can be undone.

import { maxPoints, maxZones, type Point, type Zone } from '../../src/http/contract/zones.ts';

export type ZoneKind = Zone['kind'];

export interface Draft {
  readonly zones: readonly Zone[];
  readonly selectedId: string | null;
  /** What is being drawn: corners that were set so far. */
  readonly drawing: { readonly kind: ZoneKind; readonly points: readonly Point[] } | null;
  /** The zones before each act, newest last. */
  readonly past: readonly (readonly Zone[])[];
}

/** Acts that can be undone: more than a person remembers. */
const maxPast = 100;
/** So near to the border of the picture, a pointer means the border. */
const snap = 0.012;
/** Corners nearer to each other than this are one: a double click. */
const sameCorner = 0.008;

export function draftOf(zones: readonly Zone[]): Draft {
  return { zones, selectedId: null, drawing: null, past: [] };
}

/** The draft after `sent` was stored as `stored`: what was changed while it was on its way is kept. */
export function saved(draft: Draft, sent: readonly Zone[], stored: readonly Zone[]): Draft {
  return draft.zones === sent ? { ...draft, zones: stored, past: [] } : draft;
}

/** Whether there is anything to save. */
export function isChanged(draft: Draft, stored: readonly Zone[]): boolean {
  return JSON.stringify(draft.zones) !== JSON.stringify(stored);
}

export function select(draft: Draft, selectedId: string | null): Draft {
  return { ...draft, selectedId };
}

/** Remembers how things are, so that what follows (a drag, a typed name) is undone in one step. */
export function remember(draft: Draft): Draft {
  if (draft.past.at(-1) === draft.zones) return draft;
  return { ...draft, past: [...draft.past, draft.zones].slice(-maxPast) };
}

export function undo(draft: Draft): Draft {
  // While something is drawn, the last corner is what is taken back.
  if (draft.drawing !== null) {
    const points = draft.drawing.points.slice(0, -1);
    return { ...draft, drawing: points.length === 0 ? null : { ...draft.drawing, points } };
  }
  const zones = draft.past.findLast((past) => past !== draft.zones);
  if (zones === undefined) return draft;
  const past = draft.past.slice(0, draft.past.lastIndexOf(zones));
  const isThere = zones.some(({ id }) => id === draft.selectedId);
  return { ...draft, zones, past, selectedId: isThere ? draft.selectedId : null };
}

export function canUndo(draft: Draft): boolean {
  return draft.drawing !== null || draft.past.some((past) => past !== draft.zones);
}

export function beginDrawing(draft: Draft, kind: ZoneKind): Draft {
  if (draft.zones.length >= maxZones) return draft;
  return { ...draft, selectedId: null, drawing: { kind, points: [] } };
}

export function cancelDrawing(draft: Draft): Draft {
  return { ...draft, drawing: null };
}

/** Sets a corner; the second point of a line finishes it. */
export function addCorner(draft: Draft, point: Point, id: string): Draft {
  const { drawing } = draft;
  if (drawing === null || drawing.points.length >= maxPoints) return draft;
  const last = drawing.points.at(-1);
  if (last !== undefined && isSame(last, point)) return draft;
  const next = { ...draft, drawing: { ...drawing, points: [...drawing.points, snapped(point)] } };
  return drawing.kind === 'line' && next.drawing.points.length === 2 ? finishDrawing(next, id) : next;
}

export function canFinish({ drawing }: Draft): boolean {
  return drawing !== null && drawing.points.length >= (drawing.kind === 'line' ? 2 : 3);
}

/** What was drawn becomes a zone, which is selected. */
export function finishDrawing(draft: Draft, id: string): Draft {
  const { drawing } = draft;
  if (drawing === null || !canFinish(draft)) return draft;
  return add(draft, newZone(draft, drawing.kind, drawing.points, id));
}

/** A shape in the middle of the picture, to be pulled where it belongs: for a keyboard, or a thumb. */
export function addReadyMade(draft: Draft, kind: ZoneKind, id: string): Draft {
  if (draft.zones.length >= maxZones) return draft;
  const [from, to] = [0.3, 0.7];
  const points =
    kind === 'line'
      ? [
          { x: 0.5, y: to },
          { x: 0.5, y: from },
        ]
      : [
          { x: from, y: from },
          { x: to, y: from },
          { x: to, y: to },
          { x: from, y: to },
        ];
  return add(draft, newZone(draft, kind, points, id));
}

function add(draft: Draft, zone: Zone): Draft {
  return { ...remember(draft), zones: [...draft.zones, zone], selectedId: zone.id, drawing: null };
}

/** Moves a corner to `point`, inside of the picture. Call `remember` where it begins. */
export function movePoint(draft: Draft, id: string, index: number, point: Point): Draft {
  return withPoints(draft, id, (points) => points.map((each, at) => (at === index ? snapped(point) : each)));
}

/** Moves all of a zone, as far as it stays inside of the picture. */
export function moveZone(draft: Draft, id: string, by: Point): Draft {
  return withPoints(draft, id, (points) => {
    const room = (values: readonly number[], step: number) =>
      Math.min(1 - Math.max(...values), Math.max(-Math.min(...values), step));
    const [x, y] = [
      room(
        points.map((point) => point.x),
        by.x,
      ),
      room(
        points.map((point) => point.y),
        by.y,
      ),
    ];
    return points.map((point) => ({ x: inside(point.x + x), y: inside(point.y + y) }));
  });
}

/** A corner after the one at `index`: half the way to the next, or at `point`. */
export function splitEdge(draft: Draft, id: string, index: number, point?: Point): Draft {
  return withPoints(remember(draft), id, (points) => {
    const [from, to] = [points[index], points[(index + 1) % points.length]];
    if (from === undefined || to === undefined || points.length >= maxPoints) return points;
    return points.toSpliced(index + 1, 0, point ?? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
  });
}

/** Removes a corner of an area that has more than three. */
export function removePoint(draft: Draft, id: string, index: number): Draft {
  const zone = draft.zones.find((each) => each.id === id);
  if (zone === undefined || zone.kind === 'line' || zone.points.length <= 3) return draft;
  return withPoints(remember(draft), id, (points) => points.toSpliced(index, 1));
}

export function removeZone(draft: Draft, id: string): Draft {
  const zones = draft.zones.filter((zone) => zone.id !== id);
  return { ...remember(draft), zones, selectedId: draft.selectedId === id ? null : draft.selectedId };
}

/** Changes settings. Another kind of area takes on what that kind usually asks for, and its name if it had none of its own. */
export function changeZone(draft: Draft, id: string, change: Partial<Omit<Zone, 'id' | 'points'>>): Draft {
  const zones = draft.zones.map((zone) =>
    zone.id === id
      ? { ...zone, ...(change.kind === undefined ? {} : asKind(draft, zone, change.kind)), ...change }
      : zone,
  );
  return { ...draft, zones };
}

/** The line from its other end: what was left is right. */
export function turnLine(draft: Draft, id: string): Draft {
  return withPoints(remember(draft), id, (points) => points.toReversed());
}

function withPoints(draft: Draft, id: string, change: (points: readonly Point[]) => readonly Point[]): Draft {
  const zones = draft.zones.map((zone) =>
    zone.id === id ? { ...zone, points: [...change(zone.points)] } : zone,
  );
  return { ...draft, zones };
}

export const kindNames = {
  watch: 'Watched area',
  entry: 'Entry',
  line: 'Line',
  ignore: 'Ignored area',
  mask: 'Privacy mask',
} as const satisfies Record<ZoneKind, string>;

function newZone(draft: Draft, kind: ZoneKind, points: readonly Point[], id: string): Zone {
  const name = freeName(draft.zones, kind);
  const bare = { objectKinds: [], armings: [], minHeight: 0, dwellSeconds: 0, direction: 'either' } as const;
  const start = { ...bare, id, name, kind, points: [...points], objectKinds: [], armings: [] };
  return { ...start, ...usual(kind, start) };
}

function asKind({ zones }: Draft, zone: Zone, kind: ZoneKind): Partial<Zone> {
  const isNameless = namesOf(zone.kind).includes(zone.name);
  const others = zones.filter(({ id }) => id !== zone.id);
  return { ...usual(kind, zone), ...(isNameless ? { name: freeName(others, kind) } : {}) };
}

function freeName(zones: readonly Zone[], kind: ZoneKind): string {
  const taken = new Set(zones.map(({ name }) => name));
  return namesOf(kind).find((each) => !taken.has(each)) ?? kindNames[kind];
}

/** What zones of a kind are called that nobody named: "Entry", "Entry 2", and so on. */
function namesOf(kind: ZoneKind): readonly string[] {
  return Array.from({ length: maxZones + 1 }, (_, index) =>
    index === 0 ? kindNames[kind] : `${kindNames[kind]} ${index + 1}`,
  );
}

/** What a zone of this kind asks for where nobody said anything else. */
function usual(kind: ZoneKind, { objectKinds, armings }: Zone): Partial<Zone> {
  const someKinds = objectKinds.length > 0 ? objectKinds : ['person' as const];
  if (kind === 'mask') return { objectKinds: [], armings: [], minHeight: 0, dwellSeconds: 0 };
  if (kind === 'ignore') return { objectKinds: someKinds, armings: [], minHeight: 0, dwellSeconds: 0 };
  const always = ['armed-home' as const, 'armed-away' as const];
  return { objectKinds: someKinds, armings: armings.length > 0 ? armings : always };
}

function isSame(a: Point, b: Point): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < sameCorner;
}

function snapped({ x, y }: Point): Point {
  const near = (value: number) => (value < snap ? 0 : value > 1 - snap ? 1 : value);
  return { x: near(x), y: near(y) };
}

function inside(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** A version 4 UUID (RFC 9562 §5.4). Not `randomUUID`: a browser has it only over https. */
export function newZoneId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
