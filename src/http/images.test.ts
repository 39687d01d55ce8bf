import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type House, meanwhile } from '../../test/houses/http.ts';
import { bytes, exif, png, smallJpeg, smallWebp } from '../../test/houses/stills.ts';
import { turnedJpeg } from '../../test/houses/turned-still.ts';
import { z } from 'zod';
import { memoryDetector } from '../adapters/memory/detector.ts';
import { branded, type ImageId } from '../core/brand.ts';
import type { Detection } from '../core/detection/detection.ts';
import type { Point } from '../core/detection/polygon.ts';
import { inspect } from '../core/image/format/inspect.ts';
import { maxImageBytes } from '../core/image/pushed-image.ts';
import type { RgbPicture } from '../core/ports/detector.ts';
import { startLook } from '../workers/look.ts';
import { Camera } from './contract/cameras.ts';
import { Problem } from './contract/common.ts';
import { CameraImages, ImageStatus, PushedReceipt, QuarantinedImage } from './contract/images.ts';
import { paths } from './contract/paths.ts';
import { Site } from './contract/sites.ts';

import { answer, codeOf, integrator, Named, newKey, takeIn } from '../../test/houses/integrator.ts';

test('an image that is pushed is taken in, and shows on the time line of the camera it names', async (t) => {
  const { house, cookie, siteId, push, status } = await integrator();
  const response = await push(smallJpeg(), `?siteId=${siteId}&camera=Gate`);
  assert.equal(response.status, 202);
  const { id, state, statusUrl } = await answer(PushedReceipt, response);
  assert.deepEqual([state, statusUrl], ['received', paths.image(id)]);
  assert.equal((await status(id)).state, 'received');
  await takeIn(t, house);
  const { state: after, cameraId } = await status(id);
  assert.equal(after, 'stored');
  const cameras = await answer(z.array(Camera), house.call('GET', paths.cameras, { cookie }));
  const camera = cameras.find((one) => one.id === cameraId);
  assert.deepEqual(
    [camera?.name, camera?.source.kind, camera?.status.state],
    ['Gate', 'pushed', 'receiving'],
  );
  const now = house.deps.clock.now();
  const span = `?from=${now - 60_000}&to=${now + 60_000}`;
  const listed = await answer(
    CameraImages,
    house.call('GET', paths.cameraImages(cameraId ?? '') + span, { cookie }),
  );
  assert.deepEqual(
    listed.images.map((image) => image.id),
    [id],
  );
  const shown = await house.call('GET', paths.imageFile(id), { cookie });
  assert.equal(shown.headers.get('content-type'), 'image/jpeg');
  assert.deepEqual(new Uint8Array(await shown.arrayBuffer()), smallJpeg());
  const again = await house.call('GET', `${paths.imageFile(id)}?again=1`, { cookie });
  assert.equal(again.status, 200, 'the light table tries again at another address');
  await push(smallJpeg(), `?siteId=${siteId}&camera=gate`);
  await takeIn(t, house);
  assert.equal((await house.deps.records.cameras.all()).length, 2, 'the name is the camera');
});

test('nothing of an image lies in the clear, neither in the inbox nor stored', async (t) => {
  const { house, push } = await integrator();
  const image = smallJpeg([exif(6)]);
  await push(image);
  const clear = async () => {
    for await (const { key } of house.deps.blobs.list('images/')) {
      const stored = Buffer.from(await house.deps.blobs.get(key));
      if (stored.includes(image.subarray(0, 24))) return key;
    }
    return null;
  };
  assert.equal(await clear(), null);
  await takeIn(t, house);
  assert.equal(await clear(), null);
});

test('a form says the same as the query, and is refused where it is cut off or has no image', async (t) => {
  const { house, siteId, key } = await integrator();
  const form = new FormData();
  form.set('siteId', siteId);
  form.set('camera', 'Form');
  form.set('image', new Blob([smallWebp], { type: 'image/webp' }), 'a.webp');
  const whole = new Response(form);
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': whole.headers.get('content-type') ?? '',
  };
  const body = new Uint8Array(await whole.arrayBuffer());
  const send = (part: Uint8Array<ArrayBuffer>) => house.call('POST', paths.images, { headers, body: part });
  assert.equal((await send(body)).status, 202);
  await takeIn(t, house);
  assert.ok((await house.deps.records.cameras.all()).some(({ name }) => name === 'Form'));
  for (const length of [0, 10, body.length >> 1, body.length - 10]) {
    const response = await send(body.slice(0, length));
    assert.deepEqual([response.status, await codeOf(response)], [400, 'request-invalid'], `${length} bytes`);
  }
  // What it would not do, it does not take.
  form.set('takenat', '1');
  const mistaken = await sentForm(house, key, form);
  assert.match((await answer(Problem, mistaken)).detail, /Did you mean "takenAt"\?/);
  for (let index = 0; index < 20; index += 1) form.append('camera', 'x');
  const many = await sentForm(house, key, form);
  assert.match((await answer(Problem, many)).detail, /at most 16 parts/);
  const empty = new Response(new FormData());
  const none = await house.call('POST', paths.images, {
    headers: { ...headers, 'content-type': empty.headers.get('content-type') ?? '' },
    body: new Uint8Array(await empty.arrayBuffer()),
  });
  assert.equal(none.status, 400);
});

async function sentForm(house: House, key: string, form: FormData): Promise<Response> {
  const whole = new Response(form);
  const contentType = whole.headers.get('content-type') ?? '';
  return house.call('POST', paths.images, {
    headers: { authorization: `Bearer ${key}`, 'content-type': contentType },
    body: new Uint8Array(await whole.arrayBuffer()),
  });
}

test('every limit is held before anything is stored', async () => {
  const { house, siteId, push } = await integrator();
  const now = house.deps.clock.now();
  const jpeg = smallJpeg();
  const wrong: readonly [string, number, string, Promise<Response>][] = [
    ['a page', 422, 'image-refused', push(bytes(new TextEncoder().encode('<html>')))],
    ['an empty body', 422, 'image-refused', push(new Uint8Array())],
    ['a PNG as a JPEG', 422, 'image-refused', push(png(1, 1))],
    ['another type', 422, 'image-refused', push(jpeg, undefined, { 'content-type': 'image/gif' })],
    ['no site', 400, 'request-invalid', push(jpeg, '')],
    ['a site that is none', 400, 'request-invalid', push(jpeg, '?siteId=x')],
    ['tomorrow', 400, 'request-invalid', push(jpeg, `?siteId=${siteId}&takenAt=${now + 86_400_000}`)],
    ['last month', 400, 'request-invalid', push(jpeg, `?siteId=${siteId}&takenAt=${now - 30 * 86_400_000}`)],
    ['seconds', 400, 'request-invalid', push(jpeg, `?siteId=${siteId}&takenAt=${Math.floor(now / 1000)}`)],
    ['a hidden mark', 400, 'request-invalid', push(jpeg, `?siteId=${siteId}&camera=a%0Ab`)],
    ['a long name', 400, 'request-invalid', push(jpeg, `?siteId=${siteId}&camera=${'x'.repeat(81)}`)],
    ['an endless key', 400, 'request-invalid', push(jpeg, undefined, { 'idempotency-key': 'x'.repeat(129) })],
    [
      'one byte too much',
      413,
      'body-too-large',
      push(bytes(jpeg, new Uint8Array(maxImageBytes - jpeg.length + 1))),
    ],
    ['a camera of nobody', 404, 'not-found', push(jpeg, '?cameraId=00000000-0000-7000-8000-000000000000')],
  ];
  for (const [what, status, code, sent] of wrong) {
    const response = await sent;
    assert.deepEqual([response.status, await codeOf(response)], [status, code], what);
  }
  assert.equal(await house.deps.intake.inbox.backlog(), 0);
  assert.equal((await Array.fromAsync(house.deps.blobs.list('images/'))).length, 0);
});

test('the largest image is taken', async () => {
  const { push } = await integrator();
  const image = new Uint8Array(maxImageBytes);
  image.set(smallJpeg());
  assert.equal((await push(image)).status, 202);
});

test('a key pushes only to the sites it was given, and to no site of others', async () => {
  const { house, cookie, siteId } = await integrator();
  const site = await house.call('POST', paths.sites, { cookie, json: { name: 'Barn', timeZone: 'UTC' } });
  const { id: barnId } = await answer(Named, site);
  const narrow = await newKey(house, cookie, [barnId]);
  const theirs = await newKey(house, await house.join('admin'), null);
  const push = (key: string, query: string) =>
    house.call('POST', `${paths.images}?${query}`, {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' },
      body: smallJpeg(),
    });
  const [yard] = await house.deps.records.cameras.all();
  assert.equal((await push(narrow, `siteId=${barnId}`)).status, 202);
  assert.equal((await push(narrow, `siteId=${siteId}`)).status, 404);
  assert.equal((await push(narrow, `cameraId=${yard?.id}`)).status, 404);
  for (const query of [`siteId=${siteId}`, `siteId=${barnId}`, `cameraId=${yard?.id}`])
    assert.equal((await push(theirs, query)).status, 404, query);
});

test('a revoked key pushes nothing more', async () => {
  const { house, cookie, push } = await integrator();
  assert.equal((await push(smallJpeg())).status, 202);
  const [key] = await answer(z.array(Named), house.call('GET', paths.accessKeys, { cookie }));
  assert.ok(key);
  assert.equal((await house.call('DELETE', paths.accessKey(key.id), { cookie })).status, 204);
  assert.equal((await push(smallJpeg())).status, 401);
});

test('what cannot be used is put aside with the reason, shown to managers, and tried again or destroyed', async (t) => {
  const { house, cookie, push, status } = await integrator();
  const hidden = bytes(smallJpeg(), new TextEncoder().encode('PK\x03\x04 an archive'));
  const huge = png(9_000, 1, { claims: { width: 9_000, height: 9_000 } });
  const first = await answer(PushedReceipt, push(hidden));
  const second = await answer(PushedReceipt, push(smallJpeg().slice(0, -20)));
  const third = await answer(PushedReceipt, push(huge, undefined, { 'content-type': 'image/png' }));
  const pushed = [first, second, third];
  await takeIn(t, house);
  const reasons = await Promise.all(pushed.map(async ({ id }) => (await status(id)).reason?.code));
  assert.deepEqual(reasons, ['trailing-data', 'truncated', 'too-many-pixels']);
  const listed = await answer(z.array(QuarantinedImage), house.call('GET', paths.quarantine, { cookie }));
  assert.equal(listed.length, 3);
  const viewer = await house.join('viewer');
  assert.equal((await house.call('GET', paths.quarantine, { cookie: viewer })).status, 403);
  assert.equal((await house.call('GET', paths.imageFile(first.id), { cookie })).status, 404);
  const retry = (id: string, strip: boolean) =>
    house.call('POST', paths.quarantineRetry(id), { cookie, json: { strip } });
  assert.equal((await answer(ImageStatus, retry(first.id, false))).state, 'quarantined');
  assert.equal((await answer(ImageStatus, retry(first.id, true))).state, 'stored');
  assert.equal((await retry(first.id, true)).status, 404);
  const shown = await house.call('GET', paths.imageFile(first.id), { cookie });
  assert.deepEqual(new Uint8Array(await shown.arrayBuffer()), smallJpeg());
  assert.equal((await house.call('DELETE', paths.quarantined(second.id), { cookie })).status, 204);
  assert.equal((await status(second.id)).state, 'destroyed');
  const foreign = await house.join('admin');
  assert.equal((await house.call('DELETE', paths.quarantined(third.id), { cookie: foreign })).status, 404);
});

test('with strip what says where it was taken is gone, and every pixel stays', async (t) => {
  const { house, cookie, siteId, push } = await integrator();
  const stripped = push(smallJpeg([exif(6)]), `?siteId=${siteId}&strip=true`);
  const { id } = await answer(PushedReceipt, stripped);
  await takeIn(t, house);
  const shown = await house.call('GET', paths.imageFile(id), { cookie });
  const words = Buffer.from(await shown.arrayBuffer()).toString('latin1');
  assert.ok(!words.includes('GPS') && words.includes('Exif'));
});

test('a person in an image of an armed site opens an incident, by the arming at its own time', async (t) => {
  const { house, cookie, siteId, push } = await integrator();
  const { deps } = house;
  const person: Detection = { kind: 'person', score: 0.9, box: { x: 0.4, y: 0.2, width: 0.2, height: 0.6 } };
  const detector = memoryDetector({ answer: () => [person] });
  const looked: string[] = [];
  const onLooked = (outcome: string) => void looked.push(outcome);
  const look = startLook({ ...deps, ...deps.intake, detector, onLooked }, () => {});
  t.after(() => look.stop());
  const seen = async (query: string) => {
    const pushed = push(png(64, 36), query, { 'content-type': 'image/png' });
    const id = branded<ImageId>((await answer(PushedReceipt, pushed)).id);
    await takeIn(t, house);
    while ((await deps.records.pushedImages.find(id))?.look !== 'done') await deps.clock.advance(100);
    return deps.records.pushedImages.find(id);
  };
  const before = deps.clock.now();
  const disarmed = await seen(`?siteId=${siteId}&camera=Gate`);
  assert.deepEqual([disarmed?.detections.length, disarmed?.incidentId], [1, null]);
  assert.deepEqual(looked, ['done']);
  await deps.clock.advance(60_000);
  await meanwhile(
    deps.clock,
    house.call('PUT', paths.arming(siteId), { cookie, json: { arming: 'armed-away', now: true } }),
  );
  await deps.clock.advance(120_000);
  const late = await seen(`?siteId=${siteId}&camera=Gate&takenAt=${before}`);
  assert.equal(late?.incidentId, null, 'it was taken before the site was armed');
  const alarming = await seen(`?siteId=${siteId}&camera=Gate`);
  assert.ok(alarming?.incidentId);
  const incident = await deps.records.incidents.find(alarming.incidentId);
  assert.deepEqual([incident?.state, incident?.cameraIds], ['open', [alarming.cameraId]]);
  assert.ok(incident?.snapshotId);
  const joined = await seen(`?siteId=${siteId}&camera=Gate`);
  assert.equal(joined?.incidentId, alarming.incidentId);
  // What is evidence of it is held for as long as it is: not even the oldest sweep finds it.
  const expired = await deps.records.pushedImages.expired(deps.clock.now(), 100);
  assert.deepEqual(
    expired.map(({ id }) => id).filter((id) => id === alarming.id || id === joined?.id),
    [],
  );
});

test('an image of any kind is looked at where its camera has a privacy mask, and what lies below it is not seen', async (t) => {
  const { house, cookie, siteId, push, status } = await integrator();
  const { deps } = house;
  const levels: number[] = [];
  const detector = memoryDetector({
    answer: ({ data }) => {
      levels.push(data[0] ?? 0);
      return [];
    },
  });
  const look = startLook({ ...deps, ...deps.intake, detector }, () => {});
  t.after(() => look.stop());
  const looked = async (image: Uint8Array<ArrayBuffer>, mediaType: string) => {
    const pushed = push(image, `?siteId=${siteId}&camera=Gate`, { 'content-type': mediaType });
    const { id } = await answer(PushedReceipt, pushed);
    await takeIn(t, house);
    for (let turn = 0; turn < 200; turn += 1) {
      if ((await status(id)).look === 'done') break;
      await deps.clock.advance(100);
    }
    const told = await status(id);
    assert.equal(told.look, 'done', mediaType);
    return told.cameraId ?? assert.fail();
  };
  const cameraId = await looked(png(64, 36), 'image/png');
  const points = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ];
  const mask = {
    ...{ id: crypto.randomUUID(), kind: 'mask', name: 'Street', points, objectKinds: [], armings: [] },
    ...{ dwellSeconds: 0, minHeight: 0, direction: 'either' },
  };
  const json = { version: 0, zones: [mask] };
  assert.equal((await house.call('PUT', paths.zones(cameraId), { cookie, json })).status, 200);
  await looked(png(64, 36), 'image/png');
  await looked(smallWebp, 'image/webp');
  await looked(smallJpeg(), 'image/jpeg');
  const [open, ...masked] = levels;
  assert.ok(Math.abs((open ?? 0) - 0x60) <= 2, `${open}`);
  assert.equal(masked.length, 3);
  for (const level of masked) assert.ok(Math.abs(level - 128) <= 3, `${levels}`);
});

test('in an image that stands on its side masks, boxes and zones mean what is seen, and the incident shows it upright', async (t) => {
  const { house, cookie, siteId, push } = await integrator();
  const { deps } = house;
  // Coded to the left below, and lying: seen to the left above, and standing.
  const lying: Detection = {
    ...{ kind: 'person', score: 0.9 },
    box: { x: 0.125, y: 0.5, width: 0.5, height: 0.25 },
  };
  const pictures: RgbPicture[] = [];
  const detector = memoryDetector({
    answer: (picture) => {
      pictures.push(picture);
      return [lying];
    },
  });
  const look = startLook({ ...deps, ...deps.intake, detector }, () => {});
  t.after(() => look.stop());
  const seen = async () => {
    const pushed = push(await turnedJpeg(6), `?siteId=${siteId}&camera=Gate`);
    const id = branded<ImageId>((await answer(PushedReceipt, pushed)).id);
    await takeIn(t, house);
    while ((await deps.records.pushedImages.find(id))?.look !== 'done') await deps.clock.advance(100);
    return (await deps.records.pushedImages.find(id)) ?? assert.fail();
  };
  const { cameraId, detections } = await seen();
  assert.deepEqual(
    detections.map(({ box }) => box),
    [{ x: 0.25, y: 0.125, width: 0.25, height: 0.5 }],
  );
  await meanwhile(
    deps.clock,
    house.call('PUT', paths.arming(siteId), { cookie, json: { arming: 'armed-away', now: true } }),
  );
  await deps.clock.advance(120_000);
  const drawn = async (version: number, zones: readonly unknown[]) => {
    const json = { version, zones };
    const answered = await house.call('PUT', paths.zones(cameraId ?? ''), { cookie, json });
    assert.equal(answered.status, 200, await answered.text());
  };
  const whole = { objectKinds: ['person'], armings: ['armed-away'], dwellSeconds: 0, direction: 'either' };
  const watch = (points: readonly Point[], minHeight: number) => ({
    ...{ ...whole, id: crypto.randomUUID(), kind: 'watch', name: 'Yard', points, minHeight },
  });
  const rectangle = (x: number, y: number, right: number, bottom: number) => [
    ...[
      { x, y },
      { x: right, y },
    ],
    ...[
      { x: right, y: bottom },
      { x, y: bottom },
    ],
  ];
  const mask = { ...watch(rectangle(0, 0, 1, 0.1), 0), kind: 'mask', objectKinds: [], armings: [] };
  // Where the feet would be if nothing were turned.
  await drawn(0, [mask, watch(rectangle(0.3, 0.7, 0.5, 0.8), 0)]);
  assert.equal((await seen()).incidentId, null);
  await drawn(1, [mask, watch(rectangle(0.3, 0.6, 0.5, 0.65), 0.4)]);
  const { incidentId } = await seen();
  assert.ok(incidentId, 'the feet are in the zone, and who stands is tall enough');
  const { data = new Uint8Array(), width = 0 } = pictures.at(-1) ?? {};
  const level = (x: number, y: number) => data[3 * (y * width + x)] ?? 0;
  const isCovered = (x: number, y: number) => Math.abs(level(x, y) - 128) <= 8;
  // What is seen above is coded to the left.
  assert.deepEqual([isCovered(1, 18), isCovered(32, 1)], [true, false]);
  const shown = await house.call('GET', paths.snapshot(incidentId), { cookie });
  const inspected = inspect(new Uint8Array(await shown.arrayBuffer()), 'image/jpeg');
  assert.equal(inspected.ok && inspected.layout.orientation, 6);
});

test('a site keeps images for fewer days than the installation if it says so, and for no more', async () => {
  const { house, cookie, siteId } = await integrator();
  const set = (pushedDays: unknown) =>
    house.call('PATCH', paths.site(siteId), { cookie, json: { pushedDays } });
  const set2 = await answer(Site, set(2));
  assert.deepEqual([set2.pushedDays, set2.mostPushedDays], [2, 7]);
  // What is left out stays.
  await house.call('PATCH', paths.site(siteId), { cookie, json: { name: 'Store' } });
  const [listed] = await answer(z.array(Site), house.call('GET', paths.sites, { cookie }));
  assert.deepEqual([listed?.name, listed?.pushedDays], ['Store', 2]);
  for (const wrong of [8, 0, -1, 1.5, '2']) {
    const response = await set(wrong);
    assert.deepEqual([response.status, await codeOf(response)], [400, 'request-invalid'], `${wrong}`);
  }
  assert.equal((await answer(Site, set(null))).pushedDays, null);
});
