import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  always,
  blindWatch,
  samplesOf,
  scriptedMedia,
  testCamera,
  unexplainedMs,
  until,
} from '../../test/houses/recorder.ts';
import { inprocessEvents } from '../adapters/inprocess/events.ts';
import { memoryBlobs } from '../adapters/memory/blobs.ts';
import { memoryCache } from '../adapters/memory/cache.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { memoryKeys } from '../adapters/memory/keys.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlRecords } from '../adapters/sql/records.ts';
import { VedetteError } from '../core/errors.ts';
import { openPolicy } from '../core/organization/organization.ts';
import type { LiveEvent } from '../core/ports/events.ts';
import type { Log } from '../core/ports/log.ts';
import { secret } from '../core/secret.ts';
import type { Camera, CameraSource } from '../core/site/camera.ts';
import { cameraStatusKey } from '../core/site/camera-cache.ts';
import { startRecorder } from './recorder.ts';
import { spooledBlobKeys } from './spool/inspect.ts';
import { neverArmed } from '../core/site/site.ts';

const startMs = Date.UTC(2026, 0, 1);
const rtsp = (url: string): CameraSource & { kind: 'rtsp' } => ({
  kind: 'rtsp',
  url,
  substreamUrl: null,
  username: 'admin',
  password: secret('hunter2'),
});

/** A hub with cameras of a script; its recorder can be started again and again on the same spool. */
async function house(t: TestContext, sources: readonly CameraSource[]) {
  const spoolFolder = await mkdtemp(join(tmpdir(), 'vedette-recorder-'));
  const clock = manualClock(startMs);
  const lines: string[] = [];
  const write = (message: string, fields?: unknown) => lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write, with: () => log };
  const database = await openDatabase({ path: ':memory:', log });
  const keys = memoryKeys();
  const records = sqlRecords({ database, keys, clock });
  const events = inprocessEvents({ log });
  const seen: LiveEvent[] = [];
  events.subscribe((event) => seen.push(event));
  const media = scriptedMedia(clock);
  const cameras = sources.map((source, index) => testCamera(clock, source, index + 1));
  const [first] = cameras;
  if (first !== undefined) {
    const { organizationId, siteId, createdAt } = first;
    await records.organizations.insert({ id: organizationId, name: 'Test', createdAt, policy: openPolicy });
    const site = { id: siteId, organizationId, name: 'Test', timeZone: 'UTC', createdAt };
    await records.sites.insert({ ...site, ...neverArmed(createdAt) });
  }
  for (const camera of cameras) await records.cameras.insert(camera);
  const cache = memoryCache({ clock });
  const deps = { records, blobs: memoryBlobs(), keys, cache, events, clock, media, log };
  const openDemo = () => Promise.reject(new VedetteError('source-unreachable'));
  /** Cameras whose watch was stopped. */
  const unwatched: string[] = [];
  const watch: ReturnType<typeof blindWatch> = {
    camera: (id, options) => ({
      ...blindWatch().camera(id, options),
      stop: async () => void unwatched.push(id),
    }),
  };
  const toldGaps: string[] = [];
  const start = () =>
    startRecorder(
      { ...deps, watch, openDemo, onGap: ({ cause }) => void toldGaps.push(cause) },
      { spoolFolder, pace: 'real', makeRoom: async () => false, random: () => 0.5 },
    );
  t.after(async () => {
    await database.close();
    await rm(spoolFolder, { recursive: true });
  });
  /** Time passes second by second; the disk is not on this clock, so it may take a little less or more. */
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) await clock.advance(1_000);
  };
  return {
    ...{ ...deps, spoolFolder, cameras, lines, seen, unwatched, toldGaps, start, pass },
    /** Passes time until `condition` holds; how much depends on the disk. */
    passUntil: (condition: () => boolean, what: string) =>
      until(async () => {
        if (!condition()) await pass(1);
        return condition();
      }, what),
    recordings: ({ id }: Camera) => records.recordings.list(id, always),
    gaps: async ({ id }: Camera) =>
      (await records.gaps.list(id, always)).map(({ startAt, endAt, cause }) => ({
        cause,
        startMs: startAt - startMs,
        endMs: endAt - startMs,
      })),
    changed(camera: Camera) {
      const { organizationId, id: cameraId, siteId } = camera;
      events.publish({ type: 'camera-changed', organizationId, cameraId, siteId });
    },
  };
}

function only<T>(values: readonly T[]): T {
  const [value] = values;
  assert.ok(value !== undefined);
  return value;
}

test('a camera is recorded, its status told, and an orderly stop loses nothing', async (t) => {
  const { cameras, start, pass, recordings, gaps, blobs, keys, cache, seen, spoolFolder, media, clock } =
    await house(t, [rtsp('rtsp://a/1')]);
  const camera = only(cameras);
  const recorder = await start();
  await pass(65);
  await until(() => recorder.stats(camera.id).fragments >= 64, 'the fragments are written');
  const status = recorder.status(camera.id);
  assert.deepEqual([status?.state, status?.problem, status?.framesPerSecond], ['recording', null, 25]);
  assert.deepEqual(status?.picture, { width: 1920, height: 1080, codec: 'H.264' });
  const kept = JSON.parse(
    new TextDecoder().decode((await cache.get(cameraStatusKey(camera.id))) ?? undefined),
  );
  assert.equal(kept.state, 'recording');
  assert.ok(seen.some((event) => event.type === 'camera-status' && event.status.state === 'recording'));
  const grew = () => seen.some((event) => event.type === 'timeline-grew' && event.cameraId === camera.id);
  await until(grew, 'the growth is told');
  await recorder.stop();
  const rows = await recordings(camera);
  const samples = (await Promise.all(rows.map((row) => samplesOf({ blobs, keys }, row)))).flat();
  assert.deepEqual(
    samples.map(({ data }) => new TextDecoder().decode(data)),
    samples.map((_, index) => `picture ${index + 1}`),
  );
  assert.equal(samples.length, recorder.stats(camera.id).framesRecorded);
  const { total, waitingRecordings } = recorder.figures();
  assert.deepEqual([total, waitingRecordings], [recorder.stats(camera.id), 0]);
  assert.ok(samples.length >= 65 * 25 - 1);
  assert.equal(unexplainedMs(rows, []), 0);
  assert.deepEqual(await gaps(camera), []);
  assert.deepEqual(await readdir(spoolFolder), ['stopped']);
  assert.equal(media.script('rtsp://a/1').opened, 1);
  assert.equal(clock.sleepers, 0);
});

test('while a camera is recorded its newest footage can be read, and growth is told', async (t) => {
  const { cameras, start, pass } = await house(t, [rtsp('rtsp://a/1')]);
  const camera = only(cameras);
  const recorder = await start();
  const never = new AbortController();
  const grown = recorder.openFootage.grown(camera.id, never.signal);
  await pass(3);
  await grown;
  await until(() => recorder.stats(camera.id).fragments >= 2, 'two fragments are written');
  const open = only(await recorder.openFootage.of(camera.id));
  assert.deepEqual([open.startAt, open.cameraId], [startMs + 40, camera.id]);
  assert.equal((await recorder.openFootage.read(open.id, 1)).length, open.fragments[1]?.sizeBytes);
  assert.equal((await recorder.openFootage.find(open.id))?.id, open.id);
  const given = new AbortController();
  const waiting = recorder.openFootage.grown(camera.id, given.signal);
  given.abort();
  await waiting;
  await recorder.stop();
  assert.deepEqual(await recorder.openFootage.of(camera.id), []);
  await assert.rejects(recorder.openFootage.read(open.id, 0), { code: 'not-found' });
});

test('a cut seals at once what an incident shows', async (t) => {
  const { cameras, start, pass, recordings } = await house(t, [rtsp('rtsp://a/1')]);
  const camera = only(cameras);
  const recorder = await start();
  await pass(5);
  recorder.cut(camera.id);
  await pass(2);
  await until(async () => (await recordings(camera)).length === 1, 'the cut recording is sealed');
  await pass(3);
  await recorder.stop();
  const rows = await recordings(camera);
  assert.equal(rows.length, 2);
  assert.equal(unexplainedMs(rows, []), 0);
});

test('a camera that refuses the password is asked so rarely that it does not lock the account', async (t) => {
  const { cameras, start, pass, media } = await house(t, [
    { ...rtsp('rtsp://a/1'), substreamUrl: 'rtsp://a/2' },
  ]);
  const [main, substream] = [media.script('rtsp://a/1'), media.script('rtsp://a/2')];
  main.refuses = substream.refuses = new VedetteError('source-credentials');
  const recorder = await start();
  await pass(25);
  assert.equal(recorder.status(only(cameras).id)?.problem?.code, 'source-credentials');
  assert.deepEqual([main.opened, substream.opened], [1, 1]);
  await recorder.stop();
});

test('a camera that fails is tried again with growing waits, and the gap says why', async (t) => {
  const { cameras, start, pass, passUntil, recordings, gaps, media, lines } = await house(t, [
    rtsp('rtsp://a/1'),
  ]);
  const camera = only(cameras);
  const script = media.script('rtsp://a/1');
  const recorder = await start();
  await pass(10);
  script.refuses = new VedetteError('source-unreachable');
  script.breaks = new VedetteError('source-timeout');
  await pass(20);
  const status = recorder.status(camera.id);
  assert.deepEqual([status?.state, status?.problem?.code], ['offline', 'source-unreachable']);
  assert.ok((status?.problem?.nextTryAt ?? 0) > startMs + 30_000);
  // 0.375, 0.75, 1.5, 3, 6 and 12 s: not one a second.
  assert.ok(script.opened >= 5 && script.opened <= 7, `opened ${script.opened} times`);
  script.refuses = null;
  await passUntil(() => recorder.status(camera.id)?.state === 'recording', 'it is recorded again');
  await recorder.stop();
  const rows = await recordings(camera);
  assert.equal(
    unexplainedMs(
      rows,
      (await gaps(camera)).map((gap) => absolute(gap)),
    ),
    0,
  );
  assert.deepEqual(
    (await gaps(camera)).map(({ cause }) => cause),
    ['source-unreachable'],
  );
  assert.doesNotMatch(lines.join('\n'), /hunter2/);
});

const absolute = (gap: { startMs: number; endMs: number }) => ({
  startAt: (gap.startMs + startMs) as Camera['createdAt'],
  endAt: (gap.endMs + startMs) as Camera['createdAt'],
});

test('a camera that falls silent without a word is opened again', async (t) => {
  const { cameras, start, pass, passUntil, media } = await house(t, [rtsp('rtsp://a/1')]);
  const camera = only(cameras);
  const script = media.script('rtsp://a/1');
  const recorder = await start();
  await pass(5);
  script.isSilent = true;
  const isSilent = () => recorder.status(camera.id)?.problem?.code === 'source-timeout';
  await passUntil(isSilent, 'the silence is noticed');
  script.isSilent = false;
  await passUntil(() => recorder.status(camera.id)?.state === 'recording', 'it is recorded again');
  await recorder.stop();
});

test('a source whose library hangs is opened again all the same, main stream and substream', async (t) => {
  const source: CameraSource = { ...rtsp('rtsp://a/1'), substreamUrl: 'rtsp://a/sub' };
  const { cameras, start, pass, passUntil, media, clock } = await house(t, [source]);
  const camera = only(cameras);
  const scripts = [media.script('rtsp://a/1'), media.script('rtsp://a/sub')];
  const recorder = await start();
  await pass(5);
  for (const script of scripts) script.isSilent = script.hangs = true;
  await passUntil(() => recorder.status(camera.id)?.problem?.code === 'source-timeout', 'it is noticed');
  assert.equal(recorder.status(camera.id)?.detection, 'unavailable');
  for (const script of scripts) script.isSilent = script.hangs = false;
  await passUntil(() => scripts.every(({ opened }) => opened >= 2), 'both are opened again');
  await passUntil(() => recorder.status(camera.id)?.state === 'recording', 'it is recorded again');
  for (const script of scripts) script.isSilent = script.hangs = true;
  await pass(1);
  let isStopped = false;
  void recorder.stop().then(() => {
    isStopped = true;
  });
  await passUntil(() => isStopped, 'the recorder stops');
  assert.equal(clock.sleepers, 0);
});

test('a substream that ends is no longer looked at, and that is told', async (t) => {
  const source: CameraSource = { ...rtsp('rtsp://a/1'), substreamUrl: 'rtsp://a/sub' };
  const { cameras, start, passUntil, media } = await house(t, [source]);
  media.script('rtsp://a/sub').packetsLeft = 10;
  const recorder = await start();
  const status = () => recorder.status(only(cameras).id);
  await passUntil(() => status()?.detection === 'unavailable', 'the end of the substream is told');
  assert.equal(status()?.state, 'recording');
  await recorder.stop();
});

test('stopping twice waits twice', async (t) => {
  const { start, pass, spoolFolder } = await house(t, [rtsp('rtsp://a/1')]);
  const recorder = await start();
  await pass(3);
  void recorder.stop();
  await recorder.stop();
  assert.deepEqual(await readdir(spoolFolder), ['stopped']);
});

test('a camera that fails in an unforeseen way disturbs no other', async (t) => {
  const { cameras, start, pass, recordings, gaps, media } = await house(t, [
    rtsp('rtsp://a/1'),
    rtsp('rtsp://a/2'),
    { kind: 'demo' },
  ]);
  const [broken, whole, demo] = cameras;
  assert.ok(broken && whole && demo);
  const recorder = await start();
  await pass(5);
  media.script('rtsp://a/1').breaks = new TypeError('undefined is not a function');
  await pass(1);
  media.script('rtsp://a/1').breaks = new TypeError('undefined is not a function');
  await pass(20);
  assert.equal(recorder.status(demo.id)?.problem?.code, 'source-unreachable');
  await recorder.stop();
  assert.equal((await recordings(whole)).length, 1);
  assert.deepEqual(await gaps(whole), []);
  assert.ok((await recordings(broken)).length >= 2);
  assert.equal(recorder.status(broken.id)?.problem?.detail.includes('undefined'), undefined);
});

test('trouble of a substream is no trouble of the recording, nor the other way round', async (t) => {
  const source: CameraSource = { ...rtsp('rtsp://a/1'), substreamUrl: 'rtsp://a/sub' };
  const { cameras, start, pass, passUntil, gaps, media } = await house(t, [source]);
  const camera = only(cameras);
  const substream = media.script('rtsp://a/sub');
  substream.refuses = new VedetteError('source-not-found');
  const recorder = await start();
  await pass(10);
  const status = () => recorder.status(camera.id);
  assert.deepEqual([status()?.state, status()?.detection], ['recording', 'unavailable']);
  assert.ok(substream.opened >= 2);
  substream.refuses = null;
  media.script('rtsp://a/1').refuses = new VedetteError('source-unreachable');
  media.script('rtsp://a/1').breaks = new VedetteError('source-timeout');
  await passUntil(() => status()?.state === 'offline', 'the main stream is gone');
  const before = substream.opened;
  await pass(20);
  // It was opened once more, and that was enough.
  assert.ok(substream.opened <= before + 1);
  await recorder.stop();
  assert.deepEqual(await gaps(camera), []);
});

test('cameras are added, disabled, edited and removed while the recorder runs', async (t) => {
  const {
    cameras,
    records,
    start,
    pass,
    passUntil,
    recordings,
    gaps,
    media,
    changed,
    cache,
    clock,
    unwatched,
  } = await house(t, [rtsp('rtsp://a/1')]);
  const camera = only(cameras);
  const recorder = await start();
  await pass(5);
  await records.cameras.update(camera.id, { enabled: false });
  changed(camera);
  await passUntil(() => recorder.status(camera.id)?.state === 'disabled', 'the camera is off');
  await pass(5);
  await records.cameras.update(camera.id, { enabled: true });
  changed(camera);
  await passUntil(() => recorder.status(camera.id)?.state === 'recording', 'the camera is on again');
  await pass(5);
  await records.cameras.update(camera.id, { name: 'Another name' });
  await records.cameras.update(camera.id, { source: rtsp('rtsp://a/2') });
  changed(camera);
  const second = testCamera(clock, rtsp('rtsp://a/3'), 2);
  await records.cameras.insert(second);
  // Nobody tells: it is found by looking.
  const isRecorded = (camera: Camera) => recorder.status(camera.id)?.state === 'recording';
  await passUntil(() => isRecorded(second) && isRecorded(camera), 'both are recorded');
  await pass(2);
  assert.deepEqual(
    [1, 2, 3].map((number) => media.script(`rtsp://a/${number}`).opened),
    [2, 1, 1],
  );
  await records.cameras.delete(second.id);
  changed(second);
  const before = recorder.figures();
  assert.equal(before.cameras.length, 2);
  assert.ok(before.waitingRecordings >= 2, 'those that are open are in the spool');
  await passUntil(() => recorder.status(second.id) === null, 'the camera is gone');
  // What it recorded was recorded all the same.
  const after = recorder.figures();
  assert.equal(after.cameras.length, 1);
  assert.ok(after.total.framesRecorded >= before.total.framesRecorded);
  assert.ok(after.total.recordings > before.total.recordings);
  assert.equal(await cache.get(cameraStatusKey(second.id)), null);
  assert.deepEqual(unwatched, [second.id]);
  assert.equal((await recordings(second)).length, 1);
  await recorder.stop();
  assert.deepEqual(
    (await gaps(camera)).map(({ cause }) => cause),
    // The other stream was there within a frame.
    ['camera-disabled'],
  );
  assert.equal(unexplainedMs(await recordings(camera), (await gaps(camera)).map(absolute)), 0);
});

test('after an orderly stop the gap says so', async (t) => {
  const { cameras, start, pass, gaps, recordings, toldGaps } = await house(t, [rtsp('rtsp://a/1')]);
  const camera = only(cameras);
  const first = await start();
  await pass(5);
  await first.stop();
  await pass(7);
  const second = await start();
  await pass(5);
  await second.stop();
  assert.deepEqual(
    (await gaps(camera)).map(({ cause }) => cause),
    ['recorder-stopped'],
  );
  assert.deepEqual(toldGaps, ['recorder-stopped']);
  assert.equal(unexplainedMs(await recordings(camera), (await gaps(camera)).map(absolute)), 0);
});

test('a recorder that was killed is recovered by the next, which says so in the gap', async (t) => {
  const { cameras, start, pass, gaps, recordings, spoolFolder, records, blobs } = await house(t, [
    rtsp('rtsp://a/1'),
  ]);
  const camera = only(cameras);
  const killed = await start();
  await pass(5);
  await until(() => killed.stats(camera.id).fragments >= 4, 'four fragments are written');
  assert.equal((await readdir(spoolFolder)).length, 2);
  const [blobKey] = await spooledBlobKeys(spoolFolder);
  assert.match(blobKey ?? '', /^footage\//);
  // What a kill leaves is what lies in the folder: another recorder starts on it, and the first one is gone.
  const restarted = await start();
  await pass(5);
  const [first] = await recordings(camera);
  assert.ok((first?.fragments.length ?? 0) >= 4);
  assert.equal(first?.blobKey, blobKey);
  await restarted.stop();
  assert.equal((await gaps(camera)).at(0)?.cause ?? 'recorder-crashed', 'recorder-crashed');
  assert.ok((await records.recordings.last(camera.id)) !== null);
  assert.ok((await blobs.head(blobKey ?? '')) !== null);
  await killed.stop();
});

test('a file that is played once ends, and its camera says so', async (t) => {
  const { cameras, start, pass, recordings, media } = await house(t, [
    { kind: 'file', path: '/clips/once.mp4', loop: false },
  ]);
  const camera = only(cameras);
  media.script('/clips/once.mp4').packetsLeft = 100;
  const recorder = await start();
  const settled = recorder.settled(camera.id);
  await pass(6);
  await settled;
  const status = recorder.status(camera.id);
  assert.deepEqual(
    [status?.state, status?.problem?.code, status?.problem?.nextTryAt],
    ['ended', 'source-ended', null],
  );
  const rows = await recordings(camera);
  assert.equal(
    only(rows).fragments.reduce((total, { frameCount }) => total + frameCount, 0),
    100,
  );
  await pass(30);
  assert.equal(media.script('/clips/once.mp4').opened, 1);
  await recorder.stop();
});

test('a clock that is set forward while recording is a gap of its own', async (t) => {
  const { cameras, start, pass, passUntil, gaps, recordings, clock } = await house(t, [rtsp('rtsp://a/1')]);
  const camera = only(cameras);
  const recorder = await start();
  await pass(5);
  clock.step(3_600_000);
  const notice = () => recorder.status(camera.id)?.notice ?? null;
  await passUntil(() => notice()?.code === 'clock-set-forward', 'the step is told');
  assert.match(notice()?.detail ?? '', /60 min/);
  assert.equal(recorder.status(camera.id)?.problem, null);
  await recorder.stop();
  const [gap] = await gaps(camera);
  assert.equal(gap?.cause, 'clock-step');
  assert.ok(Math.abs((gap?.endMs ?? 0) - (gap?.startMs ?? 0) - 3_600_000) < 1_000);
  assert.equal(unexplainedMs(await recordings(camera), (await gaps(camera)).map(absolute)), 0);
});

test('a clock that is set back is told until it is right again, and a camera that does not record tells nothing', async (t) => {
  const { cameras, start, pass, passUntil, clock, records, changed, lines } = await house(t, [
    rtsp('rtsp://a/1'),
  ]);
  const camera = only(cameras);
  const recorder = await start();
  const notice = () => recorder.status(camera.id)?.notice ?? null;
  await pass(5);
  clock.step(-600_000);
  await passUntil(() => notice()?.code === 'clock-set-back', 'the step is told');
  assert.match(notice()?.detail ?? '', /10 min ahead/);
  assert.ok(lines.some((line) => /set back.*"camera":"Camera 1"/.test(line)));
  await records.cameras.update(camera.id, { enabled: false });
  changed(camera);
  await passUntil(() => recorder.status(camera.id)?.state === 'disabled', 'it is switched off');
  assert.equal(notice(), null);
  await records.cameras.update(camera.id, { enabled: true });
  changed(camera);
  await passUntil(() => notice()?.code === 'clock-set-back', 'it is told again');
  clock.step(600_000);
  await passUntil(() => notice() === null, 'the clock is right again');
  await recorder.stop();
});
