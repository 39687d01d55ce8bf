// Sensors over MQTT: what they say counts when they say it, however slow the records are.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openScene } from '../../test/houses/incident.ts';
import { sensor } from '../../test/houses/rows.ts';
import { mosquittoIsMissing, startMosquitto } from '../../test/servers/mosquitto.ts';
import { eventually } from '../../test/servers/vedette.ts';
import { memoryCache } from '../adapters/memory/cache.ts';
import { memoryBroker } from '../adapters/memory/mqtt.ts';
import { openMqtt } from '../adapters/mqtt/mqtt.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { MqttLink } from '../core/device/device.ts';
import { silentLog } from '../core/ports/log.ts';
import { startSensors } from './sensors.ts';

const topic = 'house/door';
const door: MqttLink = {
  ...{ commandTopic: null, stateTopic: topic, onText: 'ON', offText: 'OFF', stateField: null },
  via: 'mqtt',
};

/** An armed site with a door contact, whose records are slow from `slow` to `quick`. */
async function openHouse(t: TestContext) {
  const scene = await openScene();
  await scene.arm('armed-away', -600);
  const broker = memoryBroker({ log: silentLog });
  const site = (await scene.records.sites.find(scene.siteId)) ?? assert.fail();
  const contact = sensor(site, { link: door });
  await scene.records.devices.insert(contact, null);
  let gate = Promise.resolve();
  let asked = 0;
  const devices = {
    ...scene.records.devices,
    async find(id: Parameters<typeof scene.records.devices.find>[0]) {
      asked += 1;
      await gate;
      return scene.records.devices.find(id);
    },
  };
  const mqtt = broker.connect();
  const cache = memoryCache({ clock: scene.clock });
  const sensors = startSensors(
    { ...scene.deps, cache, mqtt, records: { ...scene.records, devices } },
    () => {},
  );
  const other = broker.connect();
  t.after(async () => {
    await sensors.stop();
    await mqtt.close();
    await other.close();
    await scene.close();
  });
  await settle();
  let open = () => {};
  return {
    ...scene,
    asked: () => asked,
    contact,
    say: (text: string, to = topic) =>
      other.publish(
        { topic: to, payload: new TextEncoder().encode(text), retain: false },
        new AbortController().signal,
      ),
    slow() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      open = resolve;
    },
    async quick() {
      open();
      await settle();
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('a door that opened while the site was armed alarms, also where that is read after the disarming', async (t) => {
  const house = await openHouse(t);
  house.slow();
  await house.say('OFF');
  await house.say('ON');
  await house.clock.advance(60_000);
  await house.arm('disarmed', 30);
  await house.quick();
  const [incident] = await house.incidents();
  assert.equal(incident?.startAt, house.clock.now() - 60_000);
});

test('a sensor that cries without end fills no memory while the records are slow', async (t) => {
  const house = await openHouse(t);
  house.slow();
  for (let count = 0; count < 2_000; count += 1) await house.say(count % 2 === 0 ? 'ON' : 'OFF');
  await house.quick();
  assert.ok(house.asked() <= 120, `${house.asked()} were kept`);
  await house.say('ON');
  await settle();
  assert.ok(house.asked() > 100, 'It is heard again.');
});

test('a sensor whose topic changes while it is looked up twice at once is heard once', async (t) => {
  const house = await openHouse(t);
  house.slow();
  await house.say('ON');
  const link = { ...door, stateTopic: 'house/back-door' };
  await house.records.devices.update({ ...house.contact, link });
  const { organizationId, siteId } = house.contact;
  house.deps.events.publish({ type: 'site-changed', organizationId, siteId });
  await settle();
  await house.clock.advance(15_000);
  await house.quick();
  const before = house.asked();
  await house.say('OFF', link.stateTopic);
  await settle();
  assert.equal(house.asked() - before, 1);
});

test('over a real broker a door alarms, what the broker had kept is no news, and it is heard after a restart', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const server = await startMosquitto();
  t.after(() => server[Symbol.asyncDispose]());
  const scene = await openScene();
  await scene.arm('armed-away', -600);
  const site = (await scene.records.sites.find(scene.siteId)) ?? assert.fail();
  const json = { ...door, stateField: 'contact', onText: 'false', offText: 'true' };
  await scene.records.devices.insert(sensor(site, { link: json }), null);
  const open = () => {
    const broker = { host: '127.0.0.1', port: server.port, secure: false, credentials: null };
    const backoff = { firstMs: 10, maxMs: 100 };
    const clock = systemClock();
    const mqtt = openMqtt({ broker, certificates: null, will: null, clock, log: silentLog, backoff });
    t.after(() => mqtt.close());
    return mqtt;
  };
  const other = open();
  const say = (contact: boolean, retain = false) =>
    other.publish(
      { topic, payload: new TextEncoder().encode(JSON.stringify({ contact, battery: 93 })), retain },
      AbortSignal.timeout(10_000),
    );
  await eventually('the broker keeps what is said', 10_000, () =>
    say(false, true).then(
      () => true,
      () => null,
    ),
  );
  const mqtt = open();
  const sensors = startSensors({ ...scene.deps, cache: memoryCache({ clock: scene.clock }), mqtt }, () => {});
  t.after(async () => {
    await sensors.stop();
    await scene.close();
  });
  const state = async () => {
    const [contact] = await scene.records.devices.ofSite(scene.siteId);
    return contact?.kind === 'sensor' ? contact.state : null;
  };
  // Said again until it is heard: when the listener has subscribed is the broker's to know.
  const heard = (contact: boolean, word: string) =>
    eventually(`the door is ${word}`, 10_000, async () => {
      await say(contact).catch(() => {});
      return (await state()) === word ? true : null;
    });
  await heard(true, 'closed');
  assert.deepEqual(await scene.incidents(), [], 'what was kept opened an incident');
  await heard(false, 'open');
  assert.equal((await scene.incidents()).length, 1);
  await server.kill();
  await server.start();
  await scene.clock.advance(60_000);
  await heard(true, 'closed');
});
