// The watch through its door: pictures in, sightings out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { manualClock } from '../../adapters/memory/clock.ts';
import { memoryDetector } from '../../adapters/memory/detector.ts';
import { branded, type CameraId, type EpochMs, type ZoneId } from '../../core/brand.ts';
import type { Detection, Sighting } from '../../core/detection/detection.ts';
import type { Zone } from '../../core/detection/zone.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Pace } from '../../core/footage/pace.ts';
import { type Log, silentLog } from '../../core/ports/log.ts';
import type { Picture } from '../../core/ports/media.ts';
import { createWatch } from './watch.ts';

const frameMs = 200;

/** What is before the camera: where the person stands (a fraction of the width), and whether he moves. */
interface Scene {
  readonly person: number | null;
  readonly isMoving: boolean;
}

const nobody: Scene = { person: null, isMoving: false };
const standing: Scene = { person: 0.5, isMoving: false };
const walking = (person: number): Scene => ({ person, isMoving: true });
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Pictures of scenes. The memory detector reads the person's place from the first byte of the RGB picture. */
function pictures() {
  let alive = 0;
  let flicker = 0;
  const picture = ({ person, isMoving }: Scene): Picture => {
    let isReleased = false;
    alive += 1;
    if (isMoving) flicker += 1;
    const shade = flicker % 2 === 0 ? 0 : 80;
    return {
      width: 640,
      height: 360,
      ptsTicks: 0,
      luma: (width, height, target) => {
        assert.ok(!isReleased);
        const level = target instanceof Uint16Array ? 256 : 1;
        target.fill(100 * level);
        // The middle third changes whenever somebody moves.
        for (let y = 0; y < height; y++)
          target.fill((100 + shade) * level, y * width + width / 3, y * width + width / 1.5);
      },
      rgb: async (width, height) => {
        assert.ok(!isReleased, 'a picture is used only until its release');
        const data = new Uint8Array(width * height * 3);
        data[0] = person === null ? 0 : 1 + Math.round(person * 200);
        return { width, height, data };
      },
      cover: () => {},
      jpeg: async (maxWidth) => Uint8Array.of(0xff, 0xd8, maxWidth / 10),
      release: () => {
        assert.ok(!isReleased, 'a picture is released once');
        isReleased = true;
        alive -= 1;
      },
    };
  };
  return { picture, alive: () => alive };
}

function read(data: Uint8Array): Detection[] {
  const place = data[0] ?? 0;
  if (place === 0) return [];
  const x = Math.min(0.9, (place - 1) / 200);
  return [{ kind: 'person', score: 0.7, box: { x, y: 0.3, width: 0.1, height: 0.4 } }];
}

function setUp(answer: Parameters<typeof memoryDetector>[0] = {}, log: Log = silentLog) {
  const sightings: Sighting[] = [];
  const clock = manualClock();
  const detector = memoryDetector({ answer: ({ data }) => read(data), ...answer });
  const watch = createWatch({ detector, clock, log, onSighting: (s) => sightings.push(s) });
  const stock = pictures();
  const camera = (name: string, pace: Pace) => {
    const eye = watch.camera(branded<CameraId>(name), { pace });
    let at = 0;
    const show = async (scenes: readonly Scene[]) => {
      for (const scene of scenes) {
        const time = branded<EpochMs>(at);
        at += frameMs;
        if (eye.wants(time)) await eye.offer(stock.picture(scene), time);
        if (pace === 'real') for (let turn = 0; turn < 8; turn++) await setImmediate();
      }
    };
    return { ...eye, show, end: () => eye.end(branded<EpochMs>(at)) };
  };
  return { sightings, watch, camera, alive: stock.alive, clock };
}

/** In from the left, to the middle; and out on the right. */
const arrival = times(20, (step) => walking(0.5 * (step / 20)));
const departure = times(20, (step) => walking(0.5 + 0.45 * (step / 20)));

for (const pace of ['real', 'max'] as const) {
  test(`a visit is one episode with a snapshot, at pace ${pace}`, async () => {
    const { sightings, camera, alive, watch } = setUp();
    const eye = camera('yard', pace);
    await eye.show([...times(10, () => nobody), ...arrival, ...times(125, () => standing)]);
    assert.equal(eye.stats().active, true);
    await eye.show([...departure, ...times(30, () => nobody)]);
    assert.equal(eye.stats().active, false);
    assert.deepEqual([sightings[0]?.phase, sightings.at(-1)?.phase], ['began', 'ended']);
    assert.equal(sightings.filter(({ phase }) => phase !== 'continues').length, 2);
    assert.equal(new Set(sightings.map(({ trackId }) => trackId)).size, 1);
    assert.deepEqual(sightings[0]?.snapshot, Uint8Array.of(0xff, 0xd8, 64));
    const reported = sightings.map(({ lastSeenAt }) => lastSeenAt).slice(0, -1);
    reported.slice(1).forEach((at, index) => {
      assert.ok(at - (reported[index] ?? 0) >= 1000, 'at most one report a second');
    });
    await watch.stop();
    assert.equal(alive(), 0);
  });
}

test('nobody and no motion costs one look at the start and one a minute', async () => {
  const { camera, sightings } = setUp();
  const eye = camera('yard', 'max');
  await eye.show(times(5 * 119, () => nobody));
  assert.deepEqual(eye.stats(), {
    framesDecoded: 595,
    framesDetected: 2,
    motionFraction: 0,
    detection: 'running',
    active: false,
  });
  assert.deepEqual(sightings, []);
});

test('motion is looked at twice a second, somebody who stands still once', async () => {
  const { camera } = setUp();
  const eye = camera('yard', 'max');
  await eye.show(times(5 * 60, () => ({ person: null, isMoving: true })));
  const looks = eye.stats().framesDetected;
  assert.ok(looks >= 118 && looks <= 121, `${looks} looks in a minute of motion`);
  await eye.show(arrival);
  await eye.show(times(5 * 20, () => standing));
  const before = eye.stats().framesDetected;
  await eye.show(times(5 * 30, () => standing));
  assert.equal(eye.stats().framesDetected - before, 30);
});

/** A detector that answers only when it is let. */
function gated() {
  const held: (() => void)[] = [];
  const seen: number[] = [];
  const answer = async ({ data }: { data: Uint8Array }) => {
    seen.push(data[0] ?? 0);
    await new Promise<void>((resolve) => held.push(resolve));
    return read(data);
  };
  const letOne = async () => {
    held.shift()?.();
    for (let turn = 0; turn < 8; turn++) await setImmediate();
  };
  return { answer, letOne, seen, held };
}

test('at pace real a slow detector gets the newest picture, and only one waits', async () => {
  const gate = gated();
  const { camera, alive, watch } = setUp({ answer: gate.answer });
  const eye = camera('yard', 'real');
  await eye.show(times(30, (step) => walking(step / 200)));
  assert.equal(alive(), 2, 'one is looked at, one waits, the others are released');
  await gate.letOne();
  assert.deepEqual(gate.seen, [1, 30]);
  const stopped = watch.stop();
  await gate.letOne();
  await stopped;
  assert.equal(alive(), 0);
  assert.equal(eye.stats().framesDecoded, 30);
});

test('at pace max a slow detector drops nothing', async () => {
  const gate = gated();
  const { camera } = setUp({ answer: gate.answer });
  const eye = camera('yard', 'max');
  let isOver = false;
  const shown = eye.show(times(26, (step) => walking(step / 200))).then(() => {
    isOver = true;
  });
  for (let turn = 0; !isOver && turn < 100; turn++) await gate.letOne();
  await shown;
  assert.equal(eye.stats().framesDetected, 11, 'two a second of the time in which they were taken');
});

test('cameras take turns: a busy yard does not starve the others', async () => {
  const gate = gated();
  const { camera } = setUp({ answer: gate.answer });
  const cameras = ['a', 'b', 'c'].map((name) => camera(name, 'real'));
  const scenes = times(6, (step) => walking(step / 200));
  for (let round = 0; round < 6; round++) {
    for (const eye of cameras) await eye.show(scenes);
    await gate.letOne();
    await gate.letOne();
  }
  for (let turn = 0; turn < 3; turn++) await gate.letOne();
  const looks = cameras.map((eye) => eye.stats().framesDetected);
  assert.ok(Math.max(...looks) - Math.min(...looks) <= 1, looks.join());
  assert.ok(looks.every((count) => count >= 4));
});

test('without a detector the watch says so, asks again, and tells when it is back', async () => {
  let isDown = true;
  let asked = 0;
  const answer = ({ data }: { data: Uint8Array }) => {
    asked += 1;
    if (isDown) throw new VedetteError('detector-unavailable');
    return read(data);
  };
  const { camera, alive, sightings } = setUp({ answer });
  const eye = camera('yard', 'real');
  assert.equal(eye.stats().detection, 'waiting');
  await eye.show(times(50, () => walking(0.5)));
  assert.equal(eye.stats().detection, 'unavailable');
  assert.equal(asked, 10, 'once a second');
  assert.equal(alive(), 0);
  isDown = false;
  await eye.show([...arrival, ...departure]);
  assert.equal(eye.stats().detection, 'running');
  assert.equal(sightings[0]?.phase, 'began');
});

test('a detector that is still starting is waited for without a word, once a second', async () => {
  let isStarting = true;
  let asked = 0;
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => warnings.push(message), with: () => log };
  const answer = ({ data }: { data: Uint8Array }) => {
    asked += 1;
    if (isStarting) throw new VedetteError('not-ready');
    return read(data);
  };
  const eye = setUp({ answer }, log).camera('yard', 'real');
  await eye.show(times(50, () => walking(0.5)));
  assert.deepEqual([eye.stats().detection, asked, warnings], ['waiting', 10, []]);
  isStarting = false;
  await eye.show(arrival);
  assert.equal(eye.stats().detection, 'running');
});

test('an episode ends with its stream, and when the detector is away for half a minute', async () => {
  let isDown = false;
  const answer = ({ data }: { data: Uint8Array }) => {
    if (isDown) throw new VedetteError('detector-unavailable');
    return read(data);
  };
  const { camera, sightings } = setUp({ answer });
  const eye = camera('yard', 'max');
  await eye.show(arrival);
  await eye.end();
  assert.equal(sightings.at(-1)?.phase, 'ended');
  await eye.show(arrival);
  assert.equal(sightings.at(-1)?.phase, 'continues');
  isDown = true;
  await eye.show(times(5 * 29, () => walking(0.5)));
  assert.equal(eye.stats().active, true);
  await eye.show(times(10, () => walking(0.5)));
  assert.equal(eye.stats().active, false);
  assert.equal(sightings.at(-1)?.phase, 'ended');
  assert.equal(new Set(sightings.map(({ trackId }) => trackId)).size, 2);
});

test('a camera that is no more is looked after no further, and forgotten', async () => {
  const { watch, camera, alive, sightings } = setUp();
  const eye = camera('a', 'max');
  await eye.show(arrival);
  assert.equal(sightings.at(-1)?.phase, 'continues');
  await eye.stop();
  const before = sightings.length;
  assert.equal(eye.wants(branded<EpochMs>(1_000_000)), false);
  await eye.show(departure);
  assert.deepEqual([sightings.length, alive()], [before, 0]);

  const begun = async (): Promise<WeakRef<object>> => {
    const other = watch.camera(branded<CameraId>('b'), { pace: 'real' });
    await other.stop();
    return new WeakRef(other);
  };
  const left = await begun();
  setFlagsFromString('--expose_gc');
  const collect: unknown = runInNewContext('gc');
  assert.ok(typeof collect === 'function');
  for (let turn = 0; turn < 5; turn += 1) {
    await setImmediate();
    collect();
  }
  assert.equal(left.deref(), undefined);
});

const rightHalf: Zone = {
  id: branded<ZoneId>('door'),
  name: 'Door',
  kind: 'watch',
  points: [
    { x: 0.5, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0.5, y: 1 },
  ],
  objectKinds: ['person'],
  armings: ['armed-away'],
  minHeight: 0,
  dwellSeconds: 0,
  direction: 'either',
};
/** From the left edge to well before the zone, and back. */
const passing = [
  ...times(20, (step) => walking(0.3 * (step / 20))),
  ...times(20, (step) => walking(0.3 - 0.3 * (step / 20))),
];

test('with a zone, who stays outside of it is on the time line but alarms nobody', async () => {
  const { sightings, camera } = setUp();
  const eye = camera('yard', 'max');
  eye.follow({ zones: [rightHalf], suppressions: [] });
  await eye.show([...passing, ...times(40, () => nobody)]);
  assert.equal(sightings.at(-1)?.phase, 'ended');
  assert.ok(sightings.every(({ touches }) => touches.length === 0));
});

test('who walks into a zone touches it at the next look, with the armings of the zone', async () => {
  const { sightings, camera } = setUp();
  const eye = camera('yard', 'max');
  eye.follow({ zones: [rightHalf], suppressions: [] });
  await eye.show([...arrival, ...departure]);
  const first = sightings.find(({ touches }) => touches.length > 0);
  assert.deepEqual(first?.touches[0]?.armings, ['armed-away']);
  assert.ok(first.lastSeenAt - (first.touches[0]?.since ?? 0) <= 600, 'two looks, half a second apart');
});

test('a zone that is drawn while somebody stands there counts from the next looks on', async () => {
  const { sightings, camera } = setUp();
  const eye = camera('yard', 'max');
  eye.follow({
    zones: [{ ...rightHalf, points: rightHalf.points.map(({ x, y }) => ({ x: x / 10, y })) }],
    suppressions: [],
  });
  await eye.show([...arrival, ...times(10, () => walking(0.6))]);
  assert.deepEqual(sightings.at(-1)?.touches, []);
  eye.follow({ zones: [rightHalf], suppressions: [] });
  await eye.show(times(10, () => walking(0.6)));
  assert.equal(sightings.at(-1)?.touches[0]?.zoneId, rightHalf.id);
});

test('who stands where persons are ignored is nobody', async () => {
  const { sightings, camera } = setUp();
  const eye = camera('yard', 'max');
  const points = rightHalf.points.map(({ x, y }) => ({ x: x === 0.5 ? 0 : x, y }));
  eye.follow({ zones: [{ ...rightHalf, kind: 'ignore', points }], suppressions: [] });
  await eye.show([...arrival, ...departure, ...times(30, () => nobody)]);
  assert.equal(sightings.length, 0);
});

test('vehicles are seen only where a zone names them, and are then episodes of their own', async () => {
  const car = (data: Uint8Array) => read(data).map((one) => ({ ...one, kind: 'vehicle' as const }));
  const { sightings, camera } = setUp({ answer: ({ data }) => car(data) });
  const plain = camera('plain', 'max');
  await plain.show([...arrival, ...departure, ...times(30, () => nobody)]);
  assert.equal(sightings.length, 0);
  const eye = camera('drive', 'max');
  eye.follow({ zones: [{ ...rightHalf, objectKinds: ['vehicle'] }], suppressions: [] });
  await eye.show([...arrival, ...departure, ...times(40, () => nobody)]);
  assert.deepEqual([sightings[0]?.phase, sightings.at(-1)?.phase], ['began', 'ended']);
  assert.ok(sightings.every(({ kind, touches }) => kind === 'vehicle' && touches.length === 1));
});

test('a coat that was judged false is nobody, and who walks past it is somebody', async () => {
  const { sightings, camera } = setUp();
  const eye = camera('hall', 'max');
  const coat = { kind: 'person', box: { x: 0.5, y: 0.3, width: 0.1, height: 0.4 } } as const;
  eye.follow({ zones: [], suppressions: [coat] });
  // It moves in the draught.
  await eye.show(times(60, () => walking(0.5)));
  assert.equal(sightings.length, 0);
  await eye.end();
  await eye.show([...arrival, ...times(10, () => walking(0.5)), ...departure, ...times(40, () => nobody)]);
  assert.deepEqual([sightings[0]?.phase, sightings.at(-1)?.phase], ['began', 'ended']);
});
