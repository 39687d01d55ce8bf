import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '../../core/ports/log.ts';
import { mqttContract } from '../../core/ports/mqtt.contract.ts';
import { memoryBroker } from './mqtt.ts';

mqttContract('memory broker', async () => {
  const broker = memoryBroker({ log: silentLog });
  return {
    connect: async () => broker.connect(),
    lose: async () => broker.stop(),
    restore: async () => broker.start(),
    hang: () => broker.hang(),
  };
});

test('the will of a client is kept when its connection is lost, not when it says goodbye', async () => {
  const broker = memoryBroker({ log: silentLog });
  const will = (topic: string) => ({ topic, payload: new TextEncoder().encode('offline') });
  broker.connect({ will: will('status/a') });
  await broker.connect({ will: will('status/b') }).close();
  broker.stop();
  assert.deepEqual([...broker.kept], [['status/a', 'offline']]);
});

test('what may not be published is refused, and heard by nobody', async () => {
  const broker = memoryBroker({ log: silentLog });
  broker.refuse('secret/#');
  const mqtt = broker.connect();
  const message = { payload: new Uint8Array([1]), retain: true };
  const { signal } = new AbortController();
  await assert.rejects(mqtt.publish({ ...message, topic: 'secret/a' }, signal), { code: 'broker-refused' });
  await mqtt.publish({ ...message, topic: 'open' }, signal);
  assert.deepEqual([...broker.kept.keys()], ['open']);
});
