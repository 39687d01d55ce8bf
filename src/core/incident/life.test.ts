// The life of an incident in people's hands.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { at, episode, openScene, type Scene } from '../../../test/houses/incident.ts';
import { branded, type MemberId, type OrganizationId } from '../brand.ts';
import { errorCode, VedetteError } from '../errors.ts';
import { clipSpan } from './clip.ts';
import { handleSighting } from './handle-sighting.ts';
import { type Resolution, resolutions } from './incident.ts';
import { acknowledgeIncident, resolveIncident } from './life.ts';

const others = branded<OrganizationId>('00000000-0000-7000-8000-000000000001');
const colleague = branded<MemberId>('00000000-0000-7000-8000-000000000002');

async function openedIncident(scene: Scene) {
  await scene.arm('armed-away', -600);
  const { opened } = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  if (opened === null) throw new Error('No incident was opened.');
  return { incidentId: opened.id, memberId: scene.memberId };
}

async function sceneWithIncident(t: TestContext) {
  const scene = await openScene();
  t.after(() => scene.close());
  return { scene, act: await openedIncident(scene) };
}

test('acknowledging again changes nothing for the same person, and is refused to another', async (t) => {
  const { scene, act } = await sceneWithIncident(t);
  const first = await acknowledgeIncident(scene.deps, scene.caller, act);
  assert.equal(first.state, 'acknowledged');
  scene.published.length = 0;
  assert.deepEqual(await acknowledgeIncident(scene.deps, scene.caller, act), first);
  assert.deepEqual(scene.published, []);
  await assert.rejects(acknowledgeIncident(scene.deps, scene.caller, { ...act, memberId: colleague }), {
    code: 'incident-state',
  });
  const steps = await scene.records.incidents.steps(act.incidentId);
  assert.deepEqual(
    steps.map(({ action, memberId }) => [action, memberId]),
    [
      ['opened', null],
      ['acknowledged', act.memberId],
    ],
  );
});

test('of twenty people who acknowledge at once exactly one succeeds', async (t) => {
  const { scene, act } = await sceneWithIncident(t);
  const people = Array.from({ length: 20 }, (_, index) => branded<MemberId>(`member-${index}`));
  const results = await Promise.allSettled(
    people.map((memberId) => acknowledgeIncident(scene.deps, scene.caller, { ...act, memberId })),
  );
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('an incident of another organization, or of a site out of reach, is not there', async (t) => {
  const { scene, act } = await sceneWithIncident(t);
  const { organizationId, siteId } = scene;
  const elsewhere = { organizationId, reach: new Set([branded<typeof siteId>('elsewhere')]) };
  const nowhere = { organizationId, reach: new Set<typeof siteId>() };
  for (const caller of [{ ...scene.caller, organizationId: others }, elsewhere, nowhere]) {
    await assert.rejects(acknowledgeIncident(scene.deps, caller, act), { code: 'not-found' });
    await assert.rejects(resolveIncident(scene.deps, caller, { ...act, resolution: 'test' }), {
      code: 'not-found',
    });
  }
  assert.equal((await scene.records.incidents.find(act.incidentId))?.state, 'open');
  await acknowledgeIncident(scene.deps, { organizationId, reach: new Set([siteId]) }, act);
});

test('a false alarm and a test let go of the footage, an intrusion keeps it', async (t) => {
  for (const resolution of resolutions) {
    const { scene, act } = await sceneWithIncident(t);
    const resolved = await resolveIncident(scene.deps, scene.caller, { ...act, resolution });
    assert.equal(resolved.resolution, resolution);
    const cameraId = resolved.cameraIds[0] ?? assert.fail();
    const held = await scene.records.holds.overlapping(cameraId, { startAt: at(0), endAt: at(10) });
    assert.equal(held.length, resolution === 'intrusion' ? 1 : 0, resolution);
  }
});

test('whatever people do in whatever order, an incident only moves from open to acknowledged to resolved', async () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('acknowledge' as const), who: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      kind: fc.constant('resolve' as const),
      who: fc.integer({ min: 1, max: 3 }),
      resolution: fc.constantFrom<Resolution>(...resolutions),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 8 }), async (actions) => {
      const scene = await openScene();
      const act = await openedIncident(scene);
      const model = { state: 'open', by: 0, resolution: null as Resolution | null, steps: 1 };
      for (const step of actions) {
        const memberId = branded<MemberId>(`member-${step.who}`);
        const isRepeat =
          step.kind === 'acknowledge' && model.state === 'acknowledged' && model.by === step.who;
        const isAllowed = step.kind === 'acknowledge' ? model.state === 'open' : model.state !== 'resolved';
        if (isAllowed) {
          model.steps += 1;
          if (step.kind === 'acknowledge') Object.assign(model, { state: 'acknowledged', by: step.who });
          else Object.assign(model, { state: 'resolved', resolution: step.resolution });
        }
        const done = await (step.kind === 'acknowledge'
          ? acknowledgeIncident(scene.deps, scene.caller, { ...act, memberId })
          : resolveIncident(scene.deps, scene.caller, { ...act, memberId, resolution: step.resolution })
        ).catch(errorCode);
        if (isAllowed || isRepeat) assert.notEqual(done, 'incident-state');
        else assert.equal(done, 'incident-state');
        const incident = await scene.records.incidents.find(act.incidentId);
        assert.equal(incident?.state, model.state);
        assert.equal(incident.resolution, model.resolution);
        assert.equal((await scene.records.incidents.steps(act.incidentId)).length, model.steps);
        const holds = await scene.records.holds.overlapping(incident.cameraIds[0] ?? assert.fail(), {
          startAt: at(0),
          endAt: at(1),
        });
        assert.equal(holds.length > 0, model.resolution === null || model.resolution === 'intrusion');
      }
      await scene.close();
    }),
    { numRuns: 40 },
  );
});

test('an unknown incident is refused with a code a person can act on', async (t) => {
  const { scene, act } = await sceneWithIncident(t);
  const unknown = { ...act, incidentId: branded<typeof act.incidentId>('nowhere') };
  await assert.rejects(acknowledgeIncident(scene.deps, scene.caller, unknown), VedetteError);
});

test('a clip begins ten seconds before, grows with time and stops at the end of the hold', () => {
  const incident = { startAt: at(0), lastSeenAt: at(20) };
  assert.deepEqual(clipSpan(incident, at(30)), { startAt: at(-10), endAt: at(30) });
  assert.deepEqual(clipSpan(incident, at(9000)), { startAt: at(-10), endAt: at(200) });
  assert.deepEqual(clipSpan(incident, at(-60)), { startAt: at(-10), endAt: at(-10) });
});
