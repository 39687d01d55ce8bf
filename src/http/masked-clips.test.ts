// Masked clips: what lies behind a privacy mask leaves no trace in the file, and the rest of the picture stays.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filmFramesPerSecond, recordFilm, watched } from '../../test/houses/film-footage.ts';
import { openHouse, startMs } from '../../test/houses/http.ts';
import { until } from '../../test/houses/recorder.ts';
import { pattern } from '../../test/servers/coded-video.ts';
import { branded, type ZoneId } from '../core/brand.ts';
import type { Point } from '../core/detection/polygon.ts';
import { maxMaskedAtOnce } from '../core/evidence/masking.ts';
import type { Picture, YuvPicture } from '../core/ports/media.ts';
import { patienceMs } from './clip-body.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';

const width = 320;
const height = 180;
/** A window of the neighbour: a quarter of the picture. */
const neighbour: readonly Point[] = [
  { x: 0.5, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 0.5 },
  { x: 0.5, y: 0.5 },
];

function drawPattern(index: number, { y }: YuvPicture): void {
  for (let at = 0; at < width * height; at += 1) y[at] = pattern(index, at % width, Math.floor(at / width));
}

async function opened({ areas = [neighbour] }: { areas?: readonly (readonly Point[])[] } = {}) {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const { organizationId, siteId } = camera;
  const zones = areas.map((points, index) => ({
    id: branded<ZoneId>(`zone-${index}`),
    name: 'Neighbour',
    kind: 'mask' as const,
    points,
    objectKinds: [],
    armings: [],
    minHeight: 0,
    dwellSeconds: 0,
    direction: 'either' as const,
  }));
  const changedAt = house.deps.clock.now();
  await house.deps.records.zones.replace({
    cameraId: camera.id,
    organizationId,
    siteId,
    version: 1,
    changedAt,
    zones,
  });
  const clip = (seconds: number, query = '&blur=masks', signal?: AbortSignal) =>
    house.call('GET', `${paths.clip(camera.id)}?from=${startMs}&to=${startMs + seconds * 1000}${query}`, {
      cookie,
      ...(signal === undefined ? {} : { signal }),
    });
  const film = (atMs: number, seconds: number) =>
    recordFilm(house, camera, startMs + atMs, seconds, { width, height, draw: drawPattern });
  return { house, camera, clip, film };
}

function luma(picture: Picture): Uint8Array {
  const levels = new Uint8Array(width * height);
  picture.luma(width, height, levels);
  return levels;
}

/** Levels of the part of a picture between these shares of its width and height. */
function part(levels: Uint8Array, [left, top, right, bottom]: readonly [number, number, number, number]) {
  return [...levels].filter((_, at) => {
    const [x, y] = [(at % width) / width, Math.floor(at / width) / height];
    return x >= left && x < right && y >= top && y < bottom;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
}

/** Pearson's; 0 where one of them is flat. */
function correlation(some: readonly number[], others: readonly number[]): number {
  const [a, b] = [mean(some), mean(others)];
  const spread = Math.sqrt(variance(some) * variance(others));
  if (spread === 0) return 0;
  return mean(some.map((value, index) => (value - a) * ((others[index] ?? 0) - b))) / spread;
}

function psnr(some: readonly number[], others: readonly number[]): number {
  const error = mean(some.map((value, index) => (value - (others[index] ?? 0)) ** 2));
  return 10 * Math.log10(255 ** 2 / error);
}

test('of what is behind a mask nothing is left in any picture, and the rest is as it was', async () => {
  const { clip, film } = await opened();
  await film(0, 3);
  const copied = await clip(3, '');
  const masked = await clip(3);
  assert.equal(masked.status, 200, await masked.clone().text());
  assert.equal(masked.headers.get('vedette-clip-masks'), '1');
  assert.match(masked.headers.get('content-disposition') ?? '', / masked\.mp4"/);
  const before = await watched(await copied.bytes(), luma);
  const file = await masked.bytes();
  const after = await watched(file, luma);
  assert.deepEqual(after.timesMs, before.timesMs, 'every picture is there, at its time');
  assert.equal(after.seen.length, 3 * filmFramesPerSecond);
  assert.match(
    Buffer.from(file).toString('latin1'),
    /Derived work: 1 privacy mask is covered in every picture/,
  );
  for (const [index, picture] of after.seen.entries()) {
    const original = before.seen[index] ?? new Uint8Array();
    const covered = part(picture, [0.5, 0, 1, 0.5]);
    const hidden = part(original, [0.5, 0, 1, 0.5]);
    assert.ok(variance(hidden) > 2_000, 'there was much to see');
    assert.ok(variance(covered) < 2, `the variance behind the mask is ${variance(covered)}`);
    assert.ok(Math.abs(correlation(covered, hidden)) < 0.1);
    assert.ok(covered.every((level) => Math.abs(level - 128) < 16));
    // Loops of the codec reach 8 pixels over the border.
    const left = psnr(part(picture, [0, 0, 0.47, 1]), part(original, [0, 0, 0.47, 1]));
    const below = psnr(part(picture, [0.5, 0.56, 1, 1]), part(original, [0.5, 0.56, 1, 1]));
    assert.ok(left > 30 && below > 30, `outside of it the picture has ${left} and ${below} dB`);
  }
});

test('gaps stay gaps: what was skipped takes no time, and is told as it is of a copy', async () => {
  const { house, clip, film } = await opened();
  await film(0, 2);
  await film(60_000, 2);
  await house.deps.clock.advance(120_000);
  const [copied, masked] = [await clip(62, ''), await clip(62)];
  for (const name of ['vedette-clip-span', 'vedette-clip-gaps']) {
    assert.equal(masked.headers.get(name), copied.headers.get(name));
  }
  const { timesMs } = await watched(await masked.bytes(), luma);
  assert.deepEqual(timesMs, (await watched(await copied.bytes(), luma)).timesMs);
});

test('a camera without masks gives the plain copy, byte by byte, and nothing is encoded', async () => {
  const { house, clip, film } = await opened({ areas: [] });
  await film(0, 2);
  house.deps.masking.masker.video = () => assert.fail('the masker was asked');
  const [copied, asked] = [await clip(2, ''), await clip(2)];
  assert.equal(asked.headers.get('vedette-clip-masks'), '0');
  assert.deepEqual(await asked.bytes(), await copied.bytes());
  assert.equal(asked.headers.get('content-disposition'), copied.headers.get('content-disposition'));
});

test('another blur than of masks is refused', async () => {
  const { clip, film } = await opened();
  await film(0, 1);
  assert.equal(Problem.parse(await (await clip(1, '&blur=faces')).json()).code, 'request-invalid');
});

test('who leaves stops the work: nothing more is decoded, and the place is free', async () => {
  const { house, clip, film } = await opened();
  await film(0, 30);
  const { masker } = house.deps.masking;
  const open = masker.video;
  const worked = { packets: 0, closed: 0 };
  masker.video = async (options) => {
    const video = await open(options);
    return {
      get init() {
        return video.init;
      },
      mask(packet) {
        worked.packets += 1;
        return video.mask(packet);
      },
      drain: () => video.drain(),
      close() {
        worked.closed += 1;
        video.close();
      },
    };
  };
  const reader = (await clip(30)).body?.getReader();
  assert.ok(reader);
  await reader.read();
  assert.ok(worked.packets <= 3 * filmFramesPerSecond, 'nothing is made ahead of who takes it');
  await reader.cancel();
  assert.equal(worked.closed, 1);
  const before = worked.packets;
  const leaving = new AbortController();
  const second = await clip(30, '&blur=masks', leaving.signal);
  leaving.abort();
  await assert.rejects(second.bytes());
  await until(async () => worked.closed === 2, 'the second is closed');
  assert.ok(worked.packets < before + 5 * filmFramesPerSecond);
  for (let count = 0; count < maxMaskedAtOnce; count += 1) assert.equal((await clip(1)).status, 200);
});

test('several are made side by side, a fragment at a time, and one too many is told when to come again', async () => {
  const { house, clip, film } = await opened();
  await film(0, 4);
  const { masking } = house.deps;
  let running = 0;
  const inTurn = masking.inTurn;
  masking.inTurn = (work) =>
    inTurn(async () => {
      running += 1;
      assert.equal(running, 1, 'one fragment at a time');
      try {
        return await work();
      } finally {
        running -= 1;
      }
    });
  const answers = await Promise.all(Array.from({ length: maxMaskedAtOnce }, () => clip(4)));
  assert.ok(answers.every(({ status }) => status === 200));
  const refused = await clip(4);
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '15']);
  const { code, detail } = Problem.parse(await refused.json());
  assert.equal(code, 'clips-busy');
  assert.match(detail, /Try again when one of them is done/);
  const sizes = await Promise.all(answers.map(async (answer) => (await answer.bytes()).length));
  assert.ok(sizes.every((size) => size > 10_000 && size === sizes[0]));
  assert.equal((await clip(4)).status, 200, 'there is a place again');
});

test('who takes nothing for minutes loses the place, and the file breaks off', async () => {
  const { house, clip, film } = await opened();
  await film(0, 6);
  const stalled = await Promise.all(Array.from({ length: maxMaskedAtOnce }, () => clip(6)));
  assert.equal((await clip(6)).status, 503);
  await house.deps.clock.advance(patienceMs);
  assert.equal((await clip(6)).status, 200);
  await assert.rejects(async () => stalled[0]?.bytes());
});

test('without an encoder the clip is refused with what to do, and the copy is still there', async () => {
  const { house, clip, film } = await opened();
  await film(0, 1);
  const { VedetteError } = await import('../core/errors.ts');
  house.deps.masking.masker.video = async () => {
    throw new VedetteError('encoder-missing');
  };
  const refused = await clip(1);
  assert.equal(refused.status, 501);
  assert.equal(Problem.parse(await refused.json()).code, 'encoder-missing');
  assert.equal((await clip(1, '')).status, 200);
});
