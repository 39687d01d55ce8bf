// Commands over MQTT, against the broker in memory and a real one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mosquittoIsMissing, startMosquitto } from '../../../test/servers/mosquitto.ts';
import type { Turn } from '../../core/device/alarm.ts';
import { readMqttBroker } from '../../core/mqtt-broker.ts';
import { deviceLinkContract, sampleCommand } from '../../core/ports/device-link.contract.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Mqtt } from '../../core/ports/mqtt.ts';
import { manualClock } from '../memory/clock.ts';
import { memoryBroker } from '../memory/mqtt.ts';
import { systemClock } from '../system/clock.ts';
import { mqttDeviceLink } from './device-link.ts';
import { openMqtt } from './mqtt.ts';

const target = {
  via: 'mqtt',
  ...{ commandTopic: 'house/siren/set', stateTopic: 'house/siren', stateField: 'alarm' },
  ...{ onText: 'ON', offText: 'OFF' },
} as const;
const patient = () => new AbortController().signal;

/** A siren at the broker: does what it is told, and says so. */
function siren(mqtt: Mqtt) {
  const told: Turn[] = [];
  const device = { told, obeys: true };
  mqtt.subscribe(target.commandTopic, ({ payload }) => {
    const text = new TextDecoder().decode(payload);
    told.push(text === 'ON' ? 'on' : 'off');
    if (!device.obeys) return;
    const state = new TextEncoder().encode(JSON.stringify({ battery: 80, alarm: text }));
    void mqtt.publish({ topic: target.stateTopic, payload: state, retain: true }, patient());
  });
  return device;
}

deviceLinkContract('MQTT device', async () => {
  const broker = memoryBroker({ log: silentLog });
  const clock = manualClock();
  const device = siren(broker.connect());
  return {
    ...{ link: mqttDeviceLink({ mqtt: broker.connect(), clock }), clock, target },
    told: () => device.told,
    behave(how) {
      device.obeys = how === 'obey';
      if (how === 'away') broker.stop();
    },
    secrets: [],
  };
});

test('what the broker kept from before is no answer', async () => {
  const broker = memoryBroker({ log: silentLog });
  const clock = manualClock();
  const payload = new TextEncoder().encode('{"alarm":"ON"}');
  await broker.connect().publish({ topic: target.stateTopic, payload, retain: true }, patient());
  const sending = mqttDeviceLink({ mqtt: broker.connect(), clock }).send(sampleCommand(), target, patient());
  await clock.advance(5_000);
  assert.equal((await sending).outcome, 'failed');
});

test('without a broker it says which setting is missing', async () => {
  const link = mqttDeviceLink({ mqtt: null, clock: manualClock() });
  assert.match(link.refusal(target) ?? '', /VEDETTE_MQTT_URL/);
});

test('a siren at a real broker acknowledges, and does so again after the broker was killed', {
  skip: mosquittoIsMissing,
}, async () => {
  await using mosquitto = await startMosquitto();
  const broker = readMqttBroker(`mqtt://127.0.0.1:${mosquitto.port}`);
  assert.ok(!('fault' in broker));
  const clock = systemClock();
  const backoff = { firstMs: 20, maxMs: 50 };
  const connect = () =>
    openMqtt({
      ...{ broker, certificates: null, clock, log: silentLog, backoff },
      will: { topic: 'vedette/status', payload: new TextEncoder().encode('offline') },
    });
  const [ours, theirs] = [connect(), connect()];
  siren(theirs);
  const link = mqttDeviceLink({ mqtt: ours, clock });
  const connected = async () => {
    while (!ours.connected || !theirs.connected) await new Promise((resolve) => setImmediate(resolve));
  };
  await connected();
  assert.deepEqual(await link.send(sampleCommand(), target, patient()), { outcome: 'acknowledged' });
  await mosquitto.kill();
  while (ours.connected || theirs.connected) await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await link.send(sampleCommand('off'), target, patient())).outcome, 'failed');
  await mosquitto.start();
  await connected();
  assert.deepEqual(await link.send(sampleCommand('off'), target, patient()), { outcome: 'acknowledged' });
  await Promise.all([ours.close(), theirs.close()]);
});
