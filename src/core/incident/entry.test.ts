import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { at, email, episode, openScene } from '../../../test/houses/incident.ts';
import { branded, type CameraId, type MemberId } from '../brand.ts';
import type { Touch } from '../detection/detection.ts';
import { newId } from '../identifiers.ts';
import { secret } from '../secret.ts';
import { armSite } from '../site/arming.ts';
import { bypassCamera, endBypass } from '../site/bypass.ts';
import type { Arming } from '../site/site.ts';
import { changeSite } from '../site/sites.ts';
import { retimeEntry } from './entry.ts';
import { settleEntry } from './entry-due.ts';
import { handleSighting } from './handle-sighting.ts';

const by = { kind: 'member', memberId: branded<MemberId>('ada') } as const;

/** A touch of a zone that alarms whenever the site is armed; seconds after noon. */
function touch(kind: Touch['kind'], since: number, until = since): Touch {
  const armings = ['armed-home', 'armed-away'] as const;
  return { zoneId: branded(`zone ${kind}`), kind, armings, since: at(since), until: at(until) };
}

/** A site armed away long ago that gives 30 s to disarm and 60 s to leave; it is noon. */
async function armed(t: TestContext | null, cameraCount = 1) {
  const scene = await openScene(cameraCount);
  t?.after(() => scene.close());
  const { deps, caller, siteId } = scene;
  await scene.arm('armed-away', -3600);
  await changeSite(deps, caller, { siteId, entryDelaySeconds: 30, exitDelaySeconds: 60 });
  const arm = (arming: Arming, more: { now?: boolean } = {}) =>
    armSite(deps, caller, { siteId, arming, by, ...more });
  return {
    ...scene,
    arm,
    disarm: () => arm('disarmed'),
    /** The person of `seen` at `seconds`, with touches. */
    see: (
      seen: ReturnType<typeof episode>,
      phase: Parameters<typeof seen>[0],
      seconds: number,
      ...touches: Touch[]
    ) => handleSighting(deps, seen(phase, seconds, { touches })),
    entry: async () => (await scene.records.entries.list(siteId, 10))[0] ?? assert.fail('Nobody came in.'),
    /** What the worker does when the timers up to now are due. */
    due: async () => {
      for (const { topic, payload, id } of await scene.records.outbox.list(100, scene.clock.now())) {
        if (topic !== 'entries') continue;
        await settleEntry(deps, JSON.parse(payload).entryId);
        await scene.records.outbox.remove([id]);
      }
    },
  };
}

test('who comes in by the entry and disarms in time is no incident, and no picture of them is kept', async (t) => {
  const scene = await armed(t);
  await scene.addChannel(email);
  const seen = episode(scene, scene.cameras[0], 0);
  await scene.see(seen, 'began', 1, touch('entry', 0, 1));
  assert.deepEqual(await scene.incidents(), []);
  const running = await scene.entry();
  assert.deepEqual([running.state, running.startAt, running.dueAt], ['running', at(0), at(30)]);
  assert.notEqual(running.snapshotId, null);
  await scene.clock.advance(20_000);
  await scene.disarm();
  await scene.see(seen, 'continues', 21, touch('entry', 0, 21), touch('watch', 15, 21));
  await scene.clock.advance(60_000);
  await scene.due();
  await scene.see(seen, 'ended', 60, touch('entry', 0, 60), touch('watch', 15, 60));
  assert.deepEqual(await scene.incidents(), []);
  assert.deepEqual(await scene.records.outbox.list(10), []);
  const ended = await scene.entry();
  assert.deepEqual(
    [ended.state, ended.endedAt, ended.endedBy, ended.snapshotId],
    ['disarmed', at(20), by, null],
  );
  assert.equal(running.snapshotId && (await scene.records.images.find(running.snapshotId)), null);
});

test('who does not disarm is an incident since the first touch, with the picture and all who were seen', async (t) => {
  const scene = await armed(t, 2);
  await scene.addChannel(email);
  const [door, hall] = [episode(scene, scene.cameras[0], 0), episode(scene, scene.cameras[1], 10)];
  await scene.see(door, 'began', 1, touch('entry', 0, 1));
  await scene.see(hall, 'began', 11, touch('watch', 10, 11));
  await scene.see(door, 'ended', 12, touch('entry', 0, 3));
  await scene.see(hall, 'continues', 14, touch('watch', 10, 14));
  assert.deepEqual(await scene.incidents(), []);
  await scene.clock.advance(30_000);
  await scene.due();
  assert.deepEqual(await scene.incidents(), []);
  await scene.clock.advance(1);
  await scene.due();
  const [incident = assert.fail(), ...more] = await scene.incidents();
  assert.deepEqual(more, []);
  assert.deepEqual([incident.startAt, incident.endAt, incident.state], [at(0), null, 'open']);
  assert.deepEqual(
    incident.cameraIds,
    scene.cameras.map(({ id }) => id),
  );
  assert.ok(incident.snapshotId !== null && (await scene.records.images.find(incident.snapshotId)) !== null);
  assert.equal((await scene.records.alerts.ofIncident(incident.id)).length, 1);
  const ended = await scene.entry();
  assert.deepEqual([ended.state, ended.incidentId], ['alarmed', incident.id]);
  // What follows belongs to it, and a message that comes twice changes nothing.
  await settleEntry(scene.deps, ended.id);
  await scene.see(hall, 'continues', 32, touch('watch', 10, 32));
  assert.equal((await scene.incidents()).length, 1);
});

test('disarming at the very moment is in time; a millisecond later it is not', async (t) => {
  for (const lateMs of [0, 1]) {
    const scene = await armed(t);
    await scene.see(episode(scene, scene.cameras[0], 0), 'began', 0, touch('entry', 0));
    await scene.clock.advance(30_000 + lateMs);
    await scene.disarm();
    await scene.due();
    await scene.clock.advance(1);
    await scene.due();
    assert.equal((await scene.entry()).state, lateMs === 0 ? 'disarmed' : 'alarmed');
    assert.equal((await scene.incidents()).length, lateMs);
  }
});

test('who is seen elsewhere before anybody came in alarms at once, and the entry joins that incident', async (t) => {
  const scene = await armed(t, 2);
  const [garden, door] = [episode(scene, scene.cameras[0], 0), episode(scene, scene.cameras[1], 5)];
  await scene.see(door, 'began', 6, touch('entry', 5, 6));
  // Late news of somebody who was in the garden before.
  const { opened } = await scene.see(garden, 'began', 1, touch('watch', 0, 1));
  assert.equal(opened?.startAt, at(0));
  await scene.clock.advance(40_000);
  await scene.due();
  assert.equal((await scene.incidents()).length, 1);
  assert.equal((await scene.entry()).incidentId, opened?.id);
});

test('a watch touch alarms at once where nobody came in, also when the entry is reached later', async (t) => {
  const scene = await armed(t);
  const seen = episode(scene, scene.cameras[0], 0);
  const { opened } = await scene.see(seen, 'began', 1, touch('watch', 0, 1));
  assert.notEqual(opened, null);
  await scene.see(seen, 'continues', 5, touch('watch', 0, 5), touch('entry', 4, 5));
  assert.deepEqual(await scene.records.entries.list(scene.siteId, 10), []);
});

test('in a moment that touches both, the entry counts', async (t) => {
  const scene = await armed(t);
  await scene.see(
    episode(scene, scene.cameras[0], 0),
    'began',
    1,
    touch('watch', 0, 1),
    touch('entry', 0, 1),
  );
  assert.equal((await scene.entry()).state, 'running');
});

test('without an entry delay an entry alarms at once', async (t) => {
  const scene = await armed(t);
  await changeSite(scene.deps, scene.caller, { siteId: scene.siteId, entryDelaySeconds: 0 });
  const { opened } = await scene.see(episode(scene, scene.cameras[0], 0), 'began', 1, touch('entry', 0, 1));
  assert.notEqual(opened, null);
});

test('an entry that is told late is judged as it would have been in time', async (t) => {
  const scene = await armed(t);
  await scene.clock.advance(20_000);
  await scene.disarm();
  await scene.clock.advance(600_000);
  // Came in at noon, and disarmed 20 s later: nobody's business.
  await scene.see(episode(scene, scene.cameras[0], 0), 'ended', 10, touch('entry', 0, 10));
  assert.deepEqual(await scene.incidents(), []);
  assert.deepEqual([(await scene.entry()).state, (await scene.entry()).endedAt], ['disarmed', at(20)]);
  // Came in five minutes before the disarming: an intrusion.
  const { opened } = await scene.see(
    episode(scene, scene.cameras[0], -300),
    'ended',
    -290,
    touch('entry', -300, -290),
  );
  assert.equal(opened?.startAt, at(-300));
});

test('two cameras at the same door are one entry', async (t) => {
  const scene = await armed(t, 2);
  await Promise.all(
    scene.cameras.map((camera) => scene.see(episode(scene, camera, 0), 'began', 1, touch('entry', 0, 1))),
  );
  const [running, ...more] = await scene.records.entries.list(scene.siteId, 10);
  assert.deepEqual(more, []);
  assert.equal(running?.waiting.length, 2);
});

test('whoever was at the door when somebody disarmed and armed again alarms again', async (t) => {
  const scene = await armed(t);
  const seen = episode(scene, scene.cameras[0], 0);
  await scene.see(seen, 'began', 1, touch('entry', 0, 1));
  await scene.clock.advance(10_000);
  await scene.disarm();
  await scene.clock.advance(10_000);
  await scene.arm('armed-away', { now: true });
  await scene.see(seen, 'continues', 25, touch('entry', 0, 25));
  const running = await scene.entry();
  assert.deepEqual([running.state, running.startAt], ['running', at(25)]);
});

test('a clock that is set back makes nobody wait longer than the delay', async (t) => {
  const scene = await armed(t);
  await scene.see(episode(scene, scene.cameras[0], 0), 'began', 1, touch('entry', 0, 1));
  scene.clock.step(-3_600_000);
  const tx = { tx: scene.records, clock: scene.clock };
  await retimeEntry(tx, await scene.entry());
  assert.equal((await scene.entry()).dueAt, at(-3600 + 30));
  await scene.clock.advance(30_001);
  await scene.due();
  assert.equal((await scene.incidents()).length, 1);
});

test('while the exit delay runs nobody alarms; at its end who is still there does', async (t) => {
  const scene = await armed(t);
  await scene.disarm();
  await scene.clock.advance(1_000);
  const { site } = await scene.arm('armed-away');
  assert.deepEqual(
    [site.arming, site.armingBefore, site.armingEffectiveAt],
    ['armed-away', 'disarmed', at(61)],
  );
  const seen = episode(scene, scene.cameras[0], 30);
  await scene.see(seen, 'began', 31, touch('watch', 30, 31));
  assert.deepEqual(await scene.incidents(), []);
  const { opened } = await scene.see(seen, 'continues', 61, touch('watch', 30, 61));
  assert.equal(opened?.startAt, at(61));
  const timers = await scene.records.outbox.list(10);
  assert.deepEqual(timers.filter(({ topic }) => topic === 'armings').length, 1);
});

test('nothing on the way to an incident waits for the key of a camera’s password', async (t) => {
  const scene = await armed(t);
  const { deps, caller, siteId, keys } = scene;
  const [demo = assert.fail()] = scene.cameras;
  const links = { url: 'rtsp://door.example.org/', substreamUrl: null, username: 'ada' };
  const source = { kind: 'rtsp', ...links, password: secret('opensesame') } as const;
  const door = { ...demo, id: newId<CameraId>(scene.clock), name: 'Door', source };
  await scene.records.cameras.insert(door);
  const { unwrap } = keys;
  const asked: string[] = [];
  keys.unwrap = async (wrapped, context) => {
    asked.push(context);
    return unwrap(wrapped, context);
  };
  const seen = episode(scene, door, 0);
  await scene.see(seen, 'began', 1, touch('entry', 0, 1));
  await scene.see(seen, 'continues', 3, touch('entry', 0, 3));
  await scene.clock.advance(30_001);
  await scene.due();
  assert.equal((await scene.incidents()).length, 1);
  await bypassCamera(deps, caller, { siteId, cameraId: door.id, until: null, by });
  assert.deepEqual(asked, []);
});

test('a clock that is set back takes nobody out of an entry who came in meanwhile', async (t) => {
  const scene = await armed(t, 2);
  await scene.see(episode(scene, scene.cameras[0], 0), 'began', 1, touch('entry', 0, 1));
  const looked = await scene.entry();
  await scene.see(episode(scene, scene.cameras[1], 2), 'began', 3, touch('watch', 2, 3));
  scene.clock.step(-3_600_000);
  await retimeEntry({ tx: scene.records, clock: scene.clock }, looked);
  const { waiting, dueAt } = await scene.entry();
  assert.deepEqual([waiting.length, dueAt], [2, at(-3600 + 30)]);
});

test('arming again changes nothing while it is under way, unless it is to be now', async (t) => {
  const scene = await armed(t);
  await scene.disarm();
  const first = await scene.arm('armed-away');
  await scene.clock.advance(10_000);
  assert.equal((await scene.arm('armed-away')).site.armingChangedAt, first.site.armingChangedAt);
  const { site } = await scene.arm('armed-away', { now: true });
  assert.equal(site.armingEffectiveAt, site.armingChangedAt);
  assert.equal(await scene.records.sites.armingAt(scene.siteId, scene.clock.now()), 'armed-away');
});

test('a bypassed camera does not alarm until the site is disarmed, its time comes, or it is ended', async (t) => {
  const scene = await armed(t, 2);
  const { deps, caller, siteId } = scene;
  const [gate = assert.fail(), hall = assert.fail()] = scene.cameras;
  const seenBy = async (camera: typeof gate, seconds: number) =>
    (await scene.see(episode(scene, camera, seconds), 'ended', seconds, touch('watch', seconds))).opened !==
    null;
  const order = { siteId, cameraId: gate.id, by };
  await bypassCamera(deps, caller, { ...order, until: at(100) });
  assert.deepEqual([await seenBy(gate, 1), await seenBy(gate, 99)], [false, false]);
  // Judged by the time of the event, also when it is told late.
  await scene.clock.advance(200_000);
  assert.deepEqual([await seenBy(gate, 50), await seenBy(gate, 101)], [false, true]);
  await bypassCamera(deps, caller, { ...order, until: null });
  assert.equal(await seenBy(gate, 201), false);
  await endBypass(deps, caller, order);
  await scene.clock.advance(200_000);
  assert.equal(await seenBy(gate, 400), true);
  await armSite(deps, caller, { siteId, arming: 'disarmed', by });
  await scene.clock.advance(100_000);
  await armSite(deps, caller, { siteId, arming: 'armed-home', by, now: true, bypass: [gate.id] });
  await scene.clock.advance(100_000);
  assert.equal(await seenBy(gate, 590), false);
  assert.equal(await seenBy(hall, 595), true);
  await armSite(deps, caller, { siteId, arming: 'disarmed', by });
  assert.deepEqual(await scene.records.bypasses.active(scene.organizationId, scene.clock.now()), []);
});

test('a bypass is refused for a camera of another site, and for a time that is over or too far', async (t) => {
  const scene = await armed(t);
  const { deps, caller, siteId } = scene;
  const order = { siteId, cameraId: scene.cameras[0]?.id ?? assert.fail(), by };
  const refused = (change: object, code: string) =>
    assert.rejects(bypassCamera(deps, caller, { ...order, until: null, ...change }), { code });
  await refused({ cameraId: branded('nobody') }, 'not-found');
  await refused({ siteId: branded('nowhere') }, 'not-found');
  await refused({ until: at(0) }, 'request-invalid');
  await refused({ until: at(8 * 86_400) }, 'request-invalid');
});

type Act =
  | { readonly act: 'entry'; readonly camera: number }
  | { readonly act: 'watch'; readonly camera: number }
  | { readonly act: 'disarm' }
  | { readonly act: 'arm' }
  | { readonly act: 'wait'; readonly seconds: number };

const acts = fc.array(
  fc.oneof(
    fc.record({ act: fc.constant('entry' as const), camera: fc.nat(1) }),
    fc.record({ act: fc.constant('watch' as const), camera: fc.nat(1) }),
    fc.record({ act: fc.constant('disarm' as const) }),
    fc.record({ act: fc.constant('arm' as const) }),
    fc.record({ act: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 45 }) }),
  ),
  { minLength: 1, maxLength: 14 },
);

async function play(scene: Awaited<ReturnType<typeof armed>>, all: readonly Act[]): Promise<void> {
  for (const each of all) {
    const now = (scene.clock.now() - at(0)) / 1000;
    if (each.act === 'wait') {
      for (let second = 0; second < each.seconds; second += 1) {
        await scene.clock.advance(1_000);
        await scene.due();
      }
    } else if (each.act === 'disarm') await scene.disarm();
    else if (each.act === 'arm') await scene.arm('armed-away', { now: true });
    else await scene.see(episode(scene, scene.cameras[each.camera], now), 'ended', now, touch(each.act, now));
  }
}

test('whatever happens: an entry ends in a disarming in time or in an incident, and never in both', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const scene = await armed(null, 2);
      await play(scene, all);
      await scene.clock.advance(31_000);
      await scene.due();
      const entries = await scene.records.entries.list(scene.siteId, 100);
      const changes = await scene.records.sites.armingHistory(scene.siteId, 100);
      for (const { state, startAt, dueAt, incidentId } of entries) {
        const wasDisarmed = changes.some(
          (change) => change.arming === 'disarmed' && startAt <= change.at && change.at <= dueAt,
        );
        assert.equal(state, wasDisarmed ? 'disarmed' : 'alarmed');
        assert.equal(incidentId !== null, state === 'alarmed');
      }
      await scene.close();
    }),
    { numRuns: 60 },
  );
});
