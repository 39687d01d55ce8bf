// Zones as people meet them: who walks, stands and crosses, and what of it counts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs, type ZoneId } from '../brand.ts';
import type { Detection, ObjectKind, Touch } from './detection.ts';
import type { Point } from './polygon.ts';
import { isSuppressed } from './suppression.ts';
import { isIgnored, mergeTouches, noTouches, stepTouches, type TouchState } from './touches.ts';
import { type TrackedObject, trackObjects } from './tracker.ts';
import { normalZone, shapeFault, type Zone, zoneFaults } from './zone.ts';

const lookMs = 500;

function rectangle(left: number, top: number, right: number, bottom: number): Point[] {
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}

function zone(name: string, change: Partial<Zone>): Zone {
  return {
    id: branded<ZoneId>(name),
    name,
    kind: 'watch',
    points: rectangle(0.5, 0, 1, 1),
    objectKinds: ['person'],
    armings: ['armed-home', 'armed-away'],
    minHeight: 0,
    dwellSeconds: 0,
    direction: 'either',
    ...change,
  };
}

/** Somebody whose feet stand at `x`, `y`. */
function standing(x: number, y = 0.8, kind: ObjectKind = 'person', height = 0.4): Detection {
  return { kind, score: 0.7, box: { x: x - 0.05, y: y - height, width: 0.1, height } };
}

/** Looks twice a second at what is there, everything in motion; null is a look that sees nobody. */
function watch(zones: readonly Zone[], looks: readonly (Detection | null)[]): readonly Touch[] {
  let objects: TrackedObject[] = [];
  let state: TouchState = noTouches;
  let touches: readonly Touch[] = [];
  looks.forEach((detection, index) => {
    const at = branded<EpochMs>(index * lookMs);
    const motion = [{ x: 0, y: 0, width: 1, height: 1 }];
    const detections = detection === null ? [] : [detection];
    objects = trackObjects(objects, { at, detections, motion, aspect: 16 / 9 });
    const step = stepTouches(state, zones, objects, at);
    state = step.state;
    touches = mergeTouches(touches, step.touches);
  });
  return touches;
}

const walk = (from: number, to: number, looks: number) =>
  Array.from({ length: looks }, (_, step) => standing(from + ((to - from) * step) / (looks - 1)));
const names = (touches: readonly Touch[]) => touches.map(({ zoneId }) => zoneId);

test('who walks past a zone does not touch it, who stands in it for two of three looks does', () => {
  const door = zone('door', {});
  assert.deepEqual(watch([door], walk(0.05, 0.45, 8)), []);
  const [touch] = watch([door], [standing(0.4), standing(0.52), standing(0.55)]);
  assert.deepEqual([touch?.since, touch?.until], [lookMs, 2 * lookMs]);
  assert.deepEqual(watch([door], [standing(0.4), standing(0.45), standing(0.51), standing(0.45)]), []);
});

test('who walks through a narrow zone touches it, however few looks saw them inside', () => {
  const narrow = zone('narrow', { points: rectangle(0.47, 0.7, 0.57, 0.9) });
  // From the right, a tenth of the picture and more at each look, and then standing beyond it.
  const through = [0.9, 0.77, 0.64, 0.51, 0.42, 0.42, 0.42].map((x) => standing(x));
  assert.deepEqual(names(watch([narrow], through)), ['narrow'], 'one look inside');
  const over = [0.85, 0.72, 0.6, 0.45, 0.45, 0.45].map((x) => standing(x));
  assert.deepEqual(names(watch([narrow], over)), ['narrow'], 'none inside');
  const back = [0.85, 0.72, 0.59, 0.55, 0.59, 0.7].map((x) => standing(x));
  assert.deepEqual(watch([narrow], back), [], 'one look inside, and out on the same side, may be a bad box');
  const before = [0.85, 0.72, 0.6, 0.45, 0.45].map((x) => standing(x, 0.97));
  assert.deepEqual(watch([narrow], before), [], 'who walks by in front of it');
  assert.deepEqual(watch([{ ...narrow, dwellSeconds: 1 }], through), [], 'who only passes does not stay');
  const mask = zone('mask', { kind: 'mask', points: rectangle(0.4, 0.7, 0.46, 0.9) });
  assert.deepEqual(watch([narrow, mask], over), [], 'who comes out where nobody is to be seen');
});

test('however a walk goes through an area, it touches it; one that keeps clear of it does not', () => {
  const place = fc.integer({ min: 8, max: 92 });
  fc.assert(
    fc.property(
      place,
      place,
      fc.integer({ min: 3, max: 12 }),
      fc.integer({ min: 3, max: 20 }),
      (from, to, looks, half) => {
        const area = zone('area', { points: rectangle(0.5 - half / 100, 0.6, 0.5 + half / 100, 1) });
        const steps = walk(from / 100, to / 100, looks);
        // Further at a look than anybody runs, the tracker takes them for somebody else.
        fc.pre(Math.abs(to - from) / (looks - 1) <= 15);
        const ends = [from / 100 - 0.5, to / 100 - 0.5];
        const isThrough =
          ends.every((end) => Math.abs(end) > half / 100 + 0.01) && (ends[0] ?? 0) * (ends[1] ?? 0) < 0;
        const isClear =
          ends.every((end) => Math.abs(end) > half / 100 + 0.01) && (ends[0] ?? 0) * (ends[1] ?? 0) > 0;
        const touched = names(watch([area], [...steps, ...steps.slice(-1), ...steps.slice(-1)]));
        if (isThrough) assert.deepEqual(touched, ['area']);
        if (isClear) assert.deepEqual(touched, []);
      },
    ),
  );
});

test('people stand where their feet are: a head over the border is nothing', () => {
  const street = zone('street', { points: rectangle(0, 0, 1, 0.5) });
  assert.deepEqual(
    watch(
      [street],
      Array.from({ length: 6 }, () => standing(0.5, 0.7)),
    ),
    [],
  );
  assert.deepEqual(
    names(
      watch(
        [street],
        Array.from({ length: 6 }, () => standing(0.5, 0.45)),
      ),
    ),
    ['street'],
  );
});

test('feet below the picture stand in a zone that is drawn to its lower edge', () => {
  const whole = zone('whole', { points: rectangle(0, 0, 1, 1) });
  assert.deepEqual(
    names(
      watch(
        [whole],
        Array.from({ length: 3 }, () => standing(0.5, 1)),
      ),
    ),
    ['whole'],
  );
});

test('loitering: it counts after the time asked for, through two seconds behind something', () => {
  const porch = zone('porch', { dwellSeconds: 5 });
  const stand = (looks: number) => Array.from({ length: looks }, () => standing(0.7));
  assert.deepEqual(watch([porch], stand(10)), []);
  assert.deepEqual(names(watch([porch], stand(11))), ['porch']);
  const hidden = [...stand(5), null, null, null, null, ...stand(2)];
  assert.equal(hidden.length, 11);
  assert.deepEqual(names(watch([porch], hidden)), ['porch']);
  const left = [...stand(5), ...walk(0.7, 0.3, 4), ...walk(0.3, 0.7, 4), ...stand(4)];
  assert.deepEqual(watch([porch], left), [], 'who went away begins anew');
});

test('an entry begins when somebody has stayed as long as it asks for: the time to disarm is not over before', () => {
  const stand = Array.from({ length: 30 }, () => standing(0.7));
  const times = (change: Partial<Zone>) =>
    watch([zone('porch', { dwellSeconds: 10, ...change })], stand).map(({ since }) => since);
  assert.deepEqual(times({ kind: 'entry' }), [10_000]);
  assert.deepEqual(times({ kind: 'entry', dwellSeconds: 0 }), [0]);
  assert.deepEqual(times({ kind: 'watch' }), [0], 'what is watched alarms since somebody came');
});

test('what is far away, or of a kind that the zone does not ask for, does not touch', () => {
  const near = zone('near', { minHeight: 0.3 });
  const far = Array.from({ length: 5 }, () => standing(0.7, 0.8, 'person', 0.2));
  assert.deepEqual(watch([near], far), []);
  const cars = zone('cars', { objectKinds: ['vehicle'] });
  const person = Array.from({ length: 5 }, () => standing(0.7));
  assert.deepEqual(watch([cars], person), []);
  const car = Array.from({ length: 5 }, () => standing(0.7, 0.8, 'vehicle'));
  assert.deepEqual(names(watch([cars], car)), ['cars']);
});

test('where areas overlap: mask before ignore before entry before watch', () => {
  const stand = Array.from({ length: 4 }, () => standing(0.7));
  const watched = zone('watched', {});
  const entry = zone('entry', { kind: 'entry' });
  assert.deepEqual(names(watch([watched], stand)), ['watched']);
  const touches = watch([watched, entry], stand);
  assert.deepEqual(names(touches), ['entry']);
  assert.equal(touches[0]?.kind, 'entry');
  for (const kind of ['ignore', 'mask'] as const) {
    assert.deepEqual(watch([watched, entry, zone('no', { kind })], stand), [], kind);
  }
  const ignoresCars = zone('no', { kind: 'ignore', objectKinds: ['vehicle'] });
  assert.deepEqual(names(watch([watched, ignoresCars], stand)), ['watched']);
});

test('a line is crossed in the direction asked for, also while a look misses the person', () => {
  // From below upwards: left of it is the left of the picture.
  const points = [
    { x: 0.5, y: 1 },
    { x: 0.5, y: 0.2 },
  ];
  const line = (direction: Zone['direction']) => zone('line', { kind: 'line', points, direction });
  const there = walk(0.2, 0.8, 8);
  const back = walk(0.8, 0.2, 8);
  assert.deepEqual(names(watch([line('either')], there)), ['line']);
  assert.deepEqual(names(watch([line('left-to-right')], there)), ['line']);
  assert.deepEqual(watch([line('right-to-left')], there), []);
  assert.deepEqual(names(watch([line('right-to-left')], back)), ['line']);
  const missed = there.map((look, index) => (index === 4 ? null : look));
  assert.deepEqual(names(watch([line('left-to-right')], missed)), ['line']);
  assert.deepEqual(watch([line('either')], walk(0.1, 0.45, 8)), []);
});

test('whatever is seen, a touch lies within the looks, and its zone asks for what was there', () => {
  const looks = fc.array(
    fc.option(fc.record({ x: fc.integer({ min: 5, max: 95 }), y: fc.integer({ min: 45, max: 100 }) })),
    { maxLength: 30 },
  );
  const zones = [
    zone('left', { points: rectangle(0, 0, 0.4, 1) }),
    zone('right', { kind: 'entry', points: rectangle(0.3, 0, 1, 1), dwellSeconds: 2 }),
    zone('over', { kind: 'ignore', points: rectangle(0.6, 0.5, 0.8, 0.9) }),
    zone('line', {
      kind: 'line',
      points: [
        { x: 0.5, y: 1 },
        { x: 0.5, y: 0 },
      ],
    }),
  ];
  fc.assert(
    fc.property(looks, (places) => {
      const touches = watch(
        zones,
        places.map((place) => (place === null ? null : standing(place.x / 100, place.y / 100))),
      );
      const last = (places.length - 1) * lookMs;
      for (const { zoneId, since, until } of touches) {
        assert.notEqual(zoneId, 'over');
        assert.ok(since >= 0 && since <= until && until <= last);
        // A stay begins with a look, and two seconds later its entry does.
        if (zoneId === 'right') assert.ok(since >= 2_000);
      }
      const times = touches.map(({ since }) => since);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('shapes that nobody can stand in are refused in a sentence', () => {
  const square = rectangle(0.1, 0.1, 0.9, 0.9);
  const [a, b, c, d] = square;
  assert.ok(a && b && c && d);
  assert.equal(shapeFault({ kind: 'watch', points: square }), null);
  assert.match(shapeFault({ kind: 'watch', points: [a, b] }) ?? '', /at least three/);
  assert.match(shapeFault({ kind: 'mask', points: [a, c, b, d] }) ?? '', /crosses itself/);
  assert.match(shapeFault({ kind: 'watch', points: [a, b, { x: 1.2, y: 0.5 }] }) ?? '', /outside/);
  assert.match(shapeFault({ kind: 'watch', points: [a, b, { x: Number.NaN, y: 0.5 }] }) ?? '', /outside/);
  assert.match(shapeFault({ kind: 'line', points: [a, a] }) ?? '', /no length/);
  assert.match(shapeFault({ kind: 'line', points: [a, b, c] }) ?? '', /two points/);
  assert.match(shapeFault({ kind: 'entry', points: rectangle(0.1, 0.1, 0.11, 0.11) }) ?? '', /too small/);
  const many = Array.from({ length: 33 }, (_, index) => ({
    x: 0.5 + 0.4 * Math.cos(index / 5.3),
    y: 0.5 + 0.4 * Math.sin(index / 5.3),
  }));
  assert.match(shapeFault({ kind: 'watch', points: many }) ?? '', /at most 32/);
  assert.deepEqual(Object.keys(zoneFaults(zone('x', { objectKinds: [], armings: [] }))), [
    'objectKinds',
    'armings',
  ]);
  assert.deepEqual(zoneFaults(zone('x', { kind: 'mask', objectKinds: [], armings: [] })), {});
  assert.deepEqual(normalZone(zone('x', { kind: 'mask', dwellSeconds: 9 })).objectKinds, []);
});

test('a coat in its place is suppressed; who comes to it, or leaves it, is somebody', () => {
  const coat = standing(0.5).box;
  const suppressions = [{ kind: 'person', box: coat }] as const;
  const follow = (looks: readonly Detection[]) => {
    let objects: TrackedObject[] = [];
    looks.forEach((detection, index) => {
      const at = branded<EpochMs>(index * lookMs);
      objects = trackObjects(objects, { at, detections: [detection], motion: [], aspect: 16 / 9 });
    });
    return objects.map((object) => isSuppressed(object, suppressions));
  };
  assert.deepEqual(follow(Array.from({ length: 9 }, (_, index) => standing(0.5 + (index % 2) * 0.01))), [
    true,
  ]);
  assert.deepEqual(
    follow([...walk(0.1, 0.5, 8), standing(0.5), standing(0.5)]),
    [false],
    'came and stands there',
  );
  assert.deepEqual(follow(walk(0.5, 0.7, 4)), [false], 'stood there and leaves');
  assert.deepEqual(follow([standing(0.5), ...walk(0.5, 0.7, 4), ...walk(0.7, 0.5, 4)]), [false], 'came back');
  assert.deepEqual(follow([standing(0.8), standing(0.8)]), [false], 'stands elsewhere');
  assert.deepEqual(follow([standing(0.5, 0.8, 'vehicle')]), [false], 'is something else');
});

test('an object in a mask is ignored whatever it is', () => {
  const mask = zone('mask', { kind: 'mask' });
  assert.equal(isIgnored(standing(0.7, 0.8, 'animal'), [mask]), true);
  assert.equal(isIgnored(standing(0.2, 0.8, 'animal'), [mask]), false);
});
