// Sites that are armed, each with a sensor: every word of one opens an incident of its own.

import assert from 'node:assert/strict';
import { paths } from '../../src/http/contract/paths.ts';
import type { Client } from './vedette.ts';

export interface Sensors {
  /** Has the sensor of a site that was not used say that it was opened; resolves with the status of the answer. */
  trip(client: Client): Promise<number>;
}

export async function armedSensors(client: Client, count: number): Promise<Sensors> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const site = await client.call<{ id: string }>('POST', paths.sites, {
      name: `Depot ${made}`,
      timeZone: 'UTC',
    });
    assert.equal(site.status, 201, JSON.stringify(site.body));
    const sensor = await client.call<{ id: string }>('POST', paths.devices, {
      ...{ kind: 'sensor', siteId: site.body.id, name: `Gate ${made}`, senses: 'opening' },
      link: { via: 'webhook' },
    });
    await client.call('PUT', paths.arming(site.body.id), { arming: 'armed-away', now: true });
    ids.push(sensor.body.id);
  }
  return {
    async trip(caller) {
      const id = ids.shift() ?? assert.fail('There are too few sensors.');
      const { status } = await caller.call('POST', paths.deviceReport(id), { state: 'open' });
      return status;
    },
  };
}
