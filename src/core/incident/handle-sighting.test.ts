// From sighting to incident.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import {
  at,
  email,
  episode,
  noon,
  openScene,
  picture,
  type Scene,
  webhook,
} from '../../../test/houses/incident.ts';
import { site } from '../../../test/houses/rows.ts';
import { personalChannelId } from '../alert/audience.ts';
import type { Member } from '../organization/organization.ts';
import { type AlertPreferences, defaultPreferences } from '../alert/preferences.ts';
import type { CameraId, EpochMs } from '../brand.ts';
import { branded } from '../brand.ts';
import type { Sighting } from '../detection/detection.ts';
import type { Path } from '../detection/path.ts';
import type { Recording } from '../footage/recording.ts';
import { newId } from '../identifiers.ts';
import type { Records } from '../ports/records.ts';
import { armSite } from '../site/arming.ts';
import type { Arming } from '../site/site.ts';
import { firstAlarm } from './alarming.ts';
import { endStaleIncidents } from './end-stale-incidents.ts';
import { handleSighting } from './handle-sighting.ts';
import { resolveIncident } from './life.ts';
import { readSnapshot } from './snapshot.ts';

async function armedScene(t: TestContext, cameraCount = 1): Promise<Scene> {
  const scene = await openScene(cameraCount);
  t.after(() => scene.close());
  await scene.arm('armed-away', -600);
  return scene;
}

async function actions({ records }: Scene, id: Parameters<typeof records.incidents.steps>[0]) {
  return (await records.incidents.steps(id)).map((step) => step.action);
}

test('a person at an armed site opens an incident with a step, a hold, a picture and an alert a channel', async (t) => {
  const scene = await armedScene(t);
  const { records } = scene;
  await scene.addChannel(email);
  await scene.addChannel(webhook);
  const person = episode(scene, scene.cameras[0], 0);

  const { opened, incident, cutCameras } = await handleSighting(scene.deps, person('began', 1));

  assert.ok(opened !== null);
  assert.deepEqual(incident, opened);
  assert.deepEqual(await records.incidents.find(opened.id), opened);
  assert.equal(opened.state, 'open');
  assert.equal(opened.startAt, at(0));
  assert.equal(opened.endAt, null);
  assert.deepEqual(cutCameras, opened.cameraIds);
  assert.deepEqual(await actions(scene, opened.id), ['opened']);
  const [hold] = await records.holds.ofIncident(opened.id);
  assert.deepEqual([hold?.startAt, hold?.endAt], [at(-180), at(181)]);
  assert.deepEqual(await readSnapshot(scene.deps, opened), Uint8Array.from(picture(0)));
  const alerts = await records.alerts.ofIncident(opened.id);
  assert.deepEqual(
    alerts.map((alert) => alert.state),
    ['waiting', 'waiting'],
  );
  const messages = await alertMessages(scene);
  assert.deepEqual(
    messages.map(({ topic, id, payload }) => [topic, id, JSON.parse(payload)]).sort(),
    alerts.map(({ id }) => ['alerts', id, { alertId: id }]).sort(),
  );
  assert.deepEqual(
    scene.published.map((event) => event.type),
    ['incident-changed', 'timeline-grew'],
  );
});

test('at a disarmed site a person leaves a track and nothing else', async (t) => {
  const scene = await openScene();
  t.after(() => scene.close());
  const person = episode(scene, scene.cameras[0], 0);
  for (const sighting of [person('began', 1), person('continues', 5), person('ended', 6)]) {
    const handled = await handleSighting(scene.deps, sighting);
    assert.deepEqual(handled, { opened: null, incident: null, cutCameras: [] });
  }
  assert.deepEqual(await scene.incidents(), []);
  assert.deepEqual(await Array.fromAsync(scene.blobs.list('')), []);
  const [track] = await scene.records.tracks.list(person('began', 1).cameraId, {
    startAt: at(0),
    endAt: at(9),
  });
  assert.equal(track?.endAt, at(6));
});

test('a track keeps the way as it grows, and late news does not shorten it', async (t) => {
  const scene = await openScene();
  t.after(() => scene.close());
  const person = episode(scene, scene.cameras[0], 0);
  const way = (seconds: number): Path[] => [
    [
      { at: at(0), x: 0.1, y: 0.9 },
      { at: at(seconds), x: (10 + seconds) / 100, y: 0.9 },
    ],
  ];
  const stored = async () => {
    const { cameraId } = person('began', 1);
    const [track] = await scene.records.tracks.list(cameraId, { startAt: at(0), endAt: at(9) });
    return track?.paths;
  };
  for (const [phase, seconds] of [
    ['began', 1],
    ['continues', 5],
    ['ended', 6],
  ] as const) {
    await handleSighting(scene.deps, person(phase, seconds, { paths: way(seconds) }));
    assert.deepEqual(await stored(), way(seconds));
  }
  await handleSighting(scene.deps, person('ended', 5, { paths: way(5), bestScore: 0.9 }));
  assert.deepEqual(await stored(), way(6));
});

test('what touches no zone, as vehicles and animals by default, leaves a track but opens no incident', async (t) => {
  const scene = await armedScene(t);
  for (const kind of ['vehicle', 'animal'] as const) {
    const sighting = episode(scene, scene.cameras[0], 0)('began', 1, { kind });
    assert.equal((await handleSighting(scene.deps, sighting)).incident, null);
  }
  const { id } = scene.cameras[0] ?? assert.fail();
  assert.equal((await scene.records.tracks.list(id, { startAt: at(0), endAt: at(9) })).length, 2);
});

test('a sighting of a removed camera is dropped', async (t) => {
  const scene = await armedScene(t);
  const person = episode(scene, scene.cameras[0], 0);
  await scene.records.cameras.delete(person('began', 1).cameraId);
  assert.equal((await handleSighting(scene.deps, person('began', 1))).incident, null);
});

test('armed at home alarms as armed away does', async (t) => {
  const scene = await armedScene(t);
  await scene.arm('armed-home', -300);
  assert.ok((await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1))).opened);
});

test('late news is judged by the arming at its own time', async (t) => {
  const scene = await openScene();
  t.after(() => scene.close());
  await scene.arm('armed-away', 100);
  await scene.arm('disarmed', 200);
  await scene.clock.advance(3_600_000);
  const whileArmed = episode(scene, scene.cameras[0], 150)('ended', 160);
  const before = episode(scene, scene.cameras[0], 50)('ended', 60);
  const after = episode(scene, scene.cameras[0], 250)('ended', 260);
  assert.equal((await handleSighting(scene.deps, before)).incident, null);
  assert.equal((await handleSighting(scene.deps, after)).incident, null);
  const { opened } = await handleSighting(scene.deps, whileArmed);
  assert.equal(opened?.endAt, at(160));
  assert.equal(opened?.openedAt, at(3600));
});

test('after a step of the clock an armed site alarms and a disarmed one does not, on every time line', async () => {
  const armings = fc.constantFrom<Arming>('disarmed', 'armed-home', 'armed-away');
  const act = fc.record({ arming: armings, stepMs: fc.constantFrom(0, -3_600_000, 3_600_000, -600_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), async (acts) => {
      const scene = await openScene(2);
      const { siteId, clock } = scene;
      // One camera has recorded all the time, so that its line never went back; one begins after each step.
      let lineMs: number = clock.now();
      for (const { arming, stepMs } of acts) {
        await clock.advance(120_000);
        lineMs = Math.max(clock.now(), lineMs + 120_000);
        clock.step(stepMs);
        lineMs = Math.max(clock.now(), lineMs);
        await armSite(scene.deps, scene.caller, { siteId, arming, by: { kind: 'schedule' } });
        await clock.advance(5_000);
        lineMs += 5_000;
        for (const nowMs of [lineMs, clock.now()]) {
          const second = (nowMs - noon) / 1000;
          const seen = episode(scene, scene.cameras[0], second)('began', second);
          const { cameraId, touches } = seen;
          const alarm = await firstAlarm({ tx: scene.records, clock }, { siteId, cameraId }, touches);
          assert.equal(alarm !== null, (await scene.records.sites.find(siteId))?.arming !== 'disarmed');
        }
      }
      await scene.close();
    }),
    { numRuns: 60 },
  );
});

test('late news of hours ago does not stretch the incident of now', async (t) => {
  const scene = await openScene(2);
  t.after(() => scene.close());
  await scene.arm('armed-away', -20_000);
  const now = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  const late = await handleSighting(scene.deps, episode(scene, scene.cameras[1], -7200)('ended', -7100));
  assert.ok(now.opened !== null && late.opened !== null);
  assert.notEqual(now.opened.id, late.opened.id);
  assert.equal((await scene.records.incidents.find(now.opened.id))?.startAt, at(0));
  const more = await handleSighting(scene.deps, episode(scene, scene.cameras[0], -7080)('ended', -7070));
  assert.equal(more.incident?.id, late.opened.id);
});

test('who is still there after the site was armed alarms, from then on only', async (t) => {
  const scene = await openScene();
  t.after(() => scene.close());
  const person = episode(scene, scene.cameras[0], -1800);
  assert.equal((await handleSighting(scene.deps, person('began', -1799))).opened, null);
  await scene.arm('armed-away', 0);
  assert.equal((await handleSighting(scene.deps, person('continues', -1))).opened, null);
  const { opened } = await handleSighting(scene.deps, person('continues', 1));
  assert.equal(opened?.startAt, at(1));
  assert.equal((await handleSighting(scene.deps, person('continues', 4))).opened, null);
  assert.equal((await scene.incidents()).length, 1);
});

test('disarming neither ends nor loses an incident, but new visitors do not prolong it', async (t) => {
  const scene = await armedScene(t, 2);
  const intruder = episode(scene, scene.cameras[0], 0);
  const { opened } = await handleSighting(scene.deps, intruder('began', 1));
  await scene.arm('disarmed', 5);
  const owner = episode(scene, scene.cameras[1], 8);
  assert.equal((await handleSighting(scene.deps, owner('began', 9))).incident, null);
  assert.equal((await handleSighting(scene.deps, intruder('continues', 10))).incident?.lastSeenAt, at(10));
  const { incident } = await handleSighting(scene.deps, intruder('ended', 12));
  assert.equal(incident?.id, opened?.id);
  assert.equal(incident?.endAt, at(12));
  assert.deepEqual(incident?.cameraIds, opened?.cameraIds);
});

test('forty parallel sightings by five cameras open one incident and one alert a channel', async (t) => {
  const scene = await armedScene(t, 5);
  await scene.addChannel(email);
  await scene.addChannel(webhook);
  const people = Array.from({ length: 40 }, (_, index) =>
    episode(scene, scene.cameras[index % 5], (index % 7) / 10),
  );
  const handled = await Promise.all(
    people.map((person, index) =>
      handleSighting(scene.deps, person(index % 3 === 0 ? 'continues' : 'began', 1 + (index % 4) / 10)),
    ),
  );

  assert.equal(handled.filter(({ opened }) => opened !== null).length, 1);
  const incidents = await scene.incidents();
  assert.equal(incidents.length, 1);
  const incident = incidents[0] ?? assert.fail();
  assert.deepEqual([...incident.cameraIds].sort(), scene.cameras.map(({ id }) => id).sort());
  assert.equal((await scene.records.alerts.ofIncident(incident.id)).length, 2);
  assert.equal((await alertMessages(scene)).length, 2);
  assert.equal((await scene.records.holds.ofIncident(incident.id)).length, 5);
  assert.deepEqual(await actions(scene, incident.id), ['opened', 'joined', 'joined', 'joined', 'joined']);
  assert.equal((await scene.records.images.page(null, 100)).length, 1);
  assert.equal((await Array.fromAsync(scene.blobs.list(''))).length, 1);
});

test('handling the same sightings again changes nothing', async (t) => {
  const scene = await armedScene(t);
  await scene.addChannel(email);
  const person = episode(scene, scene.cameras[0], 0);
  const sightings = [person('began', 1), person('continues', 10), person('ended', 12)];
  for (const sighting of sightings) await handleSighting(scene.deps, sighting);
  const [incident] = await scene.incidents();
  const steps = await scene.records.incidents.steps(incident?.id ?? assert.fail());
  scene.published.length = 0;
  for (const sighting of sightings) {
    const { opened, cutCameras } = await handleSighting(scene.deps, sighting);
    assert.equal(opened, null);
    assert.deepEqual(cutCameras, []);
  }
  assert.deepEqual(await scene.incidents(), [incident]);
  assert.deepEqual(await scene.records.incidents.steps(incident?.id ?? assert.fail()), steps);
  assert.equal((await alertMessages(scene)).length, 1);
  assert.deepEqual(scene.published, []);
});

test('an incident ends with the episode that saw last, and cuts all its cameras', async (t) => {
  const scene = await armedScene(t, 2);
  const first = episode(scene, scene.cameras[0], 0);
  const second = episode(scene, scene.cameras[1], 5);
  await handleSighting(scene.deps, first('began', 1));
  const joined = await handleSighting(scene.deps, second('began', 6));
  assert.deepEqual(joined.cutCameras, [second('began', 6).cameraId]);
  await handleSighting(scene.deps, second('continues', 12));
  const halfway = await handleSighting(scene.deps, first('ended', 8));
  assert.equal(halfway.incident?.endAt, null);
  assert.deepEqual(halfway.cutCameras, []);
  const over = await handleSighting(scene.deps, second('ended', 20));
  assert.ok(over.incident !== null);
  assert.equal(over.incident.endAt, at(20));
  assert.deepEqual(over.cutCameras, over.incident.cameraIds);
  assert.deepEqual(await actions(scene, over.incident.id), ['opened', 'joined', 'ended']);
  for (const hold of await scene.records.holds.ofIncident(over.incident.id))
    assert.equal(hold.endAt, at(200));
});

test('whatever order the sightings of three cameras arrive in, it is one incident and it ends', async () => {
  const visits = fc.array(fc.record({ gap: fc.nat(8), stay: fc.integer({ min: 1, max: 8 }) }), {
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(fc.tuple(visits, visits, visits), fc.infiniteStream(fc.nat(2)), async (plan, turns) => {
      const scene = await openScene(3);
      await scene.arm('armed-away', -600);
      const lanes = plan.map((stays, camera) => sightingsOf(scene, camera, stays));
      const all = lanes.flat();
      for (const turn of turns) {
        if (lanes.every((lane) => lane.length === 0)) break;
        const sighting = lanes[turn]?.shift();
        if (sighting !== undefined) await handleSighting(scene.deps, sighting);
      }
      const incidents = await scene.incidents();
      assert.equal(incidents.length, all.length === 0 ? 0 : 1);
      for (const incident of incidents) {
        assert.equal(incident.startAt, Math.min(...all.map(({ startAt }) => startAt)));
        assert.equal(incident.endAt, Math.max(...all.map(({ lastSeenAt }) => lastSeenAt)));
        assert.equal(incident.lastSeenAt, incident.endAt);
        assert.deepEqual(new Set(incident.cameraIds), new Set(all.map(({ cameraId }) => cameraId)));
      }
      await scene.close();
    }),
    { numRuns: 60 },
  );
});

/** The sightings of one camera before which somebody stays now and then; all within less than a minute. */
function sightingsOf(
  scene: Scene,
  camera: number,
  stays: readonly { gap: number; stay: number }[],
): Sighting[] {
  const sightings: Sighting[] = [];
  let seconds = 0;
  for (const { gap, stay } of stays) {
    const from = seconds + gap;
    const person = episode(scene, scene.cameras[camera], from);
    sightings.push(person('began', from + 0.5));
    for (let second = 1; second <= stay; second += 1) sightings.push(person('continues', from + second));
    sightings.push(person('ended', from + stay));
    seconds = from + stay + 1;
  }
  return sightings;
}

test('who comes back within half a minute is the same incident, and a minute later another', async (t) => {
  const scene = await armedScene(t);
  const { opened } = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  await handleSighting(scene.deps, { ...episode(scene, scene.cameras[0], 0)('ended', 5) });
  const back = episode(scene, scene.cameras[0], 34);
  const { incident } = await handleSighting(scene.deps, back('began', 35));
  assert.equal(incident?.id, opened?.id);
  assert.equal(incident?.endAt, null);
  await handleSighting(scene.deps, back('ended', 60));
  const another = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 91)('began', 92));
  assert.notEqual(another.opened, null);
  assert.deepEqual(await actions(scene, opened?.id ?? assert.fail()), ['opened', 'ended', 'joined', 'ended']);
});

test('where people come and go all day, somebody new is told of every five minutes', async (t) => {
  const scene = await armedScene(t);
  const opened = new Set<string>();
  for (let start = 0; start < 900; start += 20) {
    const visitor = episode(scene, scene.cameras[0], start);
    const { incident } = await handleSighting(scene.deps, visitor('began', start + 1));
    await handleSighting(scene.deps, visitor('ended', start + 10));
    opened.add(incident?.id ?? assert.fail());
  }
  assert.equal(opened.size, 3);
});

test('a person who stays for three hours is one incident, however many pass by', async (t) => {
  const scene = await armedScene(t, 2);
  const stays = episode(scene, scene.cameras[0], 0);
  const { opened } = await handleSighting(scene.deps, stays('began', 1));
  for (let second = 150; second <= 3 * 3_600; second += 150) {
    await handleSighting(scene.deps, episode(scene, scene.cameras[1], second)('began', second + 1));
    const { incident } = await handleSighting(scene.deps, stays('continues', second + 2));
    assert.equal(incident?.id, opened?.id);
  }
});

test('who comes after the site was disarmed and armed again is news, however soon', async (t) => {
  const scene = await armedScene(t);
  const first = episode(scene, scene.cameras[0], 0);
  await handleSighting(scene.deps, first('began', 1));
  await handleSighting(scene.deps, first('ended', 5));
  await scene.arm('disarmed', 8);
  await scene.arm('armed-away', 9);
  const { opened } = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 12)('began', 13));
  assert.notEqual(opened, null);
});

test('an incident that lost its episode swallows no later alarm', async (t) => {
  const scene = await armedScene(t);
  await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  const hoursLater = episode(scene, scene.cameras[0], 7200)('began', 7201);
  assert.notEqual((await handleSighting(scene.deps, hoursLater)).opened, null);
});

test('after a crash what saw nobody for two minutes is ended, once, and what goes on is left alone', async (t) => {
  const scene = await armedScene(t);
  const { opened } = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  assert.deepEqual(await endStaleIncidents(scene.deps), []);
  await scene.clock.advance(100_000);
  assert.deepEqual(await endStaleIncidents(scene.deps), []);
  await scene.clock.advance(22_000);
  const [ended] = await endStaleIncidents(scene.deps);
  assert.equal(ended?.id, opened?.id);
  assert.equal(ended?.endAt, at(1));
  assert.deepEqual(await endStaleIncidents(scene.deps), []);
  assert.deepEqual(await actions(scene, ended?.id ?? assert.fail()), ['opened', 'ended']);
});

test('setting the clock neither ends an incident that goes on nor keeps one from ending', async (t) => {
  for (const stepMs of [-3_600_000, 3_600_000]) {
    const scene = await armedScene(t);
    const person = episode(scene, scene.cameras[0], 0);
    await handleSighting(scene.deps, person('began', 1));
    await endStaleIncidents(scene.deps);
    scene.clock.step(stepMs);
    for (let minute = 1; minute <= 3; minute += 1) {
      await scene.clock.advance(60_000);
      await handleSighting(scene.deps, person('continues', minute * 60));
      assert.deepEqual(await endStaleIncidents(scene.deps), []);
    }
    await scene.clock.advance(61_000);
    scene.clock.step(stepMs);
    assert.deepEqual(await endStaleIncidents(scene.deps), []);
    await scene.clock.advance(60_000);
    assert.equal((await endStaleIncidents(scene.deps)).length, 1);
  }
});

test('who has been dealt with does not alarm again while in the picture, and does when coming back', async (t) => {
  const scene = await armedScene(t);
  const person = episode(scene, scene.cameras[0], 0);
  const { opened } = await handleSighting(scene.deps, person('began', 1));
  const incidentId = opened?.id ?? assert.fail();
  await resolveIncident(scene.deps, scene.caller, { ...scene, incidentId, resolution: 'false-alarm' });
  assert.equal((await handleSighting(scene.deps, person('continues', 5))).opened, null);
  const { incident } = await handleSighting(scene.deps, person('ended', 9));
  assert.equal(incident?.id, incidentId);
  assert.equal(incident?.endAt, at(9));
  assert.equal(incident?.state, 'resolved');
  assert.deepEqual(await scene.records.holds.overlapping(person('began', 1).cameraId, aroundNoon), []);
  const back = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 20)('began', 21));
  assert.notEqual(back.opened, null);
});

const aroundNoon = { startAt: at(-600), endAt: at(600) };

test('the evidence of an intrusion grows after it was resolved as one', async (t) => {
  const scene = await armedScene(t);
  const person = episode(scene, scene.cameras[0], 0);
  const { opened } = await handleSighting(scene.deps, person('began', 1));
  const incidentId = opened?.id ?? assert.fail();
  await resolveIncident(scene.deps, scene.caller, { ...scene, incidentId, resolution: 'intrusion' });
  await handleSighting(scene.deps, person('ended', 60));
  const [hold] = await scene.records.holds.ofIncident(incidentId);
  assert.equal(hold?.endAt, at(240));
});

test('recordings under the hold become evidence, others keep their class', async (t) => {
  const scene = await armedScene(t);
  const cameraId = scene.cameras[0]?.id ?? assert.fail();
  const record = (start: number) => scene.records.recordings.insert(recording(scene, cameraId, start));
  for (const start of [-600, -60, 0]) await record(start);
  const person = episode(scene, scene.cameras[0], 0);
  await handleSighting(scene.deps, person('began', 1));
  for (const start of [60, 300]) await record(start);
  await handleSighting(scene.deps, person('ended', 10));
  const kept = await scene.records.recordings.list(cameraId, { startAt: at(-900), endAt: at(900) });
  assert.deepEqual(
    kept.map((it) => it.retentionClass),
    ['idle', 'incident', 'incident', 'incident', 'idle'],
  );
});

test('a track that goes on is not written at every sighting', async (t) => {
  const scene = await armedScene(t);
  const person = episode(scene, scene.cameras[0], 0);
  await handleSighting(scene.deps, person('began', 1));
  scene.published.length = 0;
  for (let tenths = 11; tenths <= 60; tenths += 1) {
    await handleSighting(scene.deps, person('continues', tenths / 10));
  }
  assert.deepEqual(
    scene.published.map((event) => event.type),
    Array.from({ length: 5 }, () => ['incident-changed', 'timeline-grew']).flat(),
  );
});

function recording(scene: Scene, cameraId: CameraId, startSeconds: number): Recording {
  const { organizationId, siteId, clock } = scene;
  const id = newId<Recording['id']>(clock);
  const sha256 = branded<Recording['sha256']>('0'.repeat(64));
  return {
    id,
    organizationId,
    siteId,
    cameraId,
    startAt: at(startSeconds),
    endAt: branded<EpochMs>(at(startSeconds) + 60_000),
    fragments: [],
    sizeBytes: 0,
    sha256,
    blobKey: `footage/${id}`,
    initSha256: sha256,
    wrappedKey: { epoch: 1, ciphertext: 'AA' },
    retentionClass: 'idle',
    clock: { state: 'synchronized', offsetMs: 0 },
  };
}

test('members who asked for it and reach the site are told once each, beside the channels', async (t) => {
  const scene = await armedScene(t);
  const { records, organizationId } = scene;
  const shop = site({ id: organizationId });
  await records.sites.insert(shop);
  const channel = await scene.addChannel(email);
  const owner = await scene.addMember();
  const manager = await scene.addMember({ role: 'manager', siteIds: [] });
  const wants = (member: Member, change: Partial<AlertPreferences>) =>
    records.preferences.put({ ...defaultPreferences(member), ...change }, organizationId);
  await wants(manager, { channels: ['email'], atOnce: true });
  await wants(await scene.addMember(), { channels: [] });
  // A manager who did not ask to be told at once is told when nobody else answers.
  await wants(await scene.addMember({ role: 'manager', siteIds: [] }), { channels: ['email'] });
  await scene.addMember({ siteIds: [shop.id] });
  await scene.addMember({ siteIds: [] });
  // The same mailbox is a channel of the organization already.
  await scene.addMember({ email: email.address });
  const { opened } = await handleSighting(scene.deps, episode(scene, scene.cameras[0], 0)('began', 1));
  const told = await records.alerts.ofIncident(opened?.id ?? assert.fail());
  assert.deepEqual(
    new Set(told.map(({ channelId }) => channelId)),
    new Set([channel.id, personalChannelId(owner, 'email'), personalChannelId(manager, 'email')]),
  );
  assert.equal(told.length, 3);
  assert.deepEqual(await records.channels.list(organizationId), [channel]);
});

async function alertMessages({ records }: Scene) {
  return (await records.outbox.list(100)).filter(({ topic }) => topic === 'alerts');
}

test('a sight that changes nothing begins no transaction: of those there is one at a time', async (t) => {
  const scene = await openScene();
  t.after(() => scene.close());
  await scene.arm('armed-away', -600);
  let begun = 0;
  const records: Records = {
    ...scene.records,
    transaction: (work) => {
      begun += 1;
      return scene.records.transaction(work);
    },
  };
  const seen = episode(scene, scene.cameras[0], 0);
  const counts: number[] = [];
  for (const seconds of [0, 0.5, 0.9, 1.5, 2]) {
    await handleSighting({ ...scene.deps, records }, seen(seconds === 0 ? 'began' : 'continues', seconds));
    counts.push(begun);
  }
  assert.deepEqual(counts, [1, 1, 1, 2, 2]);
  const [incident] = await scene.incidents();
  assert.equal(incident?.lastSeenAt, at(1.5));
});
