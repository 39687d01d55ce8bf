// One service after the other is taken away from an installation that runs: what goes on, what waits, and nothing is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReceiver } from '../bench/receiver.ts';
import { paths } from '../src/http/contract/paths.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { armedSensors } from './servers/sensors.ts';
import { administrator, type Client, clientOf, eventually, setUp, signIn } from './servers/vedette.ts';

interface CameraRow {
  readonly id: string;
  readonly status: { readonly state: string };
}

interface Ready {
  readonly services: Readonly<Record<string, string>>;
  readonly degraded: readonly string[];
}

const environment = { VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true' };
/** From here on somebody would say that it hangs. */
const promptMs = 1_500;

async function timed(work: Promise<Response>): Promise<{ status: number; ms: number }> {
  const began = performance.now();
  const { status } = await work;
  return { status, ms: performance.now() - began };
}

/** Until `/readyz` says of a service what is wanted. */
async function seen(client: Client, service: string, state: 'up' | 'down'): Promise<Ready> {
  return eventually(`${service} is ${state}`, 60_000, async () => {
    const { body } = await client.call<Ready>('GET', '/readyz');
    return body.services?.[service] === state ? body : null;
  });
}

test('services go and come back', { skip: clusterIsMissing, timeout: 900_000 }, async (t) => {
  await using cluster = await startCluster();
  await using receiver = await startReceiver();
  const door = await cluster.start('http', environment);
  await cluster.start('tend,deliver', environment);
  const recorder = await cluster.start('record');
  let client = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
  const stranger = clientOf(door.url);
  await client.call('POST', paths.channels, { kind: 'webhook', name: 'Desk', url: receiver.url });
  const sensors = await armedSensors(client, 3);
  const camera = await eventually('the camera is recorded', 90_000, async () => {
    const { body } = await client.call<CameraRow[]>('GET', paths.cameras);
    return body.find(({ status }) => status.state === 'recording') ?? null;
  });
  const told = (count: number) =>
    eventually(`${count} alerts`, 120_000, async () => (receiver.keys.size >= count ? true : null));

  await t.test('Redis: pages and sign-in are refused at once, and work again when it is back', async () => {
    await cluster.redis.stop();
    const { degraded } = await seen(client, 'cache', 'down');
    assert.deepEqual(degraded, ['sign-in-off', 'updates-off', 'alerts-wait']);
    const now = Date.now();
    for (const path of [
      paths.cameras,
      paths.incidents,
      `${paths.timeline(camera.id)}?from=${now - 60_000}&to=${now}`,
    ]) {
      const { status, ms } = await timed(client.fetch(path));
      assert.equal(status, 503, path);
      assert.ok(ms < promptMs, `${path} took ${ms} ms`);
    }
    const json = { 'content-type': 'application/json' };
    const body = JSON.stringify(administrator);
    const refused = await timed(stranger.fetch(paths.session, { method: 'POST', body, headers: json }));
    assert.equal(refused.status, 503);
    assert.ok(refused.ms < promptMs, `${refused.ms} ms`);
    await cluster.redis.start();
    await seen(client, 'cache', 'up');
  });

  // The Redis of tests keeps nothing on disk, sessions neither.
  client = await signIn(door.url);
  await t.test('an alert goes out again', async () => {
    assert.equal(await sensors.trip(client), 200);
    await told(1);
  });

  await t.test('Kafka: incidents open, and their alerts go out later', async () => {
    cluster.kafka.nodes[0]?.hang();
    const { degraded } = await seen(client, 'queue', 'down');
    assert.deepEqual(degraded, ['alerts-wait']);
    assert.equal(await sensors.trip(client), 200);
    assert.equal(receiver.keys.size, 1);
    await cluster.kafka.nodes[0]?.start();
    await told(2);
  });

  await t.test('PostgreSQL: nobody waits, recorders record, and nothing is missing afterwards', async () => {
    const from = Date.now();
    await cluster.postgres.kill();
    const caught = await timed(client.fetch(paths.cameras));
    assert.equal(caught.status, 503);
    assert.ok(caught.ms < 15_000, `who was under way waited ${caught.ms} ms`);
    const refused = await timed(client.fetch(paths.cameras));
    assert.equal(refused.status, 503);
    assert.ok(refused.ms < promptMs, `${refused.ms} ms`);
    assert.equal((await client.fetch('/readyz')).status, 503);
    const standing = await client.call<{ degraded: { name: string }[] }>('GET', paths.standing);
    assert.equal(standing.body.degraded[0]?.name, 'nothing-answers');
    assert.equal((await client.fetch('/healthz')).status, 200);
    await cluster.postgres.start();
    await seen(client, 'records', 'up');
    const to = Date.now();
    assert.equal(await sensors.trip(client), 200);
    await told(3);
    assert.equal(await recorder.stop(), 0, recorder.output());
    const line = await client.call<{ gaps: unknown[]; footage: unknown[] }>(
      'GET',
      `${paths.timeline(camera.id)}?from=${from}&to=${to}`,
    );
    assert.equal(line.status, 200);
    assert.deepEqual(line.body.gaps, []);
    assert.ok(line.body.footage.length > 0);
  });
  assert.ok(
    [...receiver.keys.values()].every((calls) => calls === 1),
    'something was told twice',
  );
});
