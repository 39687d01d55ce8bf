// Home automation over HTTP: whether the broker is there, and where to look.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openHouse } from '../../test/houses/http.ts';
import { memoryBroker } from '../adapters/memory/mqtt.ts';
import { silentLog } from '../core/ports/log.ts';
import { Automation } from './contract/automation.ts';
import { paths } from './contract/paths.ts';
import { Me } from './contract/session.ts';
import { healthPaths } from './routes/health.ts';

test('who says where alerts go sees whether the broker is there, and where their organization lies', async () => {
  const broker = memoryBroker({ log: silentLog });
  const house = await openHouse({ mqtt: broker.connect() });
  const cookie = await house.setUp();
  const { organization } = Me.parse(await (await house.call('GET', paths.me, { cookie })).json());
  const ask = async () =>
    Automation.parse(await (await house.call('GET', paths.automation, { cookie })).json());
  const ready = async () => {
    const response = await house.call('GET', healthPaths.ready);
    const { broker } = z.object({ broker: z.string() }).parse(await response.json());
    return [response.status, broker];
  };
  assert.deepEqual(await ask(), {
    broker: {
      connected: true,
      problem: null,
      topic: `vedette/${organization.id}`,
      discoveryPrefix: 'homeassistant',
      snapshots: false,
    },
  });
  assert.deepEqual(await ready(), [200, 'connected']);
  broker.stop();
  const { broker: seen } = await ask();
  assert.deepEqual([seen?.connected, seen?.problem], [false, 'The broker is gone.']);
  assert.deepEqual(await ready(), [200, 'away'], 'restarting Vedette would not bring it back');
});

test('without a broker nothing is said of one', async () => {
  const house = await openHouse();
  const cookie = await house.setUp();
  assert.deepEqual(await (await house.call('GET', paths.automation, { cookie })).json(), { broker: null });
  const ready = await (await house.call('GET', healthPaths.ready)).text();
  assert.match(ready, /"status":"ok"/);
  assert.doesNotMatch(ready, /broker/);
});
