// One installation from its first administrator to an alert and footage that is played, in processes of their own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Receiver, startReceiver } from '../bench/receiver.ts';
import { paths } from '../src/http/contract/paths.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { type Client, eventually, setUp, signIn } from './servers/vedette.ts';

/** The demo's visitor comes once a minute; starting ten processes takes its time, too. */
const visitMs = 150_000;
const allowLoopback = { VEDETTE_ALLOW_PRIVATE_WEBHOOKS: 'true' };

interface CameraRow {
  readonly id: string;
  readonly siteId: string;
  readonly status: { readonly state: string };
}

interface IncidentRow {
  readonly id: string;
}

test('roles in processes of their own: a person on camera is told of, once, and can be watched', {
  skip: clusterIsMissing,
  timeout: 600_000,
}, async () => {
  await using cluster = await startCluster();
  await using receiver = await startReceiver();
  const first = await cluster.start('http', allowLoopback);
  const second = await cluster.start('http', allowLoopback);
  assert.equal(
    new URL(first.setupUrl ?? '').search,
    new URL(second.setupUrl ?? '').search,
    'both doors open with the same link',
  );
  const teller = await cluster.start('tend,deliver', allowLoopback);
  const recorder = await cluster.start('record');

  // Whoever was let in at one door is known at the other.
  const admin = await setUp(first, { name: 'Yard', source: { kind: 'demo' } });
  const elsewhere = await signIn(second.url);
  await created(admin, paths.channels, { kind: 'webhook', name: 'Desk', url: receiver.url });
  const camera = await eventually('the camera is recorded by another process', 60_000, async () => {
    const { body } = await elsewhere.call<CameraRow[]>('GET', paths.cameras);
    return body.find(({ status }) => status.state === 'recording') ?? null;
  });
  await admin.call('PUT', paths.arming(camera.siteId), { arming: 'armed-away', now: true });

  const incident = await eventually('the visitor opens an incident', visitMs, async () => {
    const { body } = await elsewhere.call<IncidentRow[]>('GET', paths.incidents);
    return body[0] ?? null;
  });
  await eventually('the desk is told', 30_000, async () => (receiver.keys.size > 0 ? true : null));
  await plays(elsewhere, paths.live(camera.id));

  // What one process was about to do, another does.
  await teller.kill();
  await cluster.start('tend,deliver', allowLoopback);
  await toldOnceMore(admin, camera, receiver);

  // An orderly stop seals what is open; what was recorded is played by whoever is asked.
  assert.equal(await recorder.stop(), 0, recorder.output());
  const { body: found } = await elsewhere.call<{ startAt: number; lastSeenAt: number }>(
    'GET',
    `${paths.incidents}/${incident.id}`,
  );
  await plays(
    admin,
    paths.playlist(camera.id, Math.floor(found.startAt), Math.ceil(found.lastSeenAt) + 1_000),
  );
  assert.equal(await second.stop(), 0, second.output());
});

async function created(client: Client, path: string, body: unknown): Promise<void> {
  const answer = await client.call('POST', path, body);
  assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
}

/** The playlist has fragments, and the first of them and its key are given out. */
async function plays(client: Client, path: string): Promise<void> {
  const playlist = await client.fetch(path);
  const text = await playlist.text();
  assert.equal(playlist.status, 200, text);
  const key = /#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"/.exec(text)?.[1] ?? assert.fail(text);
  const fragment = text.split('\n').find((line) => line.endsWith('.m4s')) ?? assert.fail(text);
  assert.equal((await (await client.fetch(key)).bytes()).length, 16);
  const bytes = await (await client.fetch(fragment)).bytes();
  assert.ok(bytes.length > 1_000 && bytes.length % 16 === 0, `${bytes.length} bytes of ${fragment}`);
}

/** Another incident, at another site, is told of exactly once, whoever was killed while it was on its way. */
async function toldOnceMore(client: Client, camera: CameraRow, receiver: Receiver): Promise<void> {
  const before = receiver.keys.size;
  const site = await client.call<{ id: string }>('POST', paths.sites, { name: 'Depot', timeZone: 'UTC' });
  assert.notEqual(site.body.id, camera.siteId);
  const sensor = await client.call<{ id: string }>('POST', paths.devices, {
    ...{ kind: 'sensor', siteId: site.body.id, name: 'Gate', senses: 'opening', link: { via: 'webhook' } },
  });
  await client.call('PUT', paths.arming(site.body.id), { arming: 'armed-away', now: true });
  await created(client, paths.deviceReport(sensor.body.id), { state: 'open' });
  await eventually('the desk is told of the gate, too', 60_000, async () =>
    receiver.keys.size > before ? true : null,
  );
  assert.ok(
    [...receiver.keys.values()].every((calls) => calls === 1),
    'something was told twice',
  );
}
