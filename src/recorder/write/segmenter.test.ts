import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { Pace } from '../../core/footage/pace.ts';
import type { InitSegment } from '../../core/footage/recording.ts';
import type { Packet } from '../../core/ports/media.ts';
import { createSegmenter, maxFragmentMs, maxWaitingBytes, type TimedFragment } from './segmenter.ts';

const timescale = 90_000;
const frame = timescale / 25;
const init: InitSegment = {
  sha256: branded('ab'.repeat(32)),
  bytes: new Uint8Array(),
  codec: 'avc1.640028',
  width: 1920,
  height: 1080,
  timescale,
};
const startMs = Date.UTC(2026, 0, 1);

/** A camera with two clocks: packets arrive when their time has come unless told otherwise. */
function camera({ pace = 'real' as Pace, lastEndAt = null as number | null } = {}) {
  const fragments: TimedFragment[] = [];
  const segmenter = createSegmenter({
    pace,
    lastEndAt: lastEndAt === null ? null : branded<EpochMs>(lastEndAt),
    onFragment: (fragment) => fragments.push(fragment),
  });
  let wallMs = startMs;
  let monotonicMs = 5_000;
  let dtsTicks = 1_000_000;
  const stream = { init, framesPerSecond: 25 };
  segmenter.begin(stream);
  return {
    segmenter,
    fragments,
    /** Passes time on both clocks. */
    wait(ms: number) {
      wallMs += ms;
      monotonicMs += ms;
    },
    stepWall(ms: number) {
      wallMs += ms;
    },
    jumpTimestamps(ms: number) {
      dtsTicks += (ms * timescale) / 1000;
    },
    restart(next: Partial<typeof stream> = {}) {
      segmenter.end();
      segmenter.begin({ ...stream, ...next });
    },
    /** Sends a group: a key frame and `frames - 1` others, 40 ms apart. */
    group(frames: number, change: Partial<Packet> & { key?: boolean } = {}) {
      for (let index = 0; index < frames; index += 1) {
        const packet = {
          data: new Uint8Array(10),
          ptsTicks: dtsTicks,
          dtsTicks,
          durationTicks: frame,
          keyFrame: index === 0 && change.key !== false,
          ...change,
        };
        segmenter.push(packet, wallMs, monotonicMs);
        dtsTicks += frame;
        wallMs += 40;
        monotonicMs += 40;
      }
    },
    end() {
      segmenter.end();
      return fragments;
    },
  };
}

const startOf = (fragment: TimedFragment | undefined) =>
  ((fragment?.startTicks ?? Number.NaN) * 1000) / timescale;
const endOf = (fragment: TimedFragment | undefined) =>
  (((fragment?.startTicks ?? Number.NaN) + (fragment?.durationTicks ?? 0)) * 1000) / timescale;
const causes = (fragment: TimedFragment | undefined) => fragment?.reasons.map(({ cause }) => cause);

test('groups become fragments that touch to the tick, from the arrival of the first packet', () => {
  const { group, end } = camera();
  group(50);
  group(50);
  group(25);
  const fragments = end();
  assert.deepEqual(
    fragments.map(({ begins, samples, durationTicks }) => [begins, samples.length, durationTicks]),
    [
      [true, 50, 2 * timescale],
      [false, 50, 2 * timescale],
      [false, 25, timescale],
    ],
  );
  assert.equal(startOf(fragments[0]), startMs);
  assert.equal(endOf(fragments[2]), startMs + 5_000);
});

test('a source that gives no durations has them from the next packet', () => {
  const { group, end } = camera();
  group(50, { durationTicks: 0 });
  group(50, { durationTicks: 0 });
  for (const fragment of end()) assert.equal(fragment.durationTicks, 2 * timescale);
});

test('pictures before the first key frame are left out', () => {
  const { group, end } = camera();
  group(30, { key: false });
  group(50);
  const [fragment] = end();
  assert.equal(fragment?.samples.length, 50);
  assert.equal(startOf(fragment), startMs + 1_200);
});

test('a source without key frames is refused', () => {
  const { group } = camera();
  assert.throws(() => group(600, { key: false }), { code: 'source-corrupt' });
});

test('a group without end is stored in pieces that go on from each other', () => {
  const { group, end } = camera();
  group(25 * 50);
  const fragments = end();
  assert.equal(fragments.length, 3);
  assert.deepEqual(
    fragments.map(({ begins }) => begins),
    [true, false, false],
  );
  for (const [index, fragment] of fragments.entries()) {
    assert.ok(fragment.durationTicks <= (maxFragmentMs / 1000) * timescale);
    if (index > 0) assert.equal(startOf(fragment), endOf(fragments[index - 1]));
  }
});

test('what waits in memory is bounded whatever the size of the pictures', () => {
  const { group, end } = camera();
  group(100, { data: new Uint8Array(1024 * 1024) });
  const fragments = end();
  assert.equal(fragments.flatMap(({ samples }) => samples).length, 100);
  for (const { sizeBytes } of fragments) assert.ok(sizeBytes <= maxWaitingBytes);
});

test('a stream of key frames alone is not stored picture by picture', () => {
  const { group, end } = camera();
  for (let index = 0; index < 100; index += 1) group(1);
  assert.deepEqual(
    end().map(({ samples }) => samples.length),
    [13, 13, 13, 13, 13, 13, 13, 9],
  );
});

test('B-frames keep their order, and a recording is shown from where it begins', () => {
  const fragments: TimedFragment[] = [];
  const segmenter = createSegmenter({
    pace: 'max',
    lastEndAt: null,
    onFragment: (one) => fragments.push(one),
  });
  segmenter.begin({ init, framesPerSecond: 25 });
  // Decode order I P B B: presentation runs two pictures behind.
  for (const [index, shown] of [2, 5, 3, 4].entries()) {
    const times = { dtsTicks: index * frame, ptsTicks: shown * frame, durationTicks: frame };
    segmenter.push({ data: new Uint8Array(1), ...times, keyFrame: index === 0 }, startMs, 0);
  }
  segmenter.end();
  const offsets = fragments[0]?.samples.map((sample) => sample.compositionOffsetTicks / frame);
  assert.deepEqual(offsets, [0, 2, -1, -1]);
});

test('lost frames are a gap of exactly what is missing', () => {
  const { group, wait, jumpTimestamps, end } = camera();
  group(50);
  group(20);
  wait(7_000);
  jumpTimestamps(7_000);
  group(50);
  const fragments = end();
  assert.equal(endOf(fragments[1]), startMs + 2_800);
  assert.equal(startOf(fragments[2]), startMs + 9_800);
  assert.deepEqual([fragments[2]?.begins, causes(fragments[2])], [true, ['frames-lost']]);
});

test('after lost frames what depends on them is left out until the next key frame', () => {
  const { group, wait, jumpTimestamps, end } = camera();
  group(50);
  wait(7_000);
  jumpTimestamps(7_000);
  group(20, { key: false });
  group(50);
  const fragments = end();
  assert.deepEqual(
    fragments.map(({ samples }) => samples.length),
    [50, 50],
  );
  assert.equal(startOf(fragments[1]), startMs + 2_000 + 7_000 + 800);
});

test('timestamps that begin anew begin a new recording, and nothing is missing where none was lost', () => {
  for (const jumpMs of [-3_600_000, 3_600_000]) {
    const { group, jumpTimestamps, end } = camera();
    group(50);
    jumpTimestamps(jumpMs);
    group(50);
    const [before, after] = end();
    assert.equal(after?.begins, true);
    assert.equal(startOf(after), endOf(before));
  }
});

test('timestamps that begin anew after a pause leave a gap as long as the pause', () => {
  const { group, wait, jumpTimestamps, end } = camera();
  group(50);
  wait(5_000);
  jumpTimestamps(-3_600_000);
  group(50);
  const [before, after] = end();
  assert.equal(startOf(after) - endOf(before), 5_000);
  assert.deepEqual(causes(after), ['frames-lost']);
});

test('a slow stream is no stream that loses frames', () => {
  const fragments: TimedFragment[] = [];
  const segmenter = createSegmenter({
    pace: 'real',
    lastEndAt: null,
    onFragment: (one) => fragments.push(one),
  });
  segmenter.begin({ init, framesPerSecond: 0 });
  for (let index = 0; index < 40; index += 1) {
    const ticks = index * 5 * timescale;
    const packet = { data: new Uint8Array(1), ptsTicks: ticks, dtsTicks: ticks, durationTicks: 0 };
    segmenter.push({ ...packet, keyFrame: index % 4 === 0 }, startMs + index * 5_000, index * 5_000);
  }
  segmenter.end();
  // The first pause looks like a loss; then the stream is known.
  assert.equal(fragments.filter(({ begins }) => begins).length, 2);
});

test('a wall clock set forward begins a new recording at the new time, with a gap that says so', () => {
  const { group, stepWall, end } = camera();
  group(50);
  group(30);
  stepWall(60_000);
  group(20, { key: false });
  group(50);
  const fragments = end();
  assert.equal(endOf(fragments[1]), startMs + 4_000);
  assert.equal(startOf(fragments[2]), startMs + 64_000);
  assert.deepEqual([fragments[2]?.begins, causes(fragments[2])], [true, ['clock-step']]);
});

test('a wall clock set back changes nothing but what is noted of the clock', () => {
  const { group, stepWall, end } = camera();
  group(50);
  stepWall(-3_600_000);
  group(50);
  group(50);
  const fragments = end();
  assert.deepEqual(
    fragments.map(({ begins }) => begins),
    [true, false, false],
  );
  assert.equal(endOf(fragments[2]), startMs + 6_000);
  assert.equal(fragments[2]?.clockOffsetMs, -3_600_000);
});

test('after a restart with the clock set back the time line goes on at its end', () => {
  const { group, end } = camera({ lastEndAt: startMs + 500_000 });
  group(50);
  assert.equal(startOf(end()[0]), startMs + 500_000);
});

test('a camera whose clock runs wrong stays within a second of the wall clock, without a gap', () => {
  for (const share of [0.999_9, 1.000_1]) {
    const fragments: TimedFragment[] = [];
    const segmenter = createSegmenter({
      pace: 'real',
      lastEndAt: null,
      onFragment: (one) => fragments.push(one),
    });
    segmenter.begin({ init, framesPerSecond: 25 });
    const hours = 6;
    let passedMs = 0;
    for (let index = 0; index < hours * 3_600 * 5; index += 1) {
      const ticks = index * 5 * frame;
      passedMs = index * 200 * share;
      const packet = { data: new Uint8Array(1), ptsTicks: ticks, dtsTicks: ticks, durationTicks: 0 };
      segmenter.push({ ...packet, keyFrame: index % 10 === 0 }, startMs + passedMs, passedMs);
    }
    segmenter.end();
    assert.equal(fragments.filter(({ begins }) => begins).length, 1);
    const offMs = endOf(fragments.at(-1)) - (startMs + passedMs);
    assert.ok(Math.abs(offMs) < 1_000, `off by ${offMs} ms`);
  }
});

test('another stream of the same camera goes on behind the first, with why there was none', () => {
  const { segmenter, group, wait, restart, end } = camera();
  group(50);
  restart();
  segmenter.missing({ cause: 'source-timeout', since: branded(startMs + 2_000) });
  wait(3_000);
  group(50);
  const [before, after] = end();
  assert.equal(startOf(after) - endOf(before), 3_000);
  assert.deepEqual(causes(after), ['source-timeout']);
});

test('a stream that comes back in another size says that it changed', () => {
  const { segmenter, group, wait, end } = camera();
  group(50);
  segmenter.end();
  segmenter.missing({ cause: 'source-corrupt', since: branded(startMs + 2_000) });
  segmenter.begin({ init: { ...init, sha256: branded('cd'.repeat(32)) }, framesPerSecond: 25 });
  wait(1_000);
  group(50);
  assert.deepEqual(causes(end()[1]), ['stream-changed']);
});

test('whatever a source sends, fragments are in order, never overlap, and start with a key frame after a break', () => {
  const step = fc.record({
    deltaMs: fc.oneof(
      { weight: 8, arbitrary: fc.constant(40) },
      fc.constantFrom(0, 1, -40, -2_000, 5_000, -(10 ** 9), 10 ** 9),
    ),
    waitMs: fc.oneof({ weight: 8, arbitrary: fc.constant(40) }, fc.constantFrom(0, 1_000, 30_000)),
    stepMs: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.constantFrom(-60_000, 3_000, 60_000)),
    keyFrame: fc.boolean(),
    durationTicks: fc.constantFrom(0, frame),
    restart: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, fc.constant(true)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom<Pace>('real', 'max'), (steps, pace) => {
      const { segmenter, fragments, end } = camera({ pace });
      let dtsTicks = 0;
      let wallMs = startMs;
      let monotonicMs = 0;
      for (const one of steps) {
        dtsTicks += (one.deltaMs * timescale) / 1000;
        wallMs += one.waitMs + one.stepMs;
        monotonicMs += one.waitMs;
        if (one.restart) {
          segmenter.end();
          segmenter.begin({ init, framesPerSecond: 25 });
        }
        const { keyFrame, durationTicks } = one;
        const packet = { data: new Uint8Array(1), ptsTicks: dtsTicks, dtsTicks, durationTicks, keyFrame };
        try {
          segmenter.push(packet, wallMs, monotonicMs);
        } catch {
          segmenter.end();
          segmenter.begin({ init, framesPerSecond: 25 });
        }
      }
      end();
      for (const [index, fragment] of fragments.entries()) {
        const previous = fragments[index - 1];
        if (fragment.begins) assert.equal(fragment.samples[0]?.keyFrame, true);
        else assert.equal(startOf(fragment), endOf(previous));
        if (previous) assert.ok(fragment.startTicks >= previous.startTicks + previous.durationTicks);
        for (const { durationTicks } of fragment.samples) {
          assert.ok(Number.isInteger(durationTicks) && durationTicks > 0);
        }
      }
    }),
    { numRuns: 300 },
  );
});
