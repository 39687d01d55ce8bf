// One installation from its first administrator to an image that expires: the same steps in one process, and in processes
// of their own on real servers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Receiver, startReceiver } from '../bench/receiver.ts';
import { CameraImages, ImageStatus, PushedReceipt } from '../src/http/contract/images.ts';
import { paths } from '../src/http/contract/paths.ts';
import { smallJpeg } from './houses/stills.ts';
import { apart, type House, inOne } from './scenario-houses.ts';
import { clusterIsMissing, dynamoClusterIsMissing, startDynamoCluster } from './servers/cluster.ts';
import { type Client, eventually, setUp, signIn } from './servers/vedette.ts';

/** The demo's visitor comes once a minute; starting ten processes takes its time, too. */
const visitMs = 200_000;
const dayMs = 86_400_000;
/** A kill costs at most a fragment of 1 s and a flush interval of 2 s: what lies further back is there afterwards, in ms. */
const safelyMs = 5_000;
/** How long an image that is pushed with an old time may still be seen, in ms. */
const lastMomentsMs = 20_000;

interface CameraRow {
  readonly id: string;
  readonly siteId: string;
  readonly name: string;
  readonly status: { readonly state: string };
}

interface IncidentRow {
  readonly id: string;
  readonly startAt: number;
  readonly lastSeenAt: number;
}

test('in one process: a person on camera is told of, watched, and what was pushed is seen until it expires', {
  timeout: 900_000,
}, async () => {
  await using house = await inOne();
  await livesThrough(house);
});

test('roles in processes of their own: the same, and what one recorder recorded another goes on with', {
  skip: clusterIsMissing,
  timeout: 900_000,
}, async () => {
  await using house = await apart();
  await livesThrough(house);
});

test('roles on DynamoDB and Kafka, without a Redis: the same', {
  skip: dynamoClusterIsMissing,
  timeout: 900_000,
}, async () => {
  await using house = await apart(startDynamoCluster());
  await livesThrough(house);
});

async function livesThrough(house: House): Promise<void> {
  await using receiver = await startReceiver();
  const [first, second] = house.doors;
  // Whoever was let in at one door is known at the other.
  const admin = await setUp(first, { name: 'Yard', source: { kind: 'demo' } });
  const elsewhere = await signIn(second.url);
  await created(admin, paths.channels, { kind: 'webhook', name: 'Desk', url: receiver.url });
  const yard = await recorded(elsewhere, 'Yard');
  await created(admin, paths.cameras, { siteId: yard.siteId, name: 'Street', source: { kind: 'demo' } });
  await house.recordMore();
  await recorded(elsewhere, 'Street');
  await admin.call('PUT', paths.arming(yard.siteId), { arming: 'armed-away', now: true });

  const incident = await eventually('the visitor opens an incident', visitMs, async () => {
    const { body } = await elsewhere.call<IncidentRow[]>('GET', paths.incidents);
    return body[0] ?? null;
  });
  await eventually('the desk is told', 30_000, async () => (receiver.keys.size > 0 ? true : null));
  await plays(elsewhere, paths.live(yard.id));
  await eventually('the beginning of the incident is on disk', 60_000, async () => {
    const { body } = await elsewhere.call<IncidentRow>('GET', paths.incident(incident.id));
    return body.lastSeenAt - body.startAt >= safelyMs || null;
  });

  await house.strike();
  await recorded(admin, 'Yard');
  await recorded(admin, 'Street');
  await toldOnceMore(admin, yard, receiver);
  await playsLater(admin, yard, incident);

  await seenUntilItExpires(admin, yard);
  await house.stop();
}

/** The camera of this name, once it is recorded. */
function recorded(client: Client, wanted: string): Promise<CameraRow> {
  return eventually(`${wanted} is recorded`, 120_000, async () => {
    const { body } = await client.call<CameraRow[]>('GET', paths.cameras);
    return body.find(({ name, status }) => name === wanted && status.state === 'recording') ?? null;
  });
}

async function created<T>(client: Client, path: string, body: unknown): Promise<T> {
  const answer = await client.call<T>('POST', path, body);
  assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
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

/** What was recorded before somebody was killed is played, once whoever recorded it is back or was followed. */
async function playsLater(client: Client, camera: CameraRow, { id }: IncidentRow): Promise<void> {
  const { body } = await client.call<IncidentRow>('GET', paths.incident(id));
  const [from, to] = [Math.floor(body.startAt), Math.ceil(body.lastSeenAt) + 1_000];
  await eventually('the footage of the incident is there', 120_000, async () => {
    const playlist = await client.fetch(paths.playlist(camera.id, from, to));
    return playlist.ok && (await playlist.text()).includes('.m4s') ? true : null;
  });
  await plays(client, paths.playlist(camera.id, from, to));
}

/** Another incident, at another site, is told of exactly once, whoever was killed while it was on its way. */
async function toldOnceMore(client: Client, camera: CameraRow, receiver: Receiver): Promise<void> {
  const before = receiver.keys.size;
  const site = await created<{ id: string }>(client, paths.sites, { name: 'Depot', timeZone: 'UTC' });
  assert.notEqual(site.id, camera.siteId);
  const sensor = await created<{ id: string }>(client, paths.devices, {
    ...{ kind: 'sensor', siteId: site.id, name: 'Gate', senses: 'opening', link: { via: 'webhook' } },
  });
  await client.call('PUT', paths.arming(site.id), { arming: 'armed-away', now: true });
  await created(client, paths.deviceReport(sensor.id), { state: 'open' });
  await eventually('the desk is told of the gate, too', 60_000, async () =>
    receiver.keys.size > before ? true : null,
  );
  assert.ok(
    [...receiver.keys.values()].every((calls) => calls === 1),
    'something was told twice',
  );
}

/**
 * Two images are pushed: one of now, and one that was taken almost a day ago, where images are kept for a day. Both are
 * seen; then the older one is gone for everybody, and the other is not.
 */
async function seenUntilItExpires(client: Client, { siteId }: CameraRow): Promise<void> {
  const { key } = await created<{ key: string }>(client, paths.accessKeys, {
    ...{ name: 'Importer', permissions: ['push-images'], siteIds: [siteId], lifeDays: 1 },
  });
  const image = smallJpeg();
  const push = async (takenAt: number) => {
    const query = `?siteId=${siteId}&camera=Gate&takenAt=${takenAt}`;
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' };
    const answer = await client.fetch(`${paths.images}${query}`, { method: 'POST', headers, body: image });
    assert.equal(answer.status, 202);
    return PushedReceipt.parse(await answer.json()).id;
  };
  const statusOf = async (id: string) => ImageStatus.parse((await client.call('GET', paths.image(id))).body);
  const newer = await push(Date.now());
  const older = await push(Date.now() - dayMs + lastMomentsMs);
  const stored = await eventually('both images are stored', 60_000, async () => {
    const all = await Promise.all([newer, older].map(statusOf));
    return all.every(({ state }) => state !== 'received') ? all : null;
  });
  const [{ cameraId } = assert.fail()] = stored;
  const span = `?from=${Date.now() - dayMs}&to=${Date.now()}`;
  const { body } = await client.call('GET', `${paths.cameraImages(cameraId ?? '')}${span}`);
  assert.ok(CameraImages.parse(body).images.some(({ id }) => id === newer));
  const seen = await client.fetch(paths.imageFile(newer));
  assert.deepEqual(await seen.bytes(), image);
  await eventually('the older image has expired', 200_000, async () =>
    (await statusOf(older)).state === 'destroyed' ? true : null,
  );
  assert.equal((await client.fetch(paths.imageFile(older))).status, 404);
  assert.equal((await statusOf(newer)).state, 'stored');
}
