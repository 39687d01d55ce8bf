// "Not again like this": from the incident to the place that alarms no more, and back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { episode, openScene } from '../../../test/houses/incident.ts';
import { branded, type IncidentId, type SiteId } from '../brand.ts';
import { handleSighting } from './handle-sighting.ts';
import { reopenIncident, resolveIncident } from './life.ts';
import { listSuppressions, removeSuppression, suppressIncident } from './suppress.ts';

async function alarmed() {
  const scene = await openScene(2);
  await scene.arm('armed-away', -60);
  const [hall] = scene.cameras;
  assert.ok(hall);
  const sight = episode(scene, hall, 0);
  await handleSighting(scene.deps, sight('began', 1));
  const box = { x: 0.5, y: 0.2, width: 0.1, height: 0.4 };
  await handleSighting(scene.deps, sight('ended', 5, { bestScore: 0.8, bestBox: box }));
  const [incident] = await scene.incidents();
  assert.ok(incident);
  const act = { incidentId: incident.id, memberId: scene.memberId };
  return { scene, hall, incident, act, box };
}

test('the best of what was seen is suppressed in its place, and the incident is a false alarm', async () => {
  const { scene, hall, incident, act, box } = await alarmed();
  const after = await suppressIncident(scene.deps, scene.caller, act);
  assert.deepEqual([after.state, after.resolution], ['resolved', 'false-alarm']);
  const [suppression, ...others] = await listSuppressions(scene.deps, scene.caller, hall.id);
  assert.deepEqual([suppression?.box, suppression?.kind, others.length], [box, 'person', 0]);
  assert.equal(suppression?.incidentId, incident.id);
  const steps = await scene.records.incidents.steps(incident.id);
  assert.ok(steps.some(({ action, memberId }) => action === 'suppressed' && memberId === scene.memberId));
  assert.ok(scene.published.some((event) => event.type === 'camera-changed' && event.cameraId === hall.id));
  assert.deepEqual(await scene.records.holds.ofIncident(incident.id), []);
});

test('asking twice, or after it was resolved as a false alarm, suppresses once', async () => {
  const { scene, hall, act } = await alarmed();
  await resolveIncident(scene.deps, scene.caller, { ...act, resolution: 'false-alarm' });
  await suppressIncident(scene.deps, scene.caller, act);
  await suppressIncident(scene.deps, scene.caller, act);
  assert.equal((await listSuppressions(scene.deps, scene.caller, hall.id)).length, 1);
});

test('what was resolved as an intrusion is not suppressed', async () => {
  const { scene, hall, act } = await alarmed();
  await resolveIncident(scene.deps, scene.caller, { ...act, resolution: 'intrusion' });
  await assert.rejects(suppressIncident(scene.deps, scene.caller, act), { code: 'incident-state' });
  assert.deepEqual(await listSuppressions(scene.deps, scene.caller, hall.id), []);
});

test('what somebody opens again in the same moment is not suppressed', async () => {
  const { scene, hall, incident, act } = await alarmed();
  await resolveIncident(scene.deps, scene.caller, { ...act, resolution: 'false-alarm' });
  const resolved = await scene.records.incidents.find(incident.id);
  await reopenIncident(scene.deps, scene.caller, act);
  const incidents = { ...scene.records.incidents, find: async () => resolved };
  const late = { ...scene.deps, records: { ...scene.records, incidents } };
  await assert.rejects(suppressIncident(late, scene.caller, act), { code: 'incident-state' });
  assert.deepEqual(await listSuppressions(scene.deps, scene.caller, hall.id), []);
});

test('a suppression is taken back by who reaches its site, and by nobody else', async () => {
  const { scene, hall, act } = await alarmed();
  await suppressIncident(scene.deps, scene.caller, act);
  const [suppression] = await listSuppressions(scene.deps, scene.caller, hall.id);
  assert.ok(suppression);
  const elsewhere = { ...scene.caller, reach: new Set([branded<SiteId>('another')]) };
  for (const attempt of [
    () => removeSuppression(scene.deps, elsewhere, suppression.id),
    () => listSuppressions(scene.deps, elsewhere, hall.id),
    () => suppressIncident(scene.deps, elsewhere, act),
    () => suppressIncident(scene.deps, scene.caller, { ...act, incidentId: branded<IncidentId>('none') }),
  ]) {
    await assert.rejects(attempt, { code: 'not-found' });
  }
  await removeSuppression(scene.deps, scene.caller, suppression.id);
  assert.deepEqual(await listSuppressions(scene.deps, scene.caller, hall.id), []);
});
