// What people do to incidents, through the front door.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { type House, openHouse, startMs } from '../../test/houses/http.ts';
import { branded, type EpochMs, type IncidentId } from '../core/brand.ts';
import { newId } from '../core/identifiers.ts';
import type { Incident as CoreIncident } from '../core/incident/incident.ts';
import { AcknowledgeResult, Assignable, IncidentDetail, maxAcknowledged } from './contract/incidents.ts';
import { paths } from './contract/paths.ts';

async function openIncident({ deps }: House): Promise<CoreIncident> {
  const [camera] = await deps.records.cameras.all();
  assert.ok(camera);
  const at = branded<EpochMs>(startMs);
  const incident: CoreIncident = {
    ...{ id: newId<IncidentId>(deps.clock), organizationId: camera.organizationId, siteId: camera.siteId },
    ...{ cameraIds: [camera.id], sensorIds: [], state: 'open', resolution: null, kind: 'person' },
    ...{ severity: 'normal', assigneeId: null, escalation: 0, level: 0, bestScore: 0.6 },
    ...{ startAt: at, lastSeenAt: at },
    ...{ endAt: at, openedAt: at, snapshotId: null },
  };
  await deps.records.incidents.insert(incident);
  return incident;
}

async function opened() {
  const house = await openHouse();
  const cookie = await house.setUp();
  const incident = await openIncident(house);
  const act = (path: string, json?: unknown) =>
    house.call('POST', path, { cookie, ...(json === undefined ? {} : { json }) });
  const done = async (path: string, json?: unknown) => {
    const response = await act(path, json);
    assert.equal(response.status, 200, path);
    return IncidentDetail.parse(await response.json());
  };
  return { house, cookie, incident, act, done };
}

test('an incident is assigned, noted, escalated, resolved and reopened, and each step names who did it', async () => {
  const { house, cookie, incident, done } = await opened();
  const { id } = incident;
  const listed = await house.call('GET', paths.assignable(id), { cookie });
  const [ada] = z.array(Assignable).parse(await listed.json());
  assert.ok(ada);
  assert.deepEqual((await done(paths.assign(id), { memberId: ada.id })).assignee, ada);
  await done(paths.note(id), { text: ' The gate was open.\nI closed it. ' });
  const escalated = await done(paths.escalate(id));
  assert.deepEqual([escalated.severity, escalated.escalation], ['high', 1]);
  await done(paths.resolve(id), { resolution: 'test' });
  const reopened = await done(paths.reopen(id));
  assert.deepEqual([reopened.state, reopened.resolution], ['open', null]);
  const took = reopened.steps.map(({ action, who, detail }) => [action, who, detail]);
  assert.deepEqual(
    took.map(([action, who]) => [action, who]),
    ['assigned', 'noted', 'escalated', 'resolved', 'reopened'].map((action) => [action, ada.name]),
  );
  assert.equal(took[1]?.[2], 'The gate was open.\nI closed it.');
});

test('what does not fit the state is refused and changes nothing; what is no note is no note', async () => {
  const { incident, act, done } = await opened();
  const { id } = incident;
  assert.equal((await act(paths.reopen(id))).status, 409);
  for (const text of ['', '   ', 'x'.repeat(2_001), 'a\u202eb', 'a\u0000b']) {
    assert.equal((await act(paths.note(id), { text })).status, 400, JSON.stringify(text));
  }
  const stranger = '00000000-0000-7000-8000-00000000dead';
  assert.equal((await act(paths.assign(id), { memberId: stranger })).status, 400);
  await done(paths.resolve(id), { resolution: 'test' });
  assert.equal((await act(paths.escalate(id))).status, 409);
  assert.equal((await act(paths.assign(id), { memberId: null })).status, 200);
  const { steps } = await done(paths.note(id), { text: 'It was the cat.' });
  assert.deepEqual(
    steps.map(({ action }) => action),
    ['resolved', 'noted'],
  );
});

test('many are acknowledged at once, each for itself: what cannot be says why', async () => {
  const { house, incident, act, done } = await opened();
  const other = await openIncident(house);
  await done(paths.resolve(other.id), { resolution: 'test' });
  const unknown = '00000000-0000-7000-8000-00000000dead';
  const response = await act(paths.acknowledgeMany, { incidentIds: [incident.id, other.id, unknown] });
  const results = z.array(AcknowledgeResult).parse(await response.json());
  assert.deepEqual(
    results.map(({ incidentId, problem }) => [incidentId, problem?.code ?? null]),
    [
      [incident.id, null],
      [other.id, 'incident-state'],
      [unknown, 'not-found'],
    ],
  );
  assert.deepEqual(
    results.map(({ changed }) => changed),
    [true, false, false],
  );
  const again = await act(paths.acknowledgeMany, { incidentIds: [incident.id] });
  const [same] = z.array(AcknowledgeResult).parse(await again.json());
  assert.deepEqual([same?.changed, same?.problem], [false, null]);
  const tooMany = Array.from({ length: maxAcknowledged + 1 }, () => unknown);
  assert.equal((await act(paths.acknowledgeMany, { incidentIds: tooMany })).status, 400);
  assert.equal((await act(paths.acknowledgeMany, { incidentIds: [] })).status, 400);
});

test('incidents of others are not found among many, and stay as they are', async () => {
  const { house, incident } = await opened();
  const cookie = await house.join('admin');
  const json = { incidentIds: [incident.id] };
  const response = await house.call('POST', paths.acknowledgeMany, { cookie, json });
  const [result] = z.array(AcknowledgeResult).parse(await response.json());
  assert.equal(result?.problem?.code, 'not-found');
  assert.deepEqual(await house.deps.records.incidents.find(incident.id), incident);
});

test('who only looks can do none of it', async () => {
  const { house, incident } = await opened();
  const { id } = incident;
  const cookie = await house.join('viewer');
  for (const path of [paths.assign(id), paths.note(id), paths.escalate(id), paths.reopen(id)]) {
    assert.equal((await house.call('POST', path, { cookie, json: {} })).status, 403, path);
  }
});
