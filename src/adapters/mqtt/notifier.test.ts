// Alerts over MQTT.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertTopic } from '../../core/automation/topics.ts';
import { branded, type OrganizationId } from '../../core/brand.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { MqttMessage } from '../../core/ports/mqtt.ts';
import { notifierContract, sampleAlert } from '../../core/ports/notifier.contract.ts';
import { memoryBroker } from '../memory/mqtt.ts';
import { mqttNotifier } from './notifier.ts';

const organizationId = branded<OrganizationId>('01990000-0000-7000-8000-000000000001');
const target = { kind: 'mqtt', topic: alertTopic(organizationId, 'kitchen') } as const;
const filter = `vedette/${organizationId}/alerts/#`;

function openBroker() {
  const broker = memoryBroker({ log: silentLog });
  const notifier = mqttNotifier({ mqtt: broker.connect(), prefix: 'vedette', log: silentLog });
  const heard: MqttMessage[] = [];
  broker.connect().subscribe(filter, (message) => heard.push(message));
  const texts = () => heard.map(({ payload }) => new TextDecoder().decode(payload));
  return { broker, notifier, heard, texts };
}

notifierContract('MQTT', async () => {
  const { broker, notifier, texts } = openBroker();
  return {
    notifier,
    target,
    arrivals: () =>
      texts().map((text) => {
        const { id, data } = JSON.parse(text);
        const picture = data?.snapshot?.base64;
        return {
          idempotencyKey: String(id),
          text,
          snapshot: typeof picture === 'string' ? Uint8Array.fromBase64(picture) : null,
        };
      }),
    behave(how) {
      broker.allowAll();
      if (how === 'refuse-for-now') return broker.stop();
      broker.start();
      if (how === 'refuse-for-good') broker.refuse(filter);
      if (how === 'hang') broker.hang();
    },
    secrets: ['kitchen'],
  };
});

test('an alert says in words what happened, and is not kept by the broker', async () => {
  const { notifier, heard, texts } = openBroker();
  await notifier.send(sampleAlert('key-1'), target, new AbortController().signal);
  const { id, title, type } = JSON.parse(texts()[0] ?? '');
  assert.deepEqual([id, title, type], ['key-1', 'Person at Bakery · Yard', 'incident.opened']);
  assert.deepEqual(
    heard.map(({ topic, retain }) => [topic, retain]),
    [[`vedette/${organizationId}/alerts/kitchen`, false]],
  );
});

test('an alert that is too large goes without its data', async () => {
  const { notifier, texts } = openBroker();
  const alert = { ...sampleAlert('key-1'), data: { picture: 'x'.repeat(600_000) } };
  assert.deepEqual(await notifier.send(alert, target, new AbortController().signal), {
    outcome: 'handed-over',
  });
  assert.deepEqual(Object.keys(JSON.parse(texts()[0] ?? '')), ['id', 'title', 'text', 'url']);
});

test('nothing is sent where sites are commanded, other organizations listen, or Home Assistant looks', async () => {
  const { broker, notifier } = openBroker();
  for (const topic of [
    `${organizationId}/site/01990000-0000-7000-8000-000000000002/arming/set`,
    'alerts/kitchen',
    `${organizationId}/alerts/`,
    `${organizationId}/alerts/#`,
    '../homeassistant/device/x/config',
  ]) {
    const odd = { kind: 'mqtt', topic } as const;
    assert.notEqual(notifier.refusal(odd), null, topic);
    const result = await notifier.send(sampleAlert('key-1'), odd, new AbortController().signal);
    assert.deepEqual([result.outcome, result.outcome === 'failed' && result.retry], ['failed', false], topic);
  }
  assert.deepEqual(broker.taken, []);
});
