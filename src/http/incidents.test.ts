// Incidents and channels through the front door.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { z } from 'zod';
import { type House, openHouse, startMs } from '../../test/houses/http.ts';
import { branded, type EpochMs, type ImageId, type IncidentId, type Sha256 } from '../core/brand.ts';
import { newId } from '../core/identifiers.ts';
import type { Incident as CoreIncident } from '../core/incident/incident.ts';
import { imageContext } from '../core/incident/snapshot.ts';
import { seal } from '../core/seal.ts';
import type { Camera } from '../core/site/camera.ts';
import { Channel, ChannelCreated, ChannelTestResult } from './contract/channels.ts';
import { Incident, IncidentDetail } from './contract/incidents.ts';
import { paths } from './contract/paths.ts';

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const [camera] = await house.deps.records.cameras.all();
  assert.ok(camera);
  return { house, cookie, camera };
}

async function intrude(
  { deps }: House,
  camera: Camera,
  change: Partial<CoreIncident> = {},
): Promise<CoreIncident> {
  const at = branded<EpochMs>(startMs);
  const incident: CoreIncident = {
    id: newId<IncidentId>(deps.clock),
    organizationId: camera.organizationId,
    siteId: camera.siteId,
    cameraIds: [camera.id],
    sensorIds: [],
    state: 'open',
    resolution: null,
    kind: 'person',
    severity: 'normal',
    assigneeId: null,
    escalation: 0,
    level: 0,
    bestScore: 0.6,
    startAt: at,
    lastSeenAt: at,
    endAt: null,
    openedAt: at,
    snapshotId: null,
    ...change,
  };
  await deps.records.incidents.insert(incident);
  await deps.records.incidents.addStep({
    incidentId: incident.id,
    at,
    action: 'opened',
    memberId: null,
    detail: 'A person was seen.',
  });
  return incident;
}

test('an incident is listed with its names, acknowledged, and resolved by a person who is named', async () => {
  const { house, cookie, camera } = await opened();
  const { id } = await intrude(house, camera);
  const list = async (query = '') =>
    z.array(Incident).parse(await (await house.call('GET', `${paths.incidents}${query}`, { cookie })).json());
  const [listed] = await list('?state=unresolved');
  assert.deepEqual([listed?.siteName, listed?.cameras], ['Shop', [{ id: camera.id, name: 'Yard' }]]);
  assert.equal((await house.call('POST', paths.acknowledge(id), { cookie })).status, 200);
  const json = { resolution: 'false-alarm' };
  const resolved = await house.call('POST', paths.resolve(id), { cookie, json });
  const detail = IncidentDetail.parse(await resolved.json());
  assert.deepEqual([detail.state, detail.resolution], ['resolved', 'false-alarm']);
  assert.deepEqual(
    detail.steps.map(({ action, who }) => [action, who]),
    [
      ['opened', null],
      ['acknowledged', 'Ada'],
      ['resolved', 'Ada'],
    ],
  );
  assert.equal((await house.call('POST', paths.resolve(id), { cookie, json })).status, 409);
  assert.equal((await list('?state=unresolved')).length, 0);
  assert.equal((await list(`?cameraId=${camera.id}&limit=1`)).length, 1);
});

test('the clip of an incident that goes on ends ahead of now, and keeps still between its steps', async () => {
  const { house, cookie, camera } = await opened();
  const clip = async (change: Partial<CoreIncident>) => {
    const { id } = await intrude(house, camera, change);
    const response = await house.call('GET', paths.incident(id), { cookie });
    return IncidentDetail.parse(await response.json()).clip;
  };
  const seen = (ms: number) => ({ lastSeenAt: branded<EpochMs>(startMs + ms) });
  const first = await clip({});
  assert.equal(first.from, startMs - 10_000);
  assert.ok(first.to > startMs);
  assert.deepEqual(await clip(seen(5000)), first);
  assert.ok((await clip(seen(120_000))).to > first.to);
  const over = await clip({ ...seen(5000), endAt: branded<EpochMs>(startMs + 5000) });
  assert.equal(over.to, startMs + 185_000);
});

test('the picture of an incident is unsealed for its own organization only', async () => {
  const { house, cookie, camera } = await opened();
  const { deps } = house;
  const id = newId<ImageId>(deps.clock);
  const { organizationId, siteId } = camera;
  const jpeg = new Uint8Array([0xff, 0xd8, 0xff]);
  const sealed = await seal(deps.keys, jpeg, imageContext({ organizationId, id }));
  const sha256 = branded<Sha256>(createHash('sha256').update(sealed.bytes).digest('hex'));
  const sizeBytes = sealed.bytes.byteLength;
  const blobKey = `images/${organizationId}/${camera.id}/${id}.jpg`;
  await deps.blobs.put(blobKey, sealed.bytes, { sizeBytes, sha256 });
  const { wrappedKey } = sealed;
  const place = { id, organizationId, siteId, cameraId: camera.id, at: branded<EpochMs>(startMs) };
  await deps.records.images.insert({
    ...place,
    mediaType: 'image/jpeg',
    blobKey,
    sizeBytes,
    sha256,
    wrappedKey,
  });
  const incident = await intrude(house, camera, { snapshotId: id });
  const picture = await house.call('GET', paths.snapshot(incident.id), { cookie });
  assert.deepEqual(await picture.bytes(), jpeg);
  assert.equal(picture.headers.get('content-type'), 'image/jpeg');
  const again = await house.call('GET', `${paths.snapshot(incident.id)}?again`, { cookie });
  assert.equal(again.status, 200, 'a page that had none yet asks at another address');
  const stranger = await house.join('admin');
  assert.equal((await house.call('GET', paths.snapshot(incident.id), { cookie: stranger })).status, 404);
  const bare = await intrude(house, camera);
  assert.equal((await house.call('GET', paths.snapshot(bare.id), { cookie })).status, 404);
});

test('a test of a channel is sent sixty times an hour, and no more: whoever has its address did not ask', async () => {
  const { house, cookie } = await opened();
  const json = { kind: 'email', name: 'Stranger', address: 'stranger@example.org' };
  const made = ChannelCreated.parse(
    await (await house.call('POST', paths.channels, { cookie, json })).json(),
  );
  const statuses: number[] = [];
  for (let count = 0; count < 62; count += 1) {
    statuses.push((await house.call('POST', paths.channelTest(made.id), { cookie })).status);
  }
  assert.deepEqual(statuses.slice(58), [200, 200, 429, 429]);
  const stranger = await house.join('admin');
  assert.equal((await house.call('POST', paths.channelTest(made.id), { cookie: stranger })).status, 404);
});

test('a webhook shows its signing secret once, is tested, and is removed', async () => {
  const { house, cookie } = await opened();
  const json = { kind: 'webhook', name: 'Ops', url: 'https://hooks.example.org/vedette' };
  const made = ChannelCreated.parse(
    await (await house.call('POST', paths.channels, { cookie, json })).json(),
  );
  assert.ok(made.signingSecret);
  const listed = await (await house.call('GET', paths.channels, { cookie })).text();
  assert.ok(!listed.includes(made.signingSecret));
  assert.equal(z.array(Channel).parse(JSON.parse(listed))[0]?.address, json.url);
  const test = () => house.call('POST', paths.channelTest(made.id), { cookie });
  const result = ChannelTestResult.parse(await (await test()).json());
  assert.deepEqual(result, { outcome: 'handed-over', problem: null });
  assert.equal((await house.call('DELETE', paths.channel(made.id), { cookie })).status, 204);
  assert.equal((await test()).status, 404);
});
