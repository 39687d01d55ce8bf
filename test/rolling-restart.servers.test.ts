// Every process is replaced while people ask and sensors speak: nobody notices.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReceiver } from '../bench/receiver.ts';
import { paths } from '../src/http/contract/paths.ts';
import { startBalancer } from './servers/ready-balancer.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { armedSensors } from './servers/sensors.ts';
import { type Client, eventually, setUp } from './servers/vedette.ts';

const events = 24;

test('a rolling restart of all: no request fails, and each event is told once', {
  skip: clusterIsMissing,
  timeout: 900_000,
}, async () => {
  await using cluster = await startCluster();
  await using receiver = await startReceiver();
  await using balancer = await startBalancer();
  const environment = {
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true',
    VEDETTE_PUBLIC_URL: balancer.url,
    VEDETTE_DRAIN_SECONDS: '3',
  };
  const start = (roles: string) => cluster.start(roles, environment);
  const doors = [await start('http'), await start('http')];
  const tellers = [await start('tend,deliver'), await start('tend,deliver')];
  for (const { url } of doors) await balancer.add(url);
  const [door] = doors;
  const client = await setUp({ ...(door ?? assert.fail()), url: balancer.url }, null);
  const channel = await client.call('POST', paths.channels, {
    ...{ kind: 'webhook', name: 'Desk', url: receiver.url },
  });
  assert.equal(channel.status, 201, JSON.stringify(channel.body));
  const sensors = await armedSensors(client, events);

  const restarting = new AbortController();
  const asking = ask(client, restarting.signal, balancer.failures);
  asking.catch(() => restarting.abort());
  let tripped = 0;
  const tripping = (async () => {
    while (tripped < events && !restarting.signal.aborted) {
      assert.equal(await sensors.trip(client), 200);
      tripped += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  })();
  for (const old of [...doors, ...tellers]) {
    const isDoor = doors.includes(old);
    const fresh = await start(isDoor ? 'http' : 'tend,deliver');
    if (isDoor) await balancer.add(fresh.url);
    assert.equal(await old.stop(), 0, old.output());
  }
  restarting.abort();
  await tripping;
  const asked = await asking;
  assert.ok(asked > 20 && tripped > 5, `only ${asked} requests and ${tripped} events while all restarted`);
  assert.deepEqual(balancer.failures, []);
  await eventually('everything is told', 120_000, async () => (receiver.keys.size >= tripped ? true : null));
  assert.equal(receiver.keys.size, tripped);
  assert.ok(
    [...receiver.keys.values()].every((calls) => calls === 1),
    'something was told twice',
  );
});

/** Asks all the time until `signal` aborts; every answer must be good. Resolves with how many there were. */
async function ask(client: Client, signal: AbortSignal, failures: readonly string[]): Promise<number> {
  let asked = 0;
  while (!signal.aborted) {
    const answers = await Promise.all(
      [paths.sites, paths.incidents, paths.me].map((path) => client.fetch(path)),
    );
    for (const answer of answers) {
      assert.equal(answer.status, 200, `${answer.url} ${failures.join('; ')}`);
      await answer.bytes();
      asked += 1;
    }
  }
  return asked;
}
