import assert from 'node:assert/strict';
import test from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { testInit, until } from '../../../test/houses/recorder.ts';
import { memoryCache } from '../../adapters/memory/cache.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { branded, type CameraId, type EpochMs } from '../../core/brand.ts';
import type { Pace } from '../../core/footage/pace.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { DecoderOptions, MediaInput, Packet, Picture, VideoDecoder } from '../../core/ports/media.ts';
import { cameraPictureKey, cameraPictureWantedKey } from '../../core/site/camera-cache.ts';
import { createFeed } from './feed.ts';
import { keepNewestPicture } from './newest-picture.ts';
import type { CameraWatch } from './watch.ts';

const cameraId = branded<CameraId>('c');

/** An input whose decoder does as the test says, and counts what was not released. */
function scriptedInput(change: { width?: number; framesPerSecond?: number } = {}) {
  const state = {
    held: 0,
    decoded: 0,
    damaged: 0,
    isDamaged: false,
    opened: 0,
    jpegs: 0,
    fails: false,
    options: null as DecoderOptions | null,
    times: [] as number[],
  };
  let gate: Promise<void> = Promise.resolve();
  const picture = (ptsTicks: number): Picture => {
    state.held += 1;
    return {
      ...{ width: 640, height: 360, ptsTicks, luma: () => {} },
      rgb: () => Promise.reject(new Error('not in this test')),
      cover: () => {},
      jpeg: async () => {
        state.jpegs += 1;
        return new Uint8Array([0xff, 0xd8, state.jpegs]);
      },
      release: () => {
        state.held -= 1;
      },
    };
  };
  const decoder: VideoDecoder = {
    get damaged() {
      return state.damaged;
    },
    async decode(packet) {
      await gate;
      if (state.fails) throw new Error('no memory');
      if (state.isDamaged) {
        state.damaged += 1;
        return [];
      }
      state.decoded += 1;
      state.times.push(packet.ptsTicks / 90);
      return [picture(packet.ptsTicks)];
    },
    drain: async () => [],
    close: () => {},
  };
  const input: MediaInput = {
    init: { ...testInit, width: change.width ?? 640, height: 360 },
    framesPerSecond: change.framesPerSecond ?? 25,
    read: async () => null,
    async decoder(options) {
      state.opened += 1;
      state.options = options;
      return decoder;
    },
    close: async () => {},
  };
  return {
    ...{ input, state },
    stall() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

function feedOf(input: MediaInput, pace: Pace, watch: Partial<CameraWatch> = {}) {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  const health: boolean[] = [];
  const offered: number[] = [];
  const damaged: number[] = [];
  const eye: CameraWatch = {
    follow: () => {},
    wants: () => true,
    offer: async (picture, at) => {
      offered.push(at);
      picture.release();
    },
    end: async () => {},
    stop: async () => {},
    stats: () => ({
      ...{ framesDecoded: 0, framesDetected: 0, motionFraction: 0, detection: 'running', active: false },
    }),
    ...watch,
  };
  const feed = createFeed({ clock, log: silentLog }, input, {
    ...{ pace, watch: eye, newestPicture: keepNewestPicture({ cache, clock }, cameraId) },
    masks: () => [],
    timeOf: (ticks) => branded<EpochMs>(ticks / 90),
    onDecoded: () => {},
    onDamaged: (packets) => damaged.push(packets),
    onHealth: (healthy) => health.push(healthy),
  });
  return { feed, clock, cache, health, offered, damaged };
}

const packet = (index: number, packetsPerGroup = 25): Packet => ({
  data: new Uint8Array(1),
  ptsTicks: index * 3_600,
  dtsTicks: index * 3_600,
  durationTicks: 3_600,
  keyFrame: index % packetsPerGroup === 0,
});

test('pictures of a small stream are all decoded, of a large one only the key frames', async () => {
  for (const [width, decoded] of [
    [640, 50],
    [1_920, 2],
  ] as const) {
    const { input, state } = scriptedInput({ width });
    const { feed, offered } = feedOf(input, 'max');
    for (let index = 0; index < 50; index += 1) await feed.push(packet(index));
    await feed.end();
    assert.deepEqual([state.decoded, offered.length, state.held], [decoded, decoded, 0]);
    assert.equal(state.options?.keyFramesOnly, decoded === 2);
    assert.equal(offered[1], decoded === 2 ? 1_000 : 40);
  }
});

test('at full speed the reader waits until a picture was looked at', async () => {
  const { input } = scriptedInput();
  const looking = Promise.withResolvers<void>();
  const { feed } = feedOf(input, 'max', { offer: () => looking.promise });
  let pushed = false;
  const pushing = Promise.resolve(feed.push(packet(0))).then(() => {
    pushed = true;
  });
  await until(() => true, 'a turn passes');
  assert.equal(pushed, false);
  looking.resolve();
  await pushing;
});

test('in real time nobody waits: a decoder that hangs loses pictures and goes on at a key frame', async () => {
  const { input, state, stall } = scriptedInput();
  const { feed, offered } = feedOf(input, 'real');
  const goOn = stall();
  for (let index = 0; index < 1_010; index += 1) assert.equal(feed.push(packet(index)), null);
  goOn();
  await until(() => offered.length > 1, 'decoding goes on');
  await feed.end();
  assert.ok(state.decoded <= 200, `${state.decoded} pictures were kept`);
  const afterGap = offered.findIndex((at, index) => index > 0 && at - (offered[index - 1] ?? 0) > 40);
  assert.equal(((offered[afterGap] ?? 1) / 40) % 25, 0);
  assert.equal(state.held, 0);
});

test('a decoder that only fails is replaced, and the status says so', async () => {
  const { input, state } = scriptedInput();
  const { feed, health, offered, clock } = feedOf(input, 'max');
  await feed.push(packet(0));
  state.fails = true;
  for (let index = 1; index < 40; index += 1) await feed.push(packet(index));
  assert.deepEqual(health, [true, false]);
  state.fails = false;
  await clock.advance(10_000);
  for (let index = 40; index < 60; index += 1) await feed.push(packet(index));
  assert.deepEqual(health, [true, false, true]);
  assert.deepEqual([state.opened, offered[0], offered[1]], [2, 0, 2_000]);
});

for (const { width, limit } of [
  { width: 640, limit: 25 },
  { width: 1_920, limit: 5 },
]) {
  test(`damaged pictures are counted, and ${limit} in a row mean that nothing is detected, at ${width}`, async () => {
    const { input, state } = scriptedInput({ width });
    const { feed, health, offered, damaged } = feedOf(input, 'max');
    // Of the large stream only the key frames are decoded; here every packet is one.
    const push = (index: number) => feed.push(packet(index, 1));
    await push(0);
    state.isDamaged = true;
    for (let index = 1; index < limit; index += 1) await push(index);
    assert.deepEqual([health, damaged.length], [[true], limit - 1]);
    await push(limit);
    assert.deepEqual([health, damaged.length], [[true, false], limit]);
    state.isDamaged = false;
    await push(limit + 1);
    assert.deepEqual([health, offered.length, state.opened], [[true, false, true], 2, 1]);
  });
}

test('the watch may fail without harm, and what it does not want is released', async () => {
  const { input, state } = scriptedInput();
  const failing = feedOf(input, 'real', {
    offer: (picture) => {
      picture.release();
      return Promise.reject(new Error('a fault of the watch'));
    },
  });
  failing.feed.push(packet(0));
  await until(() => state.decoded === 1 && state.held === 0, 'the picture is released');
  const bored = feedOf(input, 'max', { wants: () => false });
  await bored.feed.push(packet(0));
  assert.equal(state.held, 0);
});

test('the newest picture is kept every 15 s, and every 2 s while somebody looks', async () => {
  const { input, state } = scriptedInput();
  const { feed, clock, cache } = feedOf(input, 'real');
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second += 1) {
      feed.push(packet(25 * second));
      const before = state.decoded;
      await until(() => state.decoded > before || state.held === 0, 'the picture was decoded');
      await clock.advance(1_000);
    }
  };
  await seconds(30);
  assert.equal(state.jpegs, 2);
  await cache.set(cameraPictureWantedKey(cameraId), new Uint8Array(1), 60_000);
  await seconds(10);
  assert.equal(state.jpegs, 7);
  assert.deepEqual((await cache.get(cameraPictureKey(cameraId)))?.slice(0, 2), new Uint8Array([0xff, 0xd8]));
});

for (const pace of ['max', 'real'] as const) {
  test(`a large stream whose key frames are far apart is decoded in full, at pace ${pace}`, async () => {
    const { input, state } = scriptedInput({ width: 1_920 });
    const { feed } = feedOf(input, pace);
    for (let index = 0; index < 400; index += 1) {
      await feed.push(packet(index, 250));
      if (index === 37) assert.equal(state.decoded, 1, 'the group may still be a short one');
      await setImmediate();
    }
    await until(() => state.decoded === 401, 'all packets are decoded');
    await feed.end();
    assert.deepEqual(state.options, { keyFramesOnly: false, sparing: true });
    // The key frame comes once more: for the decoder that goes on from it.
    assert.deepEqual(state.times, [0, ...Array.from({ length: 400 }, (_, index) => index * 40)]);
    assert.deepEqual([state.opened, state.held], [2, 0]);
  });
}

test('a large stream is decoded by key frames again when they have come often enough for a while', async () => {
  const { input, state } = scriptedInput({ width: 1_920 });
  const { feed } = feedOf(input, 'max');
  for (let index = 0; index < 100; index += 1) await feed.push(packet(index, 100));
  assert.equal(state.decoded, 101);
  for (let index = 100; index < 1_100; index += 1) await feed.push(packet(index));
  await feed.end();
  assert.equal(state.options?.keyFramesOnly, true);
  const last = state.times.slice(-25);
  assert.ok(
    last.every((ms) => ms % 1_000 === 0),
    `${last}`,
  );
});

test('a stream whose time stands still holds no more than a bounded number of packets', async () => {
  const { input, state } = scriptedInput({ width: 1_920 });
  const { feed } = feedOf(input, 'max');
  for (let index = 0; index < 200; index += 1) {
    await feed.push({ ...packet(index, 1_000), ptsTicks: 0, dtsTicks: 0 });
  }
  assert.ok(state.decoded >= 200 - 90);
});

test('a packet is held as long as it may still be decoded', async () => {
  const { input, state, stall } = scriptedInput({ width: 1_920 });
  const { feed } = feedOf(input, 'real');
  const goOn = stall();
  const packets = Array.from({ length: 30 }, (_, index) => packet(index));
  const held = () => packets.flatMap(({ data }, index) => (feed.holds(data) ? [index] : []));
  for (const one of packets.slice(0, 3)) feed.push(one);
  assert.deepEqual(held(), [0, 1, 2], 'the group may still turn out to be a long one');
  for (const one of packets.slice(3, 27)) feed.push(one);
  assert.deepEqual(held(), [0, 25, 26], 'the first one is being decoded');
  goOn();
  await until(() => state.decoded === 2, 'both key frames are decoded');
  assert.deepEqual(held(), [25, 26]);
  await feed.end();
});
