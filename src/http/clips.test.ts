// Clips: a file of footage that any player opens, and what is refused in sentences.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { filmFramesPerSecond, recordFilm, watched } from '../../test/houses/film-footage.ts';
import { openHouse, record, startMs } from '../../test/houses/http.ts';
import type { Log } from '../core/ports/log.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const clip = (from: number, to: number, who = cookie) =>
    house.call('GET', `${paths.clip(camera.id)}?from=${from}&to=${to}`, { cookie: who });
  return { house, camera, clip };
}

async function problem(response: Promise<Response>): Promise<Problem> {
  return Problem.parse(await (await response).json());
}

const grey = (picture: { luma(width: number, height: number, target: Uint8Array): void }) => {
  const target = new Uint8Array(32 * 18);
  picture.luma(32, 18, target);
  return target;
};

test('a clip is one file with every frame of the span, over recordings and over a gap', async () => {
  const { house, camera, clip } = await opened();
  await recordFilm(house, camera, startMs, 3);
  await recordFilm(house, camera, startMs + 3_000, 2);
  await recordFilm(house, camera, startMs + 65_000, 2);
  await house.deps.clock.advance(120_000);
  const response = await clip(startMs, startMs + 67_000);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'video/mp4');
  const at = (ms: number) => new Date(startMs + ms).toISOString();
  assert.equal(response.headers.get('vedette-clip-span'), `${at(0)}/${at(67_000)}`);
  assert.equal(response.headers.get('vedette-clip-gaps'), `${at(5_000)}/${at(65_000)}`);
  assert.equal(response.headers.get('vedette-clip-ends-early'), null);
  const file = await response.bytes();
  const { timesMs, seen } = await watched(file, grey);
  const expected = Array.from({ length: 7 * filmFramesPerSecond }, (_, index) => index * 100);
  assert.deepEqual(timesMs, expected, 'what was skipped takes no time, and nothing is lost');
  assert.equal(seen.length, expected.length);
  const estimate = Number(response.headers.get('vedette-clip-bytes'));
  assert.ok(estimate >= file.length && estimate < file.length * 1.2 + 4_096);
});

test('a clip is cut at whole fragments around what was asked for', async () => {
  const { house, camera, clip } = await opened();
  await recordFilm(house, camera, startMs, 5);
  const response = await clip(startMs + 1_500, startMs + 2_500);
  const [from = '', to = ''] = response.headers.get('vedette-clip-span')?.split('/') ?? [];
  assert.deepEqual([Date.parse(from) - startMs, Date.parse(to) - startMs], [1_000, 3_000]);
  const { timesMs } = await watched(await response.bytes(), grey);
  assert.equal(timesMs.length, 2 * filmFramesPerSecond);
});

test('a clip ends where the size of the picture changes, says so, and the rest can be asked for', async () => {
  const { house, camera, clip } = await opened();
  await recordFilm(house, camera, startMs, 2);
  await recordFilm(house, camera, startMs + 2_000, 3, { width: 160, height: 90 });
  const first = await clip(startMs, startMs + 5_000);
  const endsEarly = first.headers.get('vedette-clip-ends-early') ?? '';
  assert.equal(Date.parse(endsEarly), startMs + 2_000);
  assert.equal((await watched(await first.bytes(), grey)).seen.length, 2 * filmFramesPerSecond);
  const rest = await clip(Date.parse(endsEarly), startMs + 5_000);
  assert.equal((await watched(await rest.bytes(), (picture) => picture.width)).seen.at(-1), 160);
});

test('other players open it: ffprobe counts the same frames', async (t) => {
  const ffprobe = await promisify(execFile)('ffprobe', ['-version']).catch(() => null);
  if (ffprobe === null) return t.skip('ffprobe is not installed');
  const { house, camera, clip } = await opened();
  await recordFilm(house, camera, startMs, 3);
  const path = join(tmpdir(), `vedette-probe-${process.pid}.mp4`);
  await writeFile(path, await (await clip(startMs, startMs + 3_000)).bytes());
  const entries = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0'];
  const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', ...entries, path]);
  assert.equal(stdout.trim(), String(3 * filmFramesPerSecond));
});

test('the file is called after site, camera and local time', async () => {
  const { house, camera, clip } = await opened();
  await recordFilm(house, camera, startMs, 1);
  await house.deps.records.cameras.update(camera.id, { name: 'Tür "1"/vorn' });
  const disposition = (await clip(startMs, startMs + 1_000)).headers.get('content-disposition');
  assert.equal(
    disposition,
    `attachment; filename="Shop Tur 1 vorn 2026-01-01 01-00-00.mp4"; ` +
      `filename*=UTF-8''Shop%20T%C3%BCr%201%20vorn%202026-01-01%2001-00-00.mp4`,
  );
});

test('a span without footage, one of more than ten minutes and one that ends before it starts are refused', async () => {
  const { house, camera, clip } = await opened();
  await record(house, camera, startMs, 2);
  assert.match((await problem(clip(startMs + 60_000, startMs + 61_000))).detail, /no footage/);
  const long = await problem(clip(startMs, startMs + 600_001));
  assert.deepEqual(
    [long.status, long.fields?.to],
    [400, 'Ask for at most 10 minutes of footage in one clip.'],
  );
  assert.equal((await problem(clip(startMs, startMs))).status, 400);
});

test('who may watch but not export takes nothing out, and who does is in the log', async () => {
  const lines: { event?: unknown; cameraId?: unknown }[] = [];
  const note = (_: string, fields?: object) => void lines.push({ ...fields });
  const log: Log = { debug: note, info: note, warn: note, error: note, with: () => log };
  const house = await openHouse({}, log);
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  await record(house, camera, startMs, 2);
  const path = `${paths.clip(camera.id)}?from=${startMs}&to=${startMs + 2_000}`;
  const viewer = await house.join('viewer', camera.organizationId);
  assert.equal((await house.call('GET', path, { cookie: viewer })).status, 403);
  const exports = () => lines.filter(({ event }) => event === 'footage-exported');
  assert.equal(exports().length, 0);
  assert.equal((await house.call('GET', path, { cookie })).status, 200);
  assert.deepEqual(
    exports().map(({ cameraId }) => cameraId),
    [camera.id],
  );
});

test('nothing is read ahead of the client, and nothing more once it left', async () => {
  const { house, camera, clip } = await opened();
  await record(house, camera, startMs, 60);
  let reads = 0;
  const { blobs } = house.deps;
  const get = blobs.get.bind(blobs);
  blobs.get = (...given) => {
    reads += 1;
    return get(...given);
  };
  const reader = (await clip(startMs, startMs + 60_000)).body?.getReader();
  assert.ok(reader);
  for (let piece = 0; piece < 5; piece += 1) await reader.read();
  assert.ok(reads <= 5, `${reads} fragments were read for 4`);
  const before = reads;
  await reader.cancel();
  assert.equal(reads, before);
});
