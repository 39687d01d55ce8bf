// Zones through the front door: drawn, refused in sentences, and never changed behind somebody's back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHouse } from '../../test/houses/http.ts';
import type { LiveEvent } from '../core/ports/events.ts';
import { Problem } from './contract/common.ts';
import { paths } from './contract/paths.ts';
import { CameraZones, type Zone } from './contract/zones.ts';

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const address = paths.zones(camera.id);
  const put = (json: unknown, who = cookie) => house.call('PUT', address, { cookie: who, json });
  const get = async (who = cookie) =>
    CameraZones.parse(await (await house.call('GET', address, { cookie: who })).json());
  return { house, cookie, camera, put, get };
}

let made = 0;
function zone(change: Partial<Zone> = {}): Zone {
  made += 1;
  return {
    id: `01a20128-8186-7ade-bad3-${String(made).padStart(12, '0')}`,
    name: 'Door',
    kind: 'watch',
    points: [
      { x: 0.1, y: 0.1 },
      { x: 0.9, y: 0.1 },
      { x: 0.9, y: 0.9 },
      { x: 0.1, y: 0.9 },
    ],
    objectKinds: ['person'],
    armings: ['armed-away'],
    minHeight: 0,
    dwellSeconds: 0,
    direction: 'either',
    ...change,
  };
}

test('a camera begins without zones; what is drawn comes back, and recorders are told', async () => {
  const { house, put, get, camera } = await opened();
  assert.deepEqual(await get(), { version: 0, changedAt: null, zones: [] });
  const events: LiveEvent[] = [];
  house.deps.events.subscribe((event) => events.push(event));
  const zones = [zone(), zone({ kind: 'mask', objectKinds: [], armings: [] })];
  const response = await put({ version: 0, zones });
  assert.equal(response.status, 200);
  assert.deepEqual(CameraZones.parse(await response.json()), await get());
  assert.deepEqual((await get()).zones, zones);
  assert.equal((await get()).version, 1);
  assert.ok(events.some((event) => event.type === 'camera-changed' && event.cameraId === camera.id));
});

test('who changes zones that somebody else changed meanwhile is told, and nothing is lost', async () => {
  const { put, get } = await opened();
  const first = zone({ name: 'First' });
  assert.equal((await put({ version: 0, zones: [first] })).status, 200);
  const late = await put({ version: 0, zones: [] });
  assert.equal(late.status, 409);
  assert.match(Problem.parse(await late.json()).detail, /meantime/);
  assert.deepEqual((await get()).zones, [first]);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => put({ version: 1, zones: [zone({ name: `Zone ${index}` })] })),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
});

test('bad drawings are refused in a sentence at the zone, whatever they are', async () => {
  const { put, get } = await opened();
  const corners = zone().points;
  const [a, b, c, d] = corners;
  assert.ok(a && b && c && d);
  const bad: readonly [Partial<Zone>, string, RegExp][] = [
    [{ points: [a, b] }, 'points', /at least three/],
    [{ points: [] }, 'points', /at least three/],
    [{ points: [a, c, b, d] }, 'points', /crosses itself/],
    [{ kind: 'line', points: [a, a] }, 'points', /no length/],
    [{ kind: 'line', points: corners }, 'points', /two points/],
    [{ points: [a, b, { x: 1.5, y: 0.5 }] }, 'points.2.x', /fraction of the picture/],
    [{ points: [a, b, { x: -0.001, y: 0.5 }] }, 'points.2.x', /fraction of the picture/],
    [{ points: Array.from({ length: 33 }, () => a) }, 'points', /at most 32/],
    [{ objectKinds: [] }, 'objectKinds', /at least one/],
    [{ armings: [] }, 'armings', /alarms/],
    [{ minHeight: 2 }, 'minHeight', /0 to 0.9/],
    [{ dwellSeconds: 3_601 }, 'dwellSeconds', /0 to 240/],
    [{ name: '  ' }, 'name', /missing/],
  ];
  for (const [change, field, words] of bad) {
    const response = await put({ version: 0, zones: [zone(), zone(change)] });
    const problem = Problem.parse(await response.json());
    assert.equal(response.status, 400, JSON.stringify(change));
    assert.match(problem.fields?.[`zones.1.${field}`] ?? '', words, JSON.stringify(problem.fields));
  }
  for (const json of [{ version: 0 }, { zones: [] }, { version: -1, zones: [] }, [], 'x', null]) {
    assert.equal((await put(json)).status, 400);
  }
  const twins = zone();
  assert.equal((await put({ version: 0, zones: [twins, twins] })).status, 400);
  const many = Array.from({ length: 21 }, () => zone());
  assert.equal((await put({ version: 0, zones: many })).status, 400);
  assert.equal((await get()).version, 0);
});

test('overlapping zones are no mistake: the order says which counts', async () => {
  const { put } = await opened();
  const zones = ['watch', 'entry', 'ignore', 'mask'].map((kind) => ({ ...zone(), kind }));
  assert.equal((await put({ version: 0, zones })).status, 200);
});

test('who may not change cameras sees zones but changes none, and of others nobody sees any', async () => {
  const { house, put, get, camera } = await opened();
  const { organizationId } = camera;
  const owner = await house.join('owner', organizationId);
  assert.equal((await get(owner)).version, 0);
  assert.equal((await put({ version: 0, zones: [zone()] }, owner)).status, 403);
  const stranger = await house.join('admin');
  assert.equal((await put({ version: 0, zones: [zone()] }, stranger)).status, 404);
  assert.equal((await house.call('GET', paths.zones(camera.id), { cookie: stranger })).status, 404);
});
