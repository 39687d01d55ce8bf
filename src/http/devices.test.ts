// Devices, and what sensors say, through the front door.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { z } from 'zod';
import { openHouse, startMs } from '../../test/houses/http.ts';
import { type AlarmId, branded, type DeviceId } from '../core/brand.ts';
import type { Alarm } from '../core/device/alarm.ts';
import { newId } from '../core/identifiers.ts';
import { Problem } from './contract/common.ts';
import {
  Device,
  DeviceCreated,
  DeviceSecret,
  DeviceTestResult,
  SensorEventResult,
} from './contract/devices.ts';
import { IncidentDetail } from './contract/incidents.ts';
import { paths } from './contract/paths.ts';
import { deviceTests } from './limits.ts';

const minute = 60_000;

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const { siteId } = camera;
  const add = async (more: object) => {
    const response = await house.call('POST', paths.devices, { cookie, json: { siteId, ...more } });
    assert.equal(response.status, 201, await response.clone().text());
    return DeviceCreated.parse(await response.json());
  };
  return {
    ...{ house, cookie, camera, siteId, add },
    door: (more: object = {}) =>
      add({ kind: 'sensor', name: 'Front door', senses: 'opening', link: { via: 'webhook' }, ...more }),
    arm: (arming: string) => house.call('PUT', paths.arming(siteId), { cookie, json: { arming } }),
    incidents: () => house.deps.records.incidents.list({ organizationId: camera.organizationId, limit: 10 }),
    /** Sends an event as the door's own program would. */
    async say(door: DeviceCreated, event: object, { id = '', atMs = 0, secret = '' } = {}) {
      const at = house.deps.clock.now() + atMs;
      const eventId = id || crypto.randomUUID();
      const body = JSON.stringify(event);
      const timestamp = String(Math.floor(at / 1000));
      const key = Buffer.from((secret || (door.signingSecret ?? '')).replace('whsec_', ''), 'base64');
      const digest = createHmac('sha256', key).update(`${eventId}.${timestamp}.${body}`).digest('base64');
      return house.call('POST', paths.deviceEvents(door.id), {
        body,
        headers: {
          ...{ 'webhook-id': eventId, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` },
          'content-type': 'application/json',
        },
      });
    },
  };
}

const resultOf = async (response: Response) => {
  assert.equal(response.status, 200, await response.clone().text());
  return SensorEventResult.parse(await response.json());
};

test('a door that is opened at an armed site opens an incident, and every camera of the site is held', async () => {
  const { house, cookie, camera, door, arm, say } = await opened();
  const front = await door();
  await arm('armed-away');
  await house.deps.clock.advance(10 * minute);
  const { incidentId, repeated } = await resultOf(await say(front, { state: 'open' }));
  assert.ok(incidentId !== null && !repeated);
  const response = await house.call('GET', paths.incident(incidentId), { cookie });
  const incident = IncidentDetail.parse(await response.json());
  assert.deepEqual(
    [incident.kind, incident.severity, incident.state, incident.cameras, incident.sensors],
    ['sensor', 'normal', 'open', [], [{ id: front.id, name: 'Front door' }]],
  );
  assert.deepEqual(incident.steps[0]?.detail, 'Front door was opened.');
  const at = house.deps.clock.now();
  const [hold, ...more] = await house.deps.records.holds.ofIncident(await onlyIncident(house));
  assert.deepEqual(more, []);
  assert.deepEqual(
    [hold?.cameraId, hold?.startAt, hold?.endAt],
    [camera.id, floor(at) - 180_000, floor(at) + 180_000],
  );
});

const floor = (ms: number) => Math.floor(ms / 1000) * 1000;
async function onlyIncident(house: Awaited<ReturnType<typeof openHouse>>) {
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  const [incident] = await house.deps.records.incidents.list({
    organizationId: camera.organizationId,
    limit: 1,
  });
  return incident?.id ?? assert.fail();
}

test('the same door again joins the incident, another one confirms it, and closing opens nothing', async () => {
  const { house, door, arm, say, incidents } = await opened();
  const [front, back] = [await door(), await door({ name: 'Back door' })];
  await arm('armed-home');
  await house.deps.clock.advance(1_000);
  const first = await resultOf(await say(front, { state: 'open' }));
  await house.deps.clock.advance(5_000);
  assert.deepEqual(await resultOf(await say(front, { state: 'closed' })), {
    repeated: false,
    incidentId: null,
  });
  assert.equal((await resultOf(await say(front, { state: 'open' }))).incidentId, first.incidentId);
  assert.equal((await resultOf(await say(back, { state: 'open' }))).incidentId, first.incidentId);
  const [incident, ...more] = await incidents();
  assert.deepEqual(more, []);
  assert.deepEqual([incident?.severity, incident?.sensorIds], ['high', [front.id, back.id]]);
  await house.deps.clock.advance(2 * minute);
  assert.notEqual((await resultOf(await say(front, { state: 'open' }))).incidentId, first.incidentId);
});

test('a sensor is judged by the arming at its own time: late news counts, and what came before the arming does not', async () => {
  const { house, door, arm, say } = await opened();
  const front = await door();
  await arm('armed-away');
  await house.deps.clock.advance(10 * minute);
  const armed = house.deps.clock.now() - 5 * minute;
  await arm('disarmed');
  await house.deps.clock.advance(minute);
  assert.equal((await resultOf(await say(front, { state: 'open' }))).incidentId, null);
  assert.notEqual((await resultOf(await say(front, { state: 'open', at: armed }))).incidentId, null);
  assert.equal((await resultOf(await say(front, { state: 'open', at: startMs - minute }))).incidentId, null);
});

test('a door by which people come in gives them their time to disarm', async () => {
  const { house, cookie, siteId, door, arm, say, incidents } = await opened();
  await house.call('PATCH', paths.site(siteId), { cookie, json: { entryDelaySeconds: 30 } });
  const front = await door({ role: 'entry' });
  await arm('armed-away');
  await house.deps.clock.advance(10 * minute);
  assert.equal((await resultOf(await say(front, { state: 'open' }))).incidentId, null);
  const [running] = await house.deps.records.entries.allRunning();
  assert.equal(running?.waiting[0]?.trigger.source.name, 'Front door');
  await arm('disarmed');
  assert.deepEqual(await house.deps.records.entries.allRunning(), []);
  assert.deepEqual(await incidents(), []);
});

test('a replay changes nothing, and what is not signed, not now, or by another is refused', async () => {
  const { house, door, arm, say, incidents } = await opened();
  const [front, back] = [await door(), await door({ name: 'Back door' })];
  await arm('armed-away');
  await house.deps.clock.advance(10 * minute);
  const first = await say(front, { state: 'open' }, { id: 'one' });
  assert.equal((await resultOf(first)).repeated, false);
  const [before] = await incidents();
  const replay = await say(front, { state: 'open' }, { id: 'one' });
  assert.deepEqual(await resultOf(replay), { repeated: true, incidentId: null });
  assert.deepEqual(await incidents(), [before]);
  for (const forged of [
    say(front, { state: 'open' }, { atMs: -6 * minute }),
    say(front, { state: 'open' }, { atMs: 6 * minute }),
    say(front, { state: 'open' }, { secret: back.signingSecret ?? '' }),
    house.call('POST', paths.deviceEvents(front.id), { json: { state: 'open' } }),
    say({ ...front, id: '00000000-0000-7000-8000-00000000dead' }, { state: 'open' }),
  ]) {
    const response = await forged;
    assert.equal(response.status, 401);
    assert.equal(Problem.parse(await response.json()).code, 'device-event-refused');
  }
  for (const event of [{ state: 'ajar' }, {}, { state: 'open', at: house.deps.clock.now() + 2 * minute }]) {
    assert.equal((await say(front, event)).status, 400);
  }
  const yesterday = house.deps.clock.now() - 25 * 60 * minute;
  assert.equal((await say(front, { state: 'open', at: Math.max(0, yesterday) })).status, 400);
});

test('who guesses at signatures is stopped, and a sensor that talks without end, too', async () => {
  const { house, door, say } = await opened();
  const front = await door();
  const codes = new Set<number>();
  for (let count = 0; count < 125; count += 1) codes.add((await say(front, { state: 'open' })).status);
  assert.deepEqual([...codes], [200, 429]);
  await house.deps.clock.advance(minute + 1);
  let last = 0;
  for (let count = 0; count < 102; count += 1) {
    last = (await house.call('POST', paths.deviceEvents(front.id), { json: {} })).status;
  }
  assert.equal(last, 429);
});

test('the secret of a device is shown once, its link only to who may manage it', async () => {
  const { house, cookie, camera, add } = await opened();
  const horn = await add({
    kind: 'siren',
    name: 'Horn',
    link: { via: 'webhook', url: 'https://a.example/s' },
  });
  assert.match(horn.signingSecret ?? '', /^whsec_/);
  const listed = await (await house.call('GET', paths.devices, { cookie })).text();
  assert.ok(!listed.includes(horn.signingSecret ?? ''));
  assert.deepEqual(z.array(Device).parse(JSON.parse(listed))[0]?.link, {
    via: 'webhook',
    url: 'https://a.example/s',
  });
  const viewer = await house.join('viewer', camera.organizationId);
  const seen = z
    .array(Device)
    .parse(await (await house.call('GET', paths.devices, { cookie: viewer })).json());
  assert.deepEqual(
    seen.map(({ name, link, state }) => [name, link, state]),
    [['Horn', null, 'off']],
  );
});

test('a siren is tested so often and no oftener in an hour, another one still', async () => {
  const { house, cookie, add } = await opened();
  const siren = (name: string) =>
    add({ kind: 'siren', name, link: { via: 'webhook', url: 'https://siren.example.org/' } });
  const { id } = await siren('Attic');
  const other = await siren('Cellar');
  const tested = (deviceId: string) => house.call('POST', paths.deviceTest(deviceId), { cookie });
  for (let count = 1; count <= deviceTests.limit; count += 1) assert.equal((await tested(id)).status, 200);
  const refused = await tested(id);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.equal((await tested(other.id)).status, 200);
});

test('a siren that was told to go off is not off before it says so', async () => {
  const { house, cookie, camera, add } = await opened();
  const { records } = house.deps;
  const link = { via: 'webhook', url: 'https://siren.example.org/' };
  const { id } = await add({ kind: 'siren', name: 'Attic', link });
  const shown = async () => {
    const devices = await (await house.call('GET', paths.devices, { cookie })).json();
    return z.array(Device).parse(devices)[0]?.state;
  };
  const now = house.deps.clock.now();
  const alarm: Alarm = {
    ...{ id: newId<AlarmId>(house.deps.clock), organizationId: camera.organizationId, incidentId: null },
    ...{ siteId: camera.siteId, deviceId: branded<DeviceId>(id), sequence: 1, offAt: now, changedAt: now },
    ...{ wanted: 'on', state: 'acknowledged', problem: null },
  };
  await records.alarms.insert(alarm);
  assert.equal(await shown(), 'on');
  await records.alarms.update({ ...alarm, wanted: 'off', state: 'waiting', sequence: 2 }, 1);
  assert.equal(await shown(), 'switching-off');
  await records.alarms.update({ ...alarm, wanted: 'off', state: 'off', sequence: 2 }, 2);
  assert.equal(await shown(), 'off');
});

test('a sensor may sign with its new secret at once, and with the old one for a day more', async () => {
  const { house, cookie, door, say } = await opened();
  const front = await door();
  const response = await house.call('POST', paths.deviceSecret(front.id), { cookie, json: {} });
  assert.equal(response.status, 201, await response.clone().text());
  const { signingSecret, previousUntil } = DeviceSecret.parse(await response.json());
  assert.notEqual(signingSecret, front.signingSecret);
  assert.equal(previousUntil, house.deps.clock.now() + 24 * 60 * minute);
  const statusWith = async (secret: string) => (await say(front, { state: 'closed' }, { secret })).status;
  const old = front.signingSecret ?? '';
  assert.deepEqual([await statusWith(signingSecret), await statusWith(old)], [200, 200]);
  await house.deps.clock.advance(24 * 60 * minute);
  assert.deepEqual([await statusWith(signingSecret), await statusWith(old)], [200, 401]);
});

test('a secret that others know counts no longer at once; over MQTT there is none to change', async () => {
  const { house, cookie, door, say, add } = await opened();
  const front = await door();
  const change = (deviceId: string, json: object) =>
    house.call('POST', paths.deviceSecret(deviceId), { cookie, json });
  const response = await change(front.id, { keepPrevious: false });
  const { signingSecret, previousUntil } = DeviceSecret.parse(await response.json());
  assert.equal(previousUntil, null);
  assert.equal((await say(front, { state: 'closed' })).status, 401);
  assert.equal((await say(front, { state: 'closed' }, { secret: signingSecret })).status, 200);
  const bell = await add({
    ...{ kind: 'siren', name: 'Bell' },
    link: { via: 'mqtt', commandTopic: 'house/bell/set', stateTopic: 'house/bell' },
  });
  assert.equal((await change(bell.id, {})).status, 400);
  assert.equal((await change(front.id, { keepPrevious: 'no' })).status, 400);
});

test('a device is tested, changed and removed; topics that are not for devices are refused', async () => {
  const { house, cookie, siteId, add } = await opened();
  const horn = await add({
    kind: 'siren',
    name: 'Horn',
    link: { via: 'webhook', url: 'https://a.example/s' },
  });
  const tried = await house.call('POST', paths.deviceTest(horn.id), { cookie });
  assert.deepEqual(DeviceTestResult.parse(await tried.json()), { outcome: 'acknowledged', problem: null });
  // It is on until its three seconds are over, and what is on is not removed.
  assert.equal((await house.call('DELETE', paths.device(horn.id), { cookie })).status, 409);
  const lamp = (url: string) => ({
    ...{ kind: 'light', name: 'Lamp', link: { via: 'webhook', url } },
    durationSeconds: 5,
  });
  const change = (url: string) => house.call('PUT', paths.device(horn.id), { cookie, json: lamp(url) });
  // Nor is it reached elsewhere, where nobody would hear that it is to go off.
  assert.equal((await change('https://b.example/')).status, 409);
  const changed = await change('https://a.example/s');
  assert.deepEqual(Device.parse(await changed.json()).name, 'Lamp');
  const mqtt = (stateTopic: string, more: object = {}) => ({
    ...{ siteId, kind: 'siren', name: 'Bell' },
    link: { via: 'mqtt', commandTopic: 'house/bell/set', stateTopic, ...more },
  });
  for (const [body, status] of [
    [mqtt('house/bell'), 201],
    [mqtt('vedette/other/site/x/arming/set'), 400],
    [mqtt('homeassistant/device/x/config'), 400],
    [mqtt('$SYS/broker'), 400],
    [mqtt('house/+'), 400],
    [mqtt('house/bell', { offText: 'ON' }), 400],
    [{ ...mqtt('house/bell'), link: { via: 'mqtt', stateTopic: 'house/bell' } }, 400],
    [{ siteId, kind: 'siren', name: 'Bell', link: { via: 'webhook', url: 'https://u:p@a.example/' } }, 400],
    [{ siteId, kind: 'siren', name: 'Bell', link: { via: 'webhook' } }, 400],
    [
      {
        siteId,
        kind: 'siren',
        name: 'Bell',
        link: { via: 'webhook', url: 'https://a.example/' },
        durationSeconds: 601,
      },
      400,
    ],
  ] as const) {
    const response = await house.call('POST', paths.devices, { cookie, json: body });
    assert.equal(response.status, status, JSON.stringify(body));
  }
});
