// Sites that are armed, each with a sensor: every word of one opens an incident of its own.

import assert from 'node:assert/strict';
import { signWebhook } from '../../src/adapters/webhook/signature.ts';
import { secret } from '../../src/core/secret.ts';
import { paths } from '../../src/http/contract/paths.ts';
import type { Client } from './vedette.ts';

export interface Sensors {
  /** Has the sensor of a site that was not used say that it was opened; resolves with the status of the answer. */
  trip(client: Pick<Client, 'call'>): Promise<number>;
  /** The same as a sensor says it: signed with its secret. What is sent can be sent again. */
  signed(): Promise<SignedEvent>;
}

/** A request as it went out, for whoever kept a copy. */
export interface SignedEvent {
  readonly siteId: string;
  send(url: string, change?: { readonly body: string }): Promise<Response>;
}

export async function armedSensors(client: Client, count: number): Promise<Sensors> {
  const made: { id: string; siteId: string; signingSecret: string }[] = [];
  for (let number = 0; number < count; number += 1) {
    const site = await client.call<{ id: string }>('POST', paths.sites, {
      name: `Depot ${number}`,
      timeZone: 'UTC',
    });
    assert.equal(site.status, 201, JSON.stringify(site.body));
    const sensor = await client.call<{ id: string; signingSecret: string }>('POST', paths.devices, {
      ...{ kind: 'sensor', siteId: site.body.id, name: `Gate ${number}`, senses: 'opening' },
      link: { via: 'webhook' },
    });
    await client.call('PUT', paths.arming(site.body.id), { arming: 'armed-away', now: true });
    made.push({ id: sensor.body.id, siteId: site.body.id, signingSecret: sensor.body.signingSecret });
  }
  const next = () => made.shift() ?? assert.fail('There are too few sensors.');
  return {
    async trip(caller) {
      const { id } = next();
      const { status } = await caller.call('POST', paths.deviceReport(id), { state: 'open' });
      return status;
    },
    async signed() {
      const { id, siteId, signingSecret } = next();
      const eventId = crypto.randomUUID();
      const timestamp = String(Math.floor(Date.now() / 1000));
      const content = JSON.stringify({ state: 'open' });
      const signature = signWebhook(secret(signingSecret), {
        ...{ id: eventId, timestamp: Number(timestamp), body: content },
      });
      const headers = {
        ...{ 'webhook-id': eventId, 'webhook-timestamp': timestamp, 'webhook-signature': signature ?? '' },
        'content-type': 'application/json',
      };
      return {
        siteId,
        send: (url, { body } = { body: content }) =>
          fetch(new URL(paths.deviceEvents(id), url), { method: 'POST', headers, body }),
      };
    },
  };
}
