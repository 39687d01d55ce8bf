// Sites and cameras through the front door.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { recipeOf } from '../../test/houses/access-recipes.ts';
import { type House, openHouse, record, startMs } from '../../test/houses/http.ts';
import { track } from '../../test/houses/rows.ts';
import { branded, type CameraId, type EpochMs } from '../core/brand.ts';
import type { LiveEvent } from '../core/ports/events.ts';
import type { CameraStatus } from '../core/site/camera.ts';
import { cameraStatusKey } from '../core/site/camera-cache.ts';
import { Camera, type CameraInput, TimeLine } from './contract/cameras.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { Site } from './contract/sites.ts';

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  return { house, cookie, camera };
}

async function answered<S extends z.ZodType>(schema: S, response: Promise<Response>): Promise<z.output<S>> {
  return schema.parse(await (await response).json());
}

const rtsp = (url: string, more: object = {}): CameraInput['source'] => ({ kind: 'rtsp', url, ...more });

test('a password written into an address is stored apart and never comes back', async () => {
  const { house, cookie, camera } = await opened();
  const source = rtsp('rtsp://admin:p%40ss@192.0.2.9:554/main', { substreamUrl: 'rtsp://192.0.2.9:554/sub' });
  const json = { siteId: camera.siteId, name: 'Door', source };
  const response = await house.call('POST', paths.cameras, { cookie, json });
  const text = await response.text();
  assert.equal(response.status, 201);
  assert.doesNotMatch(text, /p@ss|p%40ss/);
  const made = Camera.parse(JSON.parse(text));
  assert.deepEqual(made.source, {
    kind: 'rtsp',
    url: 'rtsp://192.0.2.9:554/main',
    substreamUrl: 'rtsp://192.0.2.9:554/sub',
    username: 'admin',
    hasPassword: true,
  });
  const stored = await house.deps.records.cameras.find(branded<CameraId>(made.id));
  assert.ok(stored?.source.kind === 'rtsp');
  assert.equal(stored.source.password?.reveal(), 'p@ss');
});

test('a stored password stays when the camera’s path changes, and does not follow to another host', async () => {
  const { house, cookie, camera } = await opened();
  const patch = (source: CameraInput['source']) =>
    answered(Camera, house.call('PATCH', paths.camera(camera.id), { cookie, json: { source } }));
  await patch(rtsp('rtsp://192.0.2.9/main', { username: 'admin', password: 'secret' }));
  const samePlace = await patch(rtsp('rtsp://192.0.2.9/other', { username: 'admin' }));
  assert.ok(samePlace.source.kind === 'rtsp' && samePlace.source.hasPassword);
  const elsewhere = await patch(rtsp('rtsp://192.0.2.66/main', { username: 'admin' }));
  assert.ok(elsewhere.source.kind === 'rtsp' && !elsewhere.source.hasPassword);
});

test('adding, changing and removing a camera is told to whoever watches', async () => {
  const { house, cookie, camera } = await opened();
  const events: LiveEvent[] = [];
  house.deps.events.subscribe((event) => events.push(event));
  const json = { siteId: camera.siteId, name: 'Film', source: { kind: 'file', path: '/films/a.mp4' } };
  const made = await answered(Camera, house.call('POST', paths.cameras, { cookie, json }));
  assert.deepEqual(made.source, { kind: 'file', path: '/films/a.mp4', loop: true });
  const off = { name: 'Cinema', enabled: false };
  const changed = await answered(Camera, house.call('PATCH', paths.camera(made.id), { cookie, json: off }));
  assert.deepEqual([changed.name, changed.enabled, changed.status.state], ['Cinema', false, 'disabled']);
  assert.deepEqual(changed.source, made.source);
  assert.equal((await house.call('DELETE', paths.camera(made.id), { cookie })).status, 204);
  assert.equal((await house.call('GET', paths.camera(made.id), { cookie })).status, 404);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['camera-changed', 'camera-changed', 'camera-changed'],
  );
});

test('what a member names of another organization is not found, on every address', async () => {
  const { house, cookie, camera } = await opened();
  const recording = await record(house, camera, startMs, 2);
  const channelJson = { kind: 'email', name: 'Ops', address: 'ops@example.org' };
  const channel = z
    .object({ id: z.string() })
    .parse(await (await house.call('POST', paths.channels, { cookie, json: channelJson })).json());
  const stranger = await house.join('admin');
  const own: Record<string, string> = {
    siteId: camera.siteId,
    cameraId: camera.id,
    recordingId: recording.id,
    channelId: channel.id,
    incidentId: '01890a5d-ac96-774b-bcce-b302099a8057',
    index: '0',
  };
  let asked = 0;
  for (const route of house.http.routes) {
    const { method, path } = route;
    const recipe = recipeOf(route);
    // Headers (init segments) are named by their hash and say nothing of anybody.
    if (recipe === null || !path.includes('{') || path.includes('{sha256}')) continue;
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) => own[name] ?? name);
    const query = recipe.query?.(own) ?? '';
    const json = recipe.body?.(own);
    const response = await house.call(method.toUpperCase(), `${address}${query}`, {
      cookie: stranger,
      ...(json === undefined ? {} : { json }),
    });
    const { code } = Problem.parse(await response.json());
    // Footage of others looks like footage that was deleted.
    assert.equal(code, path.includes('/footage/') ? 'footage-gone' : 'not-found', `${method} ${path}`);
    asked += 1;
  }
  assert.ok(asked >= 15);
  const input = { siteId: camera.siteId, name: 'Spy', source: { kind: 'demo' } };
  const added = await house.call('POST', paths.cameras, { cookie: stranger, json: input });
  assert.equal(added.status, 404);
  assert.deepEqual(await (await house.call('GET', paths.cameras, { cookie: stranger })).json(), []);
  const [site] = await answered(z.array(Site), house.call('GET', paths.sites, { cookie }));
  assert.deepEqual([site?.name, site?.arming], ['Shop', 'disarmed']);
});

test('a site is armed and disarmed, and who did it is kept', async () => {
  const { house, cookie, camera } = await opened();
  await house.deps.clock.advance(5000);
  const arm = (arming: string) =>
    house.call('PUT', paths.arming(camera.siteId), { cookie, json: { arming } });
  const armed = await answered(Site, arm('armed-away'));
  assert.deepEqual([armed.arming, armed.armingChangedAt], ['armed-away', startMs + 5000]);
  await arm('armed-away');
  await arm('disarmed');
  const history = await house.deps.records.sites.armingHistory(camera.siteId, 10);
  assert.equal(history.length, 2);
  const [member] = await house.deps.records.members.list(camera.organizationId);
  assert.deepEqual(history[0]?.by, { kind: 'member', memberId: member?.id });
});

test('a site is added and moved to another time zone, but not to one that does not exist', async () => {
  const { house, cookie } = await opened();
  const json = { name: 'Yard', timeZone: 'america/new_york' };
  const site = await answered(Site, house.call('POST', paths.sites, { cookie, json }));
  assert.equal(site.timeZone, 'America/New_York');
  const patch = (change: object) => house.call('PATCH', paths.site(site.id), { cookie, json: change });
  const renamed = await answered(Site, patch({ name: 'Barn' }));
  assert.deepEqual([renamed.name, renamed.timeZone], ['Barn', 'America/New_York']);
  for (const timeZone of ['+02:00', 'Mars/Olympus', '']) {
    assert.equal((await patch({ timeZone })).status, 400);
  }
});

test('a look at a camera keeps its pictures coming, and the newest is shown', async () => {
  const { house, cookie, camera } = await opened();
  const { cache } = house.deps;
  const look = () => house.call('GET', paths.picture(camera.id), { cookie });
  assert.equal((await look()).status, 404);
  assert.ok(await cache.get(`camera-picture-wanted/${camera.id}`));
  await cache.set(`camera-picture/${camera.id}`, new Uint8Array([0xff, 0xd8]), 60_000);
  const picture = await look();
  assert.equal(picture.headers.get('content-type'), 'image/jpeg');
  assert.equal(picture.headers.get('cache-control'), 'private, no-store');
  assert.deepEqual(await picture.bytes(), new Uint8Array([0xff, 0xd8]));
  await house.deps.clock.advance(15_001);
  assert.equal(await cache.get(`camera-picture-wanted/${camera.id}`), null);
});

async function tell(house: House, status: CameraStatus): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(status));
  await house.deps.cache.set(cameraStatusKey(status.cameraId), bytes, 3_600_000);
}

test('a time line shows footage joined, gaps explained, and the outage up to now', async () => {
  const { house, cookie, camera } = await opened();
  await record(house, camera, startMs, 10);
  await record(house, camera, startMs + 10_000, 10);
  await house.deps.clock.advance(60_000);
  await tell(house, {
    cameraId: camera.id,
    state: 'offline',
    since: branded<EpochMs>(startMs + 25_000),
    problem: { code: 'source-unreachable', detail: 'No answer.', nextTryAt: null },
    notice: null,
    picture: null,
    framesPerSecond: 0,
    bitsPerSecond: 0,
    lastFragmentAt: null,
    detection: 'waiting',
  });
  const address = `${paths.timeline(camera.id)}?from=${startMs}&to=${startMs + 3_600_000}`;
  const line = await answered(TimeLine, house.call('GET', address, { cookie }));
  assert.equal(line.earliestAt, startMs);
  assert.deepEqual(line.footage, [{ startAt: startMs, endAt: startMs + 20_000, retentionClass: 'idle' }]);
  assert.deepEqual(line.gaps, [
    {
      startAt: startMs + 20_000,
      endAt: startMs + 60_000,
      cause: 'source-unreachable',
      explanation: 'The camera did not answer.',
    },
  ]);
  const tooLong = `${paths.timeline(camera.id)}?from=${startMs}&to=${startMs + 86_400_001}`;
  const problem = await answered(Problem, house.call('GET', tooLong, { cookie }));
  assert.equal(problem.code, 'footage-range-too-long');
  const backwards = `${paths.timeline(camera.id)}?from=${startMs}&to=${startMs}`;
  assert.equal((await house.call('GET', backwards, { cookie })).status, 400);
});

test('a time line tells where what was seen went to who asks for it, and to nobody else', async () => {
  const { house, cookie, camera } = await opened();
  const at = (second: number) => branded<EpochMs>(startMs + second * 1_000);
  const way = [
    { at: at(1), x: 0.25, y: 0.999 },
    { at: at(9), x: 0.75, y: 0.5 },
  ];
  const seen = { ...track(camera, { startAt: at(1), endAt: at(9) }), paths: [way] };
  await house.deps.records.tracks.put(seen);
  const address = `${paths.timeline(camera.id)}?from=${startMs}&to=${startMs + 60_000}`;
  const pathsOf = async (more: string) => {
    const line = await answered(TimeLine, house.call('GET', `${address}${more}`, { cookie }));
    return line.tracks.map((one) => one.paths);
  };
  assert.deepEqual(await pathsOf('&paths=true'), [[way]]);
  assert.deepEqual(await pathsOf(''), [[]]);
  assert.deepEqual(await pathsOf('&paths=false'), [[]]);
  assert.equal((await house.call('GET', `${address}&paths=1`, { cookie })).status, 400);
});

test('credentials in the query or the path of an address are for those who manage cameras only', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [first] = await house.deps.records.cameras.all();
  assert.ok(first);
  const viewer = await house.join('viewer', first.organizationId);
  const url = 'rtsp://10.0.0.9:554/user=admin_password=hush_channel=1';
  const substreamUrl = 'rtsp://10.0.0.9:554/cam/2?user=admin&password=hush';
  const source = { kind: 'rtsp', url, substreamUrl, username: null, password: null };
  const json = { siteId: first.siteId, name: 'Yard', source };
  const made = Camera.parse(await (await house.call('POST', paths.cameras, { cookie, json })).json());
  const seenBy = async (who: string) =>
    (await house.call('GET', paths.camera(made.id), { cookie: who })).text();
  assert.match(await seenBy(cookie), /hush_channel=1/);
  assert.doesNotMatch(await seenBy(viewer), /hush/);
  assert.match(await seenBy(viewer), /rtsp:\/\/10\.0\.0\.9:554\/cam\/2"/);
  assert.doesNotMatch(await (await house.call('GET', paths.cameras, { cookie: viewer })).text(), /hush/);
});
