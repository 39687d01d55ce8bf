// The store of footage, the keeper of keys and the MQTT broker are killed under an installation that runs: it says what
// does not work, the rest goes on, and nothing is missing when they are back.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { startReceiver } from '../bench/receiver.ts';
import { openMqtt } from '../src/adapters/mqtt/mqtt.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import { silentLog } from '../src/core/ports/log.ts';
import { type DegradedMode, type DependencyName, degradedModes } from '../src/core/standing.ts';
import { paths } from '../src/http/contract/paths.ts';
import type { StandingAnswer } from '../src/http/contract/standing.ts';
import { cephIsMissing, startCeph } from './servers/ceph.ts';
import { type Cluster, clusterIsMissing, startCluster } from './servers/cluster.ts';
import { mosquittoIsMissing, startMosquitto } from './servers/mosquitto.ts';
import { freePorts } from './servers/ports.ts';
import { promptMs, timed } from './servers/prompt.ts';
import { armedSensors } from './servers/sensors.ts';
import { startVault, vaultIsMissing } from './servers/vault.ts';
import {
  type Client,
  clientOf,
  eventually,
  setUp,
  temporaryFolder,
  type Vedette,
} from './servers/vedette.ts';

interface CameraRow {
  readonly id: string;
  readonly status: { readonly state: string };
}

interface Line {
  readonly gaps: readonly { readonly cause: string }[];
  readonly footage: readonly { readonly startAt: number; readonly endAt: number }[];
}

const timeout = 900_000;
/** The keeper of keys is asked once a minute, as long as it answers; and twice before it counts as away. */
const noticedMs = 120_000;

interface House {
  readonly client: Client;
  /** Asks the recorder's own probes. */
  readonly recorderProbe: Client;
  readonly recorder: Vedette;
  readonly camera: CameraRow;
  readonly startedAt: number;
}

/** An administrator before pages that run, and a recorder that records the demo's camera. */
async function recording(cluster: Cluster, environment: Record<string, string> = {}): Promise<House> {
  const [port = 0] = await freePorts(1);
  const door = await cluster.start('http,tend,deliver', {
    VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true',
    ...environment,
  });
  const recorder = await cluster.start('record', { ...environment, VEDETTE_PROBE_PORT: String(port) });
  const startedAt = Date.now();
  const client = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
  const camera = await eventually('the camera is recorded', 120_000, async () => {
    const { body } = await client.call<CameraRow[]>('GET', paths.cameras);
    return body.find(({ status }) => status.state === 'recording') ?? null;
  });
  return { client, recorder, recorderProbe: clientOf(`http://127.0.0.1:${port}`), camera, startedAt };
}

/** Until `/readyz` says of a service what is wanted: it names services only where it says yes. */
async function seen(client: Client, service: DependencyName, state: 'up' | 'down') {
  return eventually(`${service} is ${state}`, noticedMs, async () => {
    const { body } = await client.call<{
      services?: Partial<Record<DependencyName, string>>;
      degraded: readonly string[];
    }>('GET', '/readyz');
    return body.services?.[service] === state ? body : null;
  });
}

/** Pages and recorder say that it is away, in the same words, and pages say it in sentences. */
async function told(
  { client, recorderProbe }: House,
  service: DependencyName,
  modes: readonly DegradedMode[],
) {
  for (const each of [client, recorderProbe]) {
    assert.deepEqual((await seen(each, service, 'down')).degraded, modes);
  }
  const { body } = await client.call<StandingAnswer>('GET', paths.standing);
  assert.deepEqual(
    body.degraded,
    modes.map((name) => ({ name, sentence: degradedModes[name] })),
  );
}

async function untold({ client, recorderProbe }: House, service: DependencyName) {
  for (const each of [client, recorderProbe]) {
    assert.deepEqual((await seen(each, service, 'up')).degraded, []);
  }
  const { body } = await client.call<StandingAnswer>('GET', paths.standing);
  assert.deepEqual(body.degraded, []);
}

/** Of those who ask together one at most waits: the one whose question finds out whether the service is back. */
async function refusedAtOnce(client: Client, path: string): Promise<void> {
  const mostMs = promptMs(client);
  const asked = Array.from({ length: 3 }, async () => {
    const { value, ms } = await timed(client.fetch(path));
    assert.equal(value.status, 503, path);
    return ms;
  });
  const [, second = 0] = (await Promise.all(asked)).toSorted((a, b) => a - b);
  assert.ok(second < (await mostMs), `${path} took ${second} ms`);
}

/** The addresses of a span's key and of its fragments, first of all those of a playlist that has some. */
async function piecesOf({ client, camera }: House, from: number, to: number) {
  const text = await (await client.fetch(paths.playlist(camera.id, from, to))).text();
  const key = /#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"/.exec(text)?.[1];
  const fragments = text.split('\n').filter((line) => line.endsWith('.m4s'));
  return key === undefined || fragments.length === 0 ? null : { key, fragments };
}

/** The time line, once it reaches as far as wanted. */
function recordedUntil({ client, camera, startedAt }: House, to: number, from = startedAt): Promise<Line> {
  return eventually('it is recorded', 240_000, async () => {
    const { body } = await client.call<Line>(
      'GET',
      `${paths.timeline(camera.id)}?from=${from}&to=${Math.max(to, Date.now())}`,
    );
    return (body.footage.at(-1)?.endAt ?? 0) >= to ? body : null;
  });
}

/** Every second of the span is there and is given out. */
async function nothingMissing(house: House, from: number, to: number): Promise<void> {
  const { client } = house;
  const { gaps } = await recordedUntil(house, to, from);
  // On a machine with much to do the demo's camera may drop a picture: that is no fault of any store.
  assert.deepEqual(
    gaps.filter(({ cause }) => cause !== 'frames-lost'),
    [],
  );
  const pieces = (await piecesOf(house, from, to)) ?? assert.fail('there is no footage');
  assert.equal((await (await client.fetch(pieces.key)).bytes()).length, 16);
  for (const fragment of pieces.fragments) {
    const answer = await client.fetch(fragment);
    assert.ok(answer.ok && (await answer.bytes()).length > 0, `${answer.status} ${fragment}`);
  }
}

const said = (what: string, recorder: Vedette, sentence: RegExp) =>
  eventually(what, 180_000, async () => (sentence.test(recorder.output()) ? true : null));

test('the store of footage: what is recorded meanwhile waits in the spool, incidents are told, all is there afterwards', {
  skip: cephIsMissing || clusterIsMissing,
  timeout,
}, async () => {
  await using ceph = await startCeph();
  const s3 = ceph.client();
  await s3.send(new CreateBucketCommand({ Bucket: 'footage' }));
  s3.destroy();
  await using cluster = await startCluster({ blobs: ceph.address('footage/shop') });
  await using receiver = await startReceiver();
  const house = await recording(cluster);
  const { client, recorder, camera, startedAt } = house;
  await client.call('POST', paths.channels, { kind: 'webhook', name: 'Desk', url: receiver.url });
  const sensors = await armedSensors(client, 1);
  const stored = await eventually('a minute is stored', 150_000, async () => {
    const { body } = await client.call<Line>(
      'GET',
      `${paths.timeline(camera.id)}?from=${startedAt}&to=${Date.now()}`,
    );
    const [first] = body.footage;
    return first !== undefined && first.endAt - first.startAt > 62_000 ? first : null;
  });
  const pieces = await piecesOf(house, stored.startAt, stored.startAt + 30_000);

  await ceph.kill();
  await told(house, 'blobs', ['footage-waits', 'footage-unreadable']);
  await refusedAtOnce(client, pieces?.fragments[0] ?? assert.fail('nothing was stored'));
  assert.equal(await sensors.trip(client), 200);
  await eventually('the alert is told', 60_000, async () => (receiver.keys.size === 1 ? true : null));
  await said('a recording waits', recorder, /could not be sealed; it will be tried again/);
  const { body } = await client.call<CameraRow[]>('GET', paths.cameras);
  assert.equal(body[0]?.status.state, 'recording');

  const backAt = Date.now();
  await ceph.start();
  await untold(house, 'blobs');
  await nothingMissing(house, stored.startAt, backAt);
});

test('the keeper of keys: nothing can be opened, recording goes on, alerts wait, and all is there afterwards', {
  skip: vaultIsMissing || clusterIsMissing,
  timeout,
}, async () => {
  await using vault = await startVault();
  await using folder = await temporaryFolder();
  const tokenFile = join(folder.path, 'token');
  await writeFile(tokenFile, vault.rootToken);
  await using cluster = await startCluster();
  const { host } = new URL(vault.origin);
  const house = await recording(cluster, {
    VEDETTE_KEYS_URL: `vault://${host}/transit/vedette?token-file=${tokenFile}`,
  });
  const { client, recorder, startedAt } = house;
  await using receiver = await startReceiver();
  await client.call('POST', paths.channels, { kind: 'webhook', name: 'Desk', url: receiver.url });
  const sensors = await armedSensors(client, 1);
  const pieces = await eventually('something is recorded', 60_000, () =>
    piecesOf(house, startedAt, Date.now()),
  );

  await vault.kill();
  const awayAt = Date.now();
  await told(house, 'keys', ['footage-unreadable', 'alerts-wait']);
  await refusedAtOnce(client, pieces.key);
  assert.equal(await sensors.trip(client), 200);
  assert.equal((await client.call('GET', paths.incidents)).status, 200);
  // Two recordings begin meanwhile.
  await recordedUntil(house, awayAt + 130_000);
  assert.doesNotMatch(recorder.output(), /Footage cannot be written/);
  assert.equal(receiver.keys.size, 0);

  await vault.start();
  // What was in memory only is gone with it, as if it had been restored.
  await writeFile(tokenFile, vault.rootToken);
  await untold(house, 'keys');
  const backAt = Date.now();
  await eventually('the alert is told', 180_000, async () => (receiver.keys.size > 0 ? true : null));
  assert.deepEqual([...receiver.keys.values()], [1]);
  await nothingMissing(house, startedAt + 30_000, backAt);
});

test('the MQTT broker: alerts over it wait and come once, and home automation is told anew', {
  skip: mosquittoIsMissing || clusterIsMissing,
  timeout,
}, async () => {
  await using broker = await startMosquitto();
  await using cluster = await startCluster();
  await using receiver = await startReceiver();
  const house = await recording(cluster, { VEDETTE_MQTT_URL: `mqtt://127.0.0.1:${broker.port}` });
  const { client } = house;
  await client.call('POST', paths.channels, { kind: 'webhook', name: 'Desk', url: receiver.url });
  const channel = await client.call('POST', paths.channels, {
    kind: 'mqtt',
    name: 'Kitchen',
    topic: 'kitchen',
  });
  assert.equal(channel.status, 201, JSON.stringify(channel.body));
  const sensors = await armedSensors(client, 2);
  await seen(client, 'broker', 'up');
  const heard = new Map<string, string>();
  let alerts = 0;
  const listener = openMqtt({
    ...{ certificates: null, will: null, clock: systemClock(), log: silentLog },
    broker: { host: '127.0.0.1', port: broker.port, secure: false, credentials: null },
    backoff: { firstMs: 10, maxMs: 50 },
  });
  await using _closed = { [Symbol.asyncDispose]: () => listener.close() };
  listener.subscribe('vedette/#', ({ topic, payload }) => {
    if (topic.includes('alert')) alerts += 1;
    else heard.set(topic, new TextDecoder().decode(payload));
  });
  const alertsAre = (count: number) =>
    eventually(`${count} alerts over MQTT`, 180_000, async () => (alerts >= count ? true : null));
  assert.equal(await sensors.trip(client), 200);
  await alertsAre(1);
  const kept = heard.size;
  assert.ok(kept > 0);

  await broker.kill();
  await broker.forget();
  heard.clear();
  await told(house, 'broker', ['automation-off']);
  assert.equal(await sensors.trip(client), 200);
  await eventually('others are told', 60_000, async () => (receiver.keys.size === 2 ? true : null));
  assert.equal(alerts, 1);

  await broker.start();
  await untold(house, 'broker');
  await alertsAre(2);
  await eventually('home automation knows everything again', 60_000, async () =>
    heard.size >= kept ? true : null,
  );
  assert.equal(alerts, 2);
  assert.ok([...receiver.keys.values()].every((calls) => calls === 1));
});
