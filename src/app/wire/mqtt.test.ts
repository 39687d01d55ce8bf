// The connection of whoever speaks for the installation: it ends with its work.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mosquittoIsMissing, startMosquitto } from '../../../test/servers/mosquitto.ts';
import { systemClock } from '../../adapters/system/clock.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { Mqtt } from '../../core/ports/mqtt.ts';
import { readSettings } from '../settings.ts';
import { withBroker } from './mqtt.ts';

test('a connection whose work cannot begin, or cannot end, is closed', {
  skip: mosquittoIsMissing,
}, async (t) => {
  const server = await startMosquitto();
  t.after(() => server[Symbol.asyncDispose]());
  const settings = readSettings({ VEDETTE_MQTT_URL: `mqtt://127.0.0.1:${server.port}` });
  const shared = { processId: 'one', recorderId: 'one' };
  const house = { mqtt: null, shared, clock: systemClock(), log: silentLog };
  const problem = new Error('no leader today');
  const made: Mqtt[] = [];
  const connected = (mqtt: Mqtt | null) =>
    new Promise<void>((resolve) => {
      assert.ok(mqtt !== null);
      made.push(mqtt);
      mqtt.onConnection(() => resolve());
    });
  const begun = withBroker<Parameters<typeof withBroker>[0]>(house, settings, async ({ mqtt }) => {
    await connected(mqtt);
    throw problem;
  });
  await assert.rejects(begun, problem);
  const running = await withBroker<Parameters<typeof withBroker>[0]>(house, settings, async ({ mqtt }) => {
    await connected(mqtt);
    return { stop: () => Promise.reject(problem) };
  });
  assert.equal(made[1]?.connected, true);
  await assert.rejects(running.stop(), problem);
  assert.deepEqual(
    made.map(({ problem: why }) => why),
    ['The connection was closed.', 'The connection was closed.'],
  );
});
