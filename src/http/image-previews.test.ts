// Pushed images shown small: how large, what is covered, what the log says, and who waits.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { answer, codeOf, integrator, takeIn } from '../../test/houses/integrator.ts';
import { exif, png, smallJpeg } from '../../test/houses/stills.ts';
import { turnedJpeg } from '../../test/houses/turned-still.ts';
import { avStills } from '../adapters/av/stills.ts';
import { branded, type ImageId } from '../core/brand.ts';
import type { Point } from '../core/detection/polygon.ts';
import { inspect } from '../core/image/format/inspect.ts';
import { maxDecodedBytes } from '../core/image/pushed-image.ts';
import type { Log, LogFields } from '../core/ports/log.ts';
import { NewestImage, PushedReceipt } from './contract/images.ts';
import { paths } from './contract/paths.ts';
import { previews, tilesNotedMs } from './limits.ts';

const stills = avStills();
const asPng = { 'content-type': 'image/png' };

/** A house with an image of the camera "Gate", stored, and what its log says of looks. */
async function stored(
  t: TestContext,
  image: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
) {
  const lines: LogFields[] = [];
  const note = (_: string, fields: LogFields = {}) => {
    if (String(fields.event).startsWith('image-')) lines.push(fields);
  };
  const log: Log = { debug: note, info: note, warn: note, error: note, with: () => log };
  const opened = await integrator({}, log);
  const { house, siteId, cookie, push, status } = opened;
  const query = `?siteId=${siteId}&camera=Gate`;
  const { id } = await answer(PushedReceipt, push(image, query, headers));
  await takeIn(t, house);
  const { cameraId } = await status(id);
  assert.ok(cameraId);
  const look = (of: string, who = cookie) =>
    house.call('GET', `${paths.imagePreview(id)}?${of}`, { cookie: who });
  const picture = async (of: string) => {
    const shown = await look(of);
    assert.equal(shown.status, 200);
    assert.equal(shown.headers.get('cache-control'), 'private, no-store');
    const bytes = new Uint8Array(await shown.arrayBuffer());
    return { bytes, mediaType: shown.headers.get('content-type') };
  };
  return { ...opened, id, cameraId, query, look, picture, lines };
}

const leftHalf = [
  { x: 0, y: 0 },
  { x: 0.5, y: 0 },
  { x: 0.5, y: 1 },
  { x: 0, y: 1 },
];

function maskOver(points: readonly Point[]) {
  return {
    ...{ id: crypto.randomUUID(), kind: 'mask', name: 'Street', points, objectKinds: [], armings: [] },
    ...{ dwellSeconds: 0, minHeight: 0, direction: 'either' },
  };
}

async function sizeOf(jpeg: Uint8Array<ArrayBuffer>): Promise<readonly number[]> {
  const { width, height, release } = await stills.decode(jpeg, 'image/jpeg');
  release();
  return [width, height];
}

test('a preview is a small JPEG of the same shape, whatever the image is, and is never larger than it', async (t) => {
  const { picture } = await stored(t, png(3_200, 1_800), asPng);
  const tile = await picture('size=tile');
  assert.equal(tile.mediaType, 'image/jpeg');
  assert.deepEqual(await sizeOf(tile.bytes), [640, 360]);
  assert.deepEqual(await sizeOf((await picture('size=strip')).bytes), [320, 180]);
  const screen = await picture('size=screen&again=2');
  assert.deepEqual(await sizeOf(screen.bytes), [1_600, 900]);
  const small = await stored(t, smallJpeg());
  assert.deepEqual(await sizeOf((await small.picture('size=tile')).bytes), [8, 8]);
  // What is small enough is not made anew: it would only lose by it.
  assert.deepEqual((await small.picture('size=screen')).bytes, smallJpeg());
});

test('a preview stands as the image stands, and says nothing else of it', async (t) => {
  const { picture } = await stored(t, smallJpeg([exif(6)]));
  const { bytes } = await picture('size=tile');
  const inspected = inspect(bytes, 'image/jpeg');
  assert.equal(inspected.ok && inspected.layout.orientation, 6);
  assert.ok(!Buffer.from(bytes).includes('GPS'));
});

test('privacy masks are covered in what is shown in passing, of every kind of image, and in that alone', async (t) => {
  const { house, cookie, cameraId, picture } = await stored(t, png(1_700, 900), asPng);
  const drawn = await house.call('PUT', paths.zones(cameraId), {
    ...{ cookie, json: { version: 0, zones: [maskOver(leftHalf)] } },
  });
  assert.equal(drawn.status, 200, await drawn.text());
  const levels = async (of: string) => {
    const shown = await stills.decode((await picture(of)).bytes, 'image/jpeg');
    const { data } = await shown.rgb(10, 1);
    shown.release();
    return [data[3] ?? 0, data[27] ?? 0];
  };
  const isNear = (level: number | undefined, wanted: number) => Math.abs((level ?? 0) - wanted) <= 8;
  for (const size of ['strip', 'tile']) {
    const [masked, open] = await levels(`size=${size}`);
    assert.ok(isNear(masked, 128) && isNear(open, 0x60), `${size}: ${masked}, ${open}`);
  }
  const [seen] = await levels('size=screen');
  assert.ok(isNear(seen, 0x60), `${seen}: who may watch recordings sees what lies behind`);
});

test('a privacy mask covers what it was drawn over where an image stands on its side', async (t) => {
  const { house, cookie, cameraId, picture } = await stored(t, await turnedJpeg(6));
  const drawn = await house.call('PUT', paths.zones(cameraId), {
    ...{ cookie, json: { version: 0, zones: [maskOver(leftHalf)] } },
  });
  assert.equal(drawn.status, 200, await drawn.text());
  const { bytes } = await picture('size=tile');
  const inspected = inspect(bytes, 'image/jpeg');
  assert.equal(inspected.ok && inspected.layout.orientation, 6);
  const shown = await stills.decode(bytes, 'image/jpeg');
  const { data } = await shown.rgb(1, 8);
  shown.release();
  // A quarter turn clockwise: what is seen to the left is coded below.
  const isCovered = (row: number) => Math.abs((data[row * 3] ?? 0) - 128) <= 8;
  assert.deepEqual([isCovered(1), isCovered(6)], [false, true], `${data}`);
});

test('each look at a screen is written down; tiles of a camera are a line in a quarter of an hour', async (t) => {
  const { house, id, cameraId, look, lines } = await stored(t, smallJpeg());
  for (let times = 0; times < 3; times += 1) assert.equal((await look('size=tile')).status, 200);
  assert.deepEqual(
    lines.map(({ event, cameraId: of, imageId }) => [event, of, imageId]),
    [['image-tiles-viewed', cameraId, undefined]],
  );
  await house.deps.clock.advance(tilesNotedMs + 1);
  await look('size=tile');
  await look('size=screen');
  await look('size=screen');
  assert.deepEqual(
    lines.slice(1).map(({ event, imageId }) => [event, imageId]),
    [
      ['image-tiles-viewed', undefined],
      ['image-viewed', id],
      ['image-viewed', id],
    ],
  );
});

test('others see none of it, nor does anybody once it is destroyed; an unknown size is refused', async (t) => {
  const { house, id, look } = await stored(t, smallJpeg());
  const stranger = await house.join('admin');
  assert.equal((await look('size=tile', stranger)).status, 404);
  for (const wrong of ['', 'size=huge', 'size=tile&width=9000'])
    assert.equal((await look(wrong)).status, 400, wrong);
  await house.deps.records.pushedImages.destroy(branded<ImageId>(id), house.deps.clock.now());
  for (const size of ['tile', 'screen']) assert.equal((await look(`size=${size}`)).status, 404);
});

test('few are made at a time; who leaves while waiting takes no turn, and the next has it', async (t) => {
  const { house, cookie, id, look } = await stored(t, smallJpeg());
  // All that may be decoded is taken: whatever is to be made waits.
  const giveBack = await house.deps.intake.decoding.take(maxDecodedBytes, new AbortController().signal);
  const leaving = new AbortController();
  const left = house.call('GET', `${paths.imagePreview(id)}?size=tile`, { cookie, signal: leaving.signal });
  const gone = assert.rejects(left.then(({ status }) => assert.equal(status, 200)));
  const stays = look('size=tile');
  const third = look('size=tile');
  await new Promise((resolve) => setImmediate(resolve));
  leaving.abort();
  await gone;
  giveBack();
  assert.deepEqual([(await stays).status, (await third).status], [200, 200]);
  const free = await house.deps.intake.decoding.take(maxDecodedBytes, AbortSignal.timeout(1_000));
  free();
});

test('one person has so many previews made in a minute, and no more', async (t) => {
  const { house, id, look } = await stored(t, smallJpeg());
  const image = (await house.deps.records.pushedImages.find(branded<ImageId>(id))) ?? assert.fail();
  const [member] = await house.deps.records.members.list(image.organizationId);
  for (let lot = 0; lot < previews.limit / previews.perLot; lot += 1)
    await house.deps.cache.increment(`images/previews/${member?.id}`, previews.windowMs);
  const refused = await look('size=tile');
  assert.deepEqual([refused.status, await codeOf(refused)], [429, 'too-many-requests']);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  await house.deps.clock.advance(previews.windowMs + 1);
  assert.equal((await look('size=tile')).status, 200);
});

test('of a camera the newest image is told by the time it was taken, and of one without, that there is none', async (t) => {
  const { house, cookie, id, cameraId, push, query } = await stored(t, smallJpeg());
  const newest = async (of: string) =>
    (await answer(NewestImage, house.call('GET', paths.newestImage(of), { cookie }))).image?.id ?? null;
  assert.equal(await newest(cameraId), id);
  const hourAgo = house.deps.clock.now() - 3_600_000;
  await push(smallJpeg(), `${query}&takenAt=${hourAgo}`);
  await takeIn(t, house);
  assert.equal(await newest(cameraId), id);
  // However long ago it was.
  await house.deps.clock.advance(25 * 3_600_000);
  assert.equal(await newest(cameraId), id);
  const yard = (await house.deps.records.cameras.all()).find((camera) => camera.id !== cameraId);
  assert.equal(await newest(yard?.id ?? ''), null);
  const stranger = await house.join('admin');
  assert.equal((await house.call('GET', paths.newestImage(cameraId), { cookie: stranger })).status, 404);
});
