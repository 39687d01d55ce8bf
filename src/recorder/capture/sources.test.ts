import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import test from 'node:test';
import { testInit, until } from '../../../test/houses/recorder.ts';
import { manualClock } from '../../adapters/memory/clock.ts';
import { branded } from '../../core/brand.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Media, MediaInput, Packet } from '../../core/ports/media.ts';
import type { CameraSource } from '../../core/site/camera.ts';
import { openSource } from './sources.ts';
import { openTimeoutMs } from './timely.ts';

const ticksOf = (ms: number) => ms * 90;

/** Files by path: the times of their pictures in ms; the first picture is shown one picture after it is decoded. */
function library(files: Record<string, readonly number[]>, change: { init?: MediaInput['init'] } = {}) {
  const opened: string[] = [];
  const media: Media = {
    encoder: () => Promise.reject(new VedetteError('internal-error')),
    async open(location) {
      const path = location.kind === 'file' ? location.path : location.url;
      opened.push(path);
      const times = [...(files[path] ?? [])];
      const next = (): Packet | null => {
        const ms = times.shift();
        if (ms === undefined) return null;
        const dtsTicks = ticksOf(ms);
        const data = new Uint8Array([opened.length]);
        return {
          data,
          dtsTicks,
          ptsTicks: dtsTicks + ticksOf(40),
          durationTicks: ticksOf(40),
          keyFrame: ms === 0,
        };
      };
      return {
        init: opened.length > 1 ? (change.init ?? testInit) : testInit,
        framesPerSecond: 25,
        read: async () => next(),
        decoder: () => Promise.reject(new VedetteError('internal-error')),
        close: async () => {},
      };
    },
  };
  return { media, opened };
}

const file = (path: string, loop: boolean): CameraSource => ({ kind: 'file', path, loop });
const openDemo = () => Promise.reject(new VedetteError('source-unreachable'));

async function readAll(input: MediaInput, count: number): Promise<(Packet | null)[]> {
  const packets: (Packet | null)[] = [];
  for (let index = 0; index < count; index += 1) packets.push(await input.read());
  return packets;
}

test('a file in real time comes as fast as it was taken', async () => {
  const clock = manualClock();
  const { media } = library({ a: [0, 40, 80, 1_000] });
  const { signal } = new AbortController();
  const input = await openSource({ media, clock, openDemo }, file('a', false), 'real', signal);
  const arrivals: number[] = [];
  const reading = (async () => {
    while ((await input.read()) !== null) arrivals.push(clock.monotonicMs());
  })();
  await clock.advance(2_000);
  await reading;
  assert.deepEqual(arrivals, [0, 40, 80, 1_000]);
});

test('a file at full speed waits for nothing', async () => {
  const { media } = library({ a: [0, 40, 80, 100_000] });
  const { signal } = new AbortController();
  const input = await openSource({ media, clock: manualClock(), openDemo }, file('a', false), 'max', signal);
  assert.equal((await readAll(input, 5)).filter((packet) => packet !== null).length, 4);
});

test('a looped file goes on where it ended, and its pictures keep their distance', async () => {
  const { media, opened } = library({ a: [0, 40, 80] });
  const { signal } = new AbortController();
  const input = await openSource({ media, clock: manualClock(), openDemo }, file('a', true), 'max', signal);
  const packets = await readAll(input, 8);
  assert.deepEqual(
    packets.map((packet) => [(packet?.dtsTicks ?? 0) / 90, (packet?.ptsTicks ?? 0) / 90, packet?.keyFrame]),
    [0, 40, 80, 120, 160, 200, 240, 280].map((ms) => [ms, ms + 40, ms % 120 === 0]),
  );
  assert.equal(opened.length, 3);
  await input.close();
  assert.equal(await input.read().then((packet) => packet?.keyFrame ?? null), false);
});

test('an empty file that loops ends, and one that was replaced is opened anew', async () => {
  const { signal } = new AbortController();
  const clock = manualClock();
  const empty = await openSource({ ...library({}), clock, openDemo }, file('a', true), 'max', signal);
  assert.equal(await empty.read(), null);
  const init = { ...testInit, sha256: branded<typeof testInit.sha256>('cd'.repeat(32)) };
  const replaced = await openSource(
    { ...library({ a: [0] }, { init }), clock, openDemo },
    file('a', true),
    'max',
    signal,
  );
  await replaced.read();
  await assert.rejects(replaced.read(), { code: 'source-corrupt' });
});

test('what a looped file had of damage is counted once, also where it cannot be opened again', async () => {
  const { media } = library({ a: [0, 40] });
  let opened = 0;
  const open: Media['open'] = async (...args) => {
    opened += 1;
    if (opened === 3) throw new VedetteError('source-not-found');
    return { ...(await media.open(...args)), damaged: 5 };
  };
  const deps = { media: { ...media, open }, clock: manualClock(), openDemo };
  const input = await openSource(deps, file('a', true), 'max', new AbortController().signal);
  await readAll(input, 4);
  assert.equal(input.damaged, 10);
  await assert.rejects(input.read(), { code: 'source-not-found' });
  assert.equal(input.damaged, 10);
});

test('stopping interrupts a picture that waits for its time', async () => {
  const clock = manualClock();
  const { media } = library({ a: [0, 5_000] });
  const stopping = new AbortController();
  const input = await openSource({ media, clock, openDemo }, file('a', false), 'real', stopping.signal);
  await input.read();
  const reading = input.read();
  await until(() => clock.sleepers === 1, 'the picture waits');
  stopping.abort();
  assert.equal(await reading, null);
});

test('a source that does not open in time is given up, and closed should it open after all', async () => {
  const clock = manualClock();
  const closed = Promise.withResolvers<void>();
  const late = Promise.withResolvers<MediaInput>();
  const { media } = library({ a: [0] });
  const open = () => late.promise;
  const { signal } = new AbortController();
  const source: CameraSource = {
    ...{ kind: 'rtsp', url: 'rtsp://a/1', substreamUrl: null, username: null, password: null },
  };
  const opening = openSource({ media: { ...media, open }, clock, openDemo }, source, 'real', signal);
  const refused = assert.rejects(opening, { code: 'source-timeout' });
  await clock.advance(openTimeoutMs);
  await refused;
  const input = await media.open({ kind: 'file', path: 'a' }, signal);
  late.resolve({ ...input, close: async () => closed.resolve() });
  await closed.promise;
});

test('an opening leaves no listener behind, whether it succeeds or fails', async () => {
  const { media } = library({ a: [0] });
  const { signal } = new AbortController();
  const given: AbortSignal[] = [];
  const opening = (fails: boolean) => {
    const open: Media['open'] = (location, limit) => {
      given.push(limit);
      return fails ? Promise.reject(new VedetteError('source-unreachable')) : media.open(location, limit);
    };
    return openSource(
      { media: { ...media, open }, clock: manualClock(), openDemo },
      file('a', false),
      'max',
      signal,
    );
  };
  await opening(false);
  await assert.rejects(opening(true), { code: 'source-unreachable' });
  assert.deepEqual(
    [...given, signal].map((one) => getEventListeners(one, 'abort').length),
    [0, 0, 0],
  );
});
