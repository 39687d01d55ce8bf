// Home automation against a broker in memory: what it keeps is what the records say, whatever happened to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, openAutomationHouse as open, patient } from '../../../test/houses/automation.ts';
import { at, episode, noon } from '../../../test/houses/incident.ts';
import { branded, type CameraId, type OrganizationId } from '../../core/brand.ts';
import { wholePicture } from '../../core/detection/detection.ts';
import { newId } from '../../core/identifiers.ts';
import { settleEntry } from '../../core/incident/entry-due.ts';
import { handleSighting } from '../../core/incident/handle-sighting.ts';
import { acknowledgeIncident, resolveIncident } from '../../core/incident/life.ts';
import type { CameraState } from '../../core/site/camera.ts';
import { removeCamera } from '../../core/site/cameras.ts';
import { changeSite } from '../../core/site/sites.ts';
import { presenceMs } from './presence.ts';

test('a site, its cameras and the installation itself are there for who subscribes later', async (t) => {
  const { broker, site, camera } = await open(t);
  const kept = new Map([...broker.kept].filter(([topic]) => !topic.startsWith('homeassistant')));
  assert.equal(kept.size, 1 + 4 + 2 * 4);
  assert.equal(kept.get('vedette/status'), 'online');
  assert.equal(kept.get(`${site}/arming`), 'disarmed');
  assert.equal(kept.get(`${site}/arming/panel`), 'disarmed');
  assert.equal(kept.get(`${site}/incident`), 'OFF');
  assert.equal(kept.get(`${site}/incident/latest`), '{}');
  assert.equal(kept.get(`${camera}/status`), 'offline');
  assert.equal(kept.get(`${camera}/person`), 'OFF');
});

test('an incident is told as it happens: the panel triggers, the news come in order, and disarming calms it', async (t) => {
  const { scene, deps, others, site, camera, first, kept, arm, settle } = await open(t);
  const news: string[] = [];
  others.subscribe(`${site}/incident/event`, ({ payload, retain }) => {
    const told = JSON.parse(new TextDecoder().decode(payload));
    news.push(`${told.event_type} ${told.cameras[0]?.name} ${retain}`);
  });
  await arm('armed-away');
  assert.equal(kept(`${site}/arming`), 'armed-away');
  assert.equal(kept(`${site}/arming/panel`), 'armed_away');
  const seen = episode(scene, first, 10);
  await scene.clock.advance(11_000);
  await handleSighting(deps, seen('began', 11));
  await settle();
  assert.equal(kept(`${site}/arming/panel`), 'triggered');
  assert.equal(kept(`${site}/incident`), 'ON');
  assert.equal(kept(`${camera}/person`), 'ON');
  assert.equal(kept(`${camera}/vehicle`), 'OFF');
  const latest = JSON.parse(kept(`${site}/incident/latest`) ?? '');
  assert.equal(latest.url, `https://cams.example.org/incidents/${latest.incidentId}`);
  assert.equal(latest.site.name, 'Bakery');
  await scene.clock.advance(10_000);
  await handleSighting(deps, seen('ended', 20));
  await settle();
  assert.equal(kept(`${camera}/person`), 'OFF');
  assert.equal(kept(`${site}/arming/panel`), 'triggered', 'nobody has looked after it');
  const act = { incidentId: latest.incidentId, memberId: scene.memberId };
  await acknowledgeIncident(deps, scene.caller, act);
  await settle();
  assert.deepEqual([kept(`${site}/arming/panel`), kept(`${site}/incident`)], ['armed_away', 'OFF']);
  await resolveIncident(deps, scene.caller, { ...act, resolution: 'test' });
  await arm('disarmed');
  assert.equal(kept(`${site}/arming/panel`), 'disarmed');
  assert.equal(kept(`${site}/incident/latest`), '{}');
  const [camera1] = ['Camera 1 false'];
  assert.deepEqual(
    news,
    ['opened', 'ended', 'acknowledged', 'resolved'].map((word) => `${word} ${camera1}`),
  );
});

test('an old incident that nobody looked after does not trigger the panel when the site is armed again', async (t) => {
  const { scene, deps, site, first, kept, arm, settle } = await open(t);
  await arm('armed-away');
  await scene.clock.advance(11_000);
  await handleSighting(deps, episode(scene, first, 10)('began', 11));
  await arm('disarmed');
  await scene.clock.advance(3_600_000);
  await arm('armed-away');
  await settle();
  assert.deepEqual([kept(`${site}/arming/panel`), kept(`${site}/incident`)], ['armed_away', 'ON']);
});

test('who was not seen for a minute is not there, also where nobody said that they left', async (t) => {
  const { scene, deps, camera, first, kept, settle } = await open(t);
  await handleSighting(deps, episode(scene, first, 0)('began', 1));
  await settle();
  assert.equal(kept(`${camera}/person`), 'ON');
  await scene.clock.advance(presenceMs - 1);
  assert.equal(kept(`${camera}/person`), 'ON');
  await scene.clock.advance(1);
  await settle();
  assert.equal(kept(`${camera}/person`), 'OFF');
});

test('a camera that records is online, and one that stopped or fell silent is not', async (t) => {
  const { scene, deps, camera, first, kept, settle } = await open(t);
  const say = (state: CameraState) =>
    deps.events.publish({
      organizationId: scene.organizationId,
      type: 'camera-status',
      status: {
        cameraId: first.id,
        state,
        since: noon,
        problem: null,
        notice: null,
        picture: null,
        framesPerSecond: 0,
        bitsPerSecond: 0,
        lastFragmentAt: null,
        detection: 'waiting',
      },
    });
  for (const [state, status] of [
    ['starting', 'offline'],
    ['recording', 'online'],
    ['offline', 'offline'],
    ['recording', 'online'],
  ] as const) {
    say(state);
    await settle();
    assert.equal(kept(`${camera}/status`), status, state);
  }
  await scene.clock.advance(60_000);
  await settle();
  assert.equal(
    kept(`${camera}/status`),
    'offline',
    'the recorder says nothing any more, and the cache knows nothing',
  );
});

test('while other processes cannot be heard, what they did is told within seconds, and cameras stay what they were', async (t) => {
  const { scene, deps, line, site, camera, first, kept, settle } = await open(t);
  const { organizationId, siteId, clock, memberId } = scene;
  deps.events.publish({
    type: 'camera-status',
    organizationId,
    status: {
      ...{ cameraId: first.id, state: 'recording', since: clock.now(), problem: null, notice: null },
      ...{ picture: null, framesPerSecond: 5, bitsPerSecond: 0, lastFragmentAt: null, detection: 'waiting' },
    },
  });
  await settle();
  assert.equal(kept(`${camera}/status`), 'online');
  line.isCut = true;
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1_000) await clock.advance(1_000);
    await settle();
  };
  await pass(200_000);
  assert.equal(kept(`${camera}/status`), 'online');
  const by = { kind: 'member', memberId } as const;
  await scene.records.sites.arm({
    siteId,
    arming: 'armed-away',
    at: clock.now(),
    effectiveAt: clock.now(),
    by,
  });
  await pass(5_000);
  assert.equal(kept(`${site}/arming`), 'armed-away');
});

test('a camera whose images are pushed is online while it takes them, though no recorder tells of it', async (t) => {
  const { scene, deps, camera, first, kept, settle } = await open(t);
  const change = async (enabled: boolean) => {
    await scene.records.cameras.update(first.id, { source: { kind: 'pushed' }, enabled });
    const { organizationId, siteId } = scene;
    deps.events.publish({ type: 'site-changed', organizationId, siteId });
    await settle();
  };
  await change(true);
  assert.equal(kept(`${camera}/status`), 'online');
  const announced = kept(`homeassistant/device/${scene.organizationId}/${first.id}/config`);
  assert.equal(JSON.parse(announced ?? '').components.connectivity.name, 'Receiving');
  await change(false);
  assert.equal(kept(`${camera}/status`), 'offline');
});

test('while the broker is away nothing piles up; when it is back the newest state is told, and old news are not', async (t) => {
  const { scene, deps, broker, others, site, first, kept, arm, settle } = await open(t);
  const news: string[] = [];
  others.subscribe(`${site}/incident/event`, ({ payload }) =>
    news.push(JSON.parse(new TextDecoder().decode(payload)).event_type),
  );
  broker.stop();
  assert.equal(kept('vedette/status'), 'offline');
  await arm('armed-away');
  await scene.clock.advance(11_000);
  const seen = episode(scene, first, 10);
  await handleSighting(deps, seen('began', 11));
  for (let second = 12; second < 40; second += 1) await handleSighting(deps, seen('continues', second));
  const before = broker.taken.length;
  await scene.clock.advance(1_000);
  broker.start();
  await settle();
  assert.equal(kept(`${site}/arming/panel`), 'triggered');
  assert.equal(kept('vedette/status'), 'online');
  // Each topic once, and the announcement.
  const said = broker.taken.slice(before).map(({ topic }) => topic);
  assert.equal(new Set(said).size, said.length);
  assert.deepEqual(news, []);
  await handleSighting(deps, seen('ended', 50));
  await settle();
  assert.deepEqual(news, ['ended']);
});

test('a broker that hangs is given up, and told all when it answers', async (t) => {
  const { broker, site, kept, arm, settle, scene } = await open(t);
  broker.hang();
  await arm('armed-away');
  broker.stop();
  await settle();
  broker.start();
  await scene.clock.advance(5_000);
  await settle();
  assert.equal(kept(`${site}/arming`), 'armed-away');
});

test('what a removed camera left is emptied, also where it was removed while the broker was away', async (t) => {
  const { scene, deps, broker, settle } = await open(t);
  const [first, second] = scene.cameras;
  assert.ok(first && second);
  const of = (cameraId: CameraId) => [...broker.kept.keys()].filter((topic) => topic.includes(cameraId));
  assert.equal(of(first.id).length, 5);
  await removeCamera(deps, scene.caller, { cameraId: first.id });
  await settle();
  assert.deepEqual(of(first.id), []);
  broker.stop();
  await removeCamera(deps, scene.caller, { cameraId: second.id });
  broker.start();
  await settle();
  assert.deepEqual(of(second.id), []);
});

test('a topic that the broker forbids keeps no other from being told, and is complained of once', async (t) => {
  const { broker, arm, kept, site, lines } = await open(t);
  broker.stop();
  broker.refuse('homeassistant/#');
  broker.start();
  await arm('armed-away');
  await arm('disarmed');
  await arm('armed-away');
  assert.equal(kept('vedette/status'), 'online');
  assert.equal(kept(`${site}/arming`), 'armed-away');
  const complaints = lines.filter(({ message }) => /could not be kept/.test(message));
  assert.equal(complaints.length, 3, 'once a site and camera');
});

test('what others keep at the broker is left alone', async (t) => {
  const { scene, broker, others, settle } = await open(t);
  const stranger = newId<OrganizationId>(scene.clock);
  const topics = [
    `vedette/${stranger}/site/x/arming`,
    `vedette/${scene.organizationId}/device/siren`,
    'homeassistant/device/kettle/config',
    'homeassistant/device/other/kettle/config',
  ];
  for (const topic of topics)
    await others.publish({ topic, payload: bytes('theirs'), retain: true }, patient());
  broker.stop();
  broker.start();
  await settle();
  for (const topic of topics) assert.equal(broker.kept.get(topic), 'theirs', topic);
});

test('what somebody else wrote over what is kept is put right within a minute, once', async (t) => {
  const { scene, broker, others, site, camera, kept, settle } = await open(t);
  const config = `homeassistant/device/${scene.organizationId}/${scene.siteId}/config`;
  const before = kept(config);
  for (const [topic, payload] of [
    [`${site}/arming`, 'armed-away'],
    [`${camera}/status`, ''],
    [config, '{"name":"Another"}'],
  ] as const) {
    await others.publish({ topic, payload: bytes(payload), retain: true }, patient());
  }
  await scene.clock.advance(60_000);
  await settle();
  assert.deepEqual([kept(`${site}/arming`), kept(`${camera}/status`)], ['disarmed', 'offline']);
  assert.equal(kept(config), before);
  const said = broker.taken.length;
  await scene.clock.advance(120_000);
  await settle();
  assert.equal(broker.taken.length, said, 'what is right is not told again');
});

test('a last will that comes late, of a connection before this one, does not leave the installation offline', async (t) => {
  const { broker, others, kept, settle } = await open(t);
  const will = { topic: 'vedette/status', payload: bytes('offline'), retain: true };
  await others.publish(will, patient());
  await settle();
  assert.equal(kept('vedette/status'), 'online');
  const said = broker.taken.length;
  await settle();
  assert.equal(broker.taken.length, said);
});

test('a command is refused where the site does not allow it, and one that the broker keeps is taken away', async (t) => {
  const { scene, deps, broker, others, lines, site, kept, settle } = await open(t);
  const command = (text: string, retain = false) =>
    others.publish({ topic: `${site}/arming/set`, payload: bytes(text), retain }, patient());
  await command('ARM_AWAY');
  await command('ARM_AWAY');
  await command('make tea');
  await settle();
  assert.equal(kept(`${site}/arming`), 'disarmed');
  assert.deepEqual(
    lines.map(({ message }) => message),
    [
      'A command over MQTT is none that is known',
      'A command over MQTT was refused: the site does not allow it',
    ],
  );
  broker.stop();
  await changeSite(deps, scene.caller, { siteId: scene.siteId, armByMqtt: true });
  broker.start();
  await settle();
  assert.equal(kept(`${site}/arming`), 'disarmed');
  // Neither when it comes, which is once, nor when the broker tells of it at every connection.
  await command('ARM_AWAY', true);
  await settle();
  assert.equal(kept(`${site}/arming`), 'disarmed');
  assert.equal(kept(`${site}/arming/set`), undefined);
  assert.match(lines.map(({ message }) => message).join(), /keeps was refused/);
});

test('where the site allows it commands arm and disarm, with its delays, and the log says who', async (t) => {
  const { scene, others, lines, site, kept, settle, deps } = await open(t);
  await changeSite(deps, scene.caller, { siteId: scene.siteId, armByMqtt: true, exitDelaySeconds: 45 });
  const command = async (text: string) => {
    await others.publish({ topic: `${site}/arming/set`, payload: bytes(text), retain: false }, patient());
    await settle();
    return [kept(`${site}/arming`), kept(`${site}/arming/panel`), kept(`${site}/arming/arms-at`)];
  };
  const inForceAt = '2026-10-03T12:00:45.000Z';
  assert.deepEqual(await command('ARM_AWAY'), ['armed-away', 'arming', inForceAt]);
  await scene.clock.advance(60_000);
  await settle();
  assert.deepEqual(await command('ARM_AWAY'), ['armed-away', 'armed_away', undefined]);
  assert.deepEqual(await command('DISARM'), ['disarmed', 'disarmed', undefined]);
  assert.deepEqual(
    lines.map(({ fields }) => [fields.event, fields.by, fields.before, fields.arming]),
    [
      ['arming-changed', 'mqtt', 'disarmed', 'armed-away'],
      ['arming-changed', 'mqtt', 'armed-away', 'disarmed'],
    ],
  );
  const [last] = await scene.records.sites.armingHistory(scene.siteId, 1);
  assert.deepEqual(last?.by, { kind: 'mqtt' });
});

test('commands that come faster than a person can press are refused, and the log is not flooded', async (t) => {
  const { scene, others, lines, site, settle, deps } = await open(t);
  await changeSite(deps, scene.caller, { siteId: scene.siteId, armByMqtt: true });
  for (let index = 0; index < 100; index += 1) {
    const payload = bytes(index % 2 === 0 ? 'ARM_HOME' : 'DISARM');
    await others.publish({ topic: `${site}/arming/set`, payload, retain: false }, patient());
  }
  await settle();
  assert.equal((await scene.records.sites.armingHistory(scene.siteId, 100)).length, 20);
  assert.equal(lines.filter(({ message }) => /too often/.test(message)).length, 1);
});

test('a command for a site of another organization is refused, whatever topic it comes on', async (t) => {
  const { scene, others, lines, settle, deps } = await open(t);
  await changeSite(deps, scene.caller, { siteId: scene.siteId, armByMqtt: true });
  const stranger = newId<OrganizationId>(scene.clock);
  const topic = `vedette/${stranger}/site/${scene.siteId}/arming/set`;
  await others.publish({ topic, payload: bytes('ARM_AWAY'), retain: false }, patient());
  await settle();
  assert.equal((await scene.records.sites.find(scene.siteId))?.arming, 'disarmed');
  assert.match(lines.map(({ message }) => message).join(), /site that does not exist/);
});

test('who comes in by an entry zone makes the panel wait, and then cry', async (t) => {
  const { scene, deps, site, first, kept, arm, settle } = await open(t);
  await changeSite(deps, scene.caller, { siteId: scene.siteId, entryDelaySeconds: 30 });
  await arm('armed-away');
  await scene.clock.advance(11_000);
  const touch = { ...wholePicture(at(10), at(11)), kind: 'entry' } as const;
  await handleSighting(deps, episode(scene, first, 10)('began', 11, { touches: [touch] }));
  await settle();
  assert.deepEqual([kept(`${site}/arming/panel`), kept(`${site}/incident`)], ['pending', 'OFF']);
  const running = await scene.records.entries.running(scene.siteId);
  assert.ok(running !== null);
  await scene.clock.advance(31_000);
  await settleEntry(deps, running.id);
  await settle();
  assert.deepEqual([kept(`${site}/arming/panel`), kept(`${site}/incident`)], ['triggered', 'ON']);
});

test('pictures of incidents are kept at the broker only where that is wanted, and only until they are resolved', async (t) => {
  for (const snapshots of [false, true]) {
    const { scene, deps, broker, site, first, arm, until } = await open(t, { snapshots });
    await arm('armed-away');
    await scene.clock.advance(11_000);
    const { opened } = await handleSighting(deps, episode(scene, first, 10)('began', 11));
    await until(() => broker.kept.get(`${site}/incident`) === 'ON');
    assert.ok(opened !== null);
    if (snapshots) await until(() => broker.kept.has(`${site}/snapshot`));
    const picture = broker.taken.findLast(({ topic }) => topic === `${site}/snapshot`);
    assert.equal(picture?.payload.length, snapshots ? 4_000 : undefined);
    await resolveIncident(deps, scene.caller, {
      incidentId: opened.id,
      memberId: scene.memberId,
      resolution: 'false-alarm',
    });
    await until(() => broker.kept.get(`${site}/incident`) === 'OFF');
    await until(() => !broker.kept.has(`${site}/snapshot`));
  }
});

test('a stop says goodbye, so that nobody takes what is kept for the state of now', async (t) => {
  const { automation, kept, arm } = await open(t);
  await automation.stop();
  assert.equal(kept('vedette/status'), 'offline');
  await arm('armed-away');
  assert.equal(at(0), branded(noon));
});
