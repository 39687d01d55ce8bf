// Sirens and lights of an incident: on, until they say so; off, in the end, whatever happens.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { at, episode, openScene } from '../../test/houses/incident.ts';
import { siren } from '../../test/houses/rows.ts';
import { memoryDeviceLinks } from '../adapters/memory/device-link.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { commandId } from '../core/device/alarm.ts';
import type { Actuator } from '../core/device/device.ts';
import { switchDevice } from '../core/device/switch.ts';
import { settleEntry } from '../core/incident/entry-due.ts';
import { handleSighting } from '../core/incident/handle-sighting.ts';
import { resolveIncident } from '../core/incident/life.ts';
import { secret } from '../core/secret.ts';
import { armSite } from '../core/site/arming.ts';
import { maxDelaySeconds } from '../core/site/site.ts';
import { changeSite } from '../core/site/sites.ts';
import { maxOnAttempts, startAlarms } from './alarms.ts';
import { startRelay } from './relay.ts';

async function openHouse(t: TestContext, change: Partial<Actuator> = {}) {
  const scene = await openScene(2);
  const links = memoryDeviceLinks();
  await scene.arm('armed-away', -600);
  const site = await scene.records.sites.find(scene.siteId);
  assert.ok(site);
  const horn = siren(site, change);
  await scene.records.devices.insert(horn, secret(`whsec_${'A'.repeat(32)}`));
  let work = start();
  function start() {
    const queue = memoryQueue({ clock: scene.clock });
    const relay = startRelay({ ...scene.deps, queue });
    const alarms = startAlarms({ ...scene.deps, queue, deviceLinks: links });
    return {
      async stop() {
        await relay.stop();
        await alarms.stop();
        await queue.close();
      },
    };
  }
  t.after(async () => {
    await work.stop();
    await scene.close();
  });
  return {
    ...scene,
    horn,
    siren: links.webhook,
    turns: () => links.webhook.done.map(({ turn }) => turn),
    async intrude(camera = 0, seconds = 0) {
      const sighting = episode(scene, scene.cameras[camera], seconds)('began', seconds, { snapshot: null });
      const { incident } = await handleSighting(scene.deps, sighting);
      assert.ok(incident);
      return incident;
    },
    alarm: async () =>
      (await scene.records.alarms.ofIncident((await scene.incidents())[0]?.id ?? assert.fail()))[0],
    steps: async () => {
      const [incident] = await scene.incidents();
      const steps = await scene.records.incidents.steps(incident?.id ?? assert.fail());
      return steps.filter(({ action }) => action === 'device').map(({ detail }) => detail);
    },
    /** Everything in memory is lost, as by kill -9, and another process begins. */
    async crash() {
      await work.stop();
      work = start();
    },
  };
}

type House = Awaited<ReturnType<typeof openHouse>>;

async function until(house: House, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) {
    if (await condition()) return;
    for (let pause = 0; pause < 5; pause += 1) {
      // Threads unseal the secrets, and know nothing of this clock: what waits for one is behind this.
      await crypto.subtle.digest('SHA-256', new Uint8Array(1));
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (turn % 5 === 4) await house.clock.advance(500);
  }
  assert.fail('It did not come to that.');
}

const is = (house: House, turns: readonly string[]) => () => String(house.turns()) === String(turns);

test('a siren sounds as an incident opens, says so in its history, and is switched off when its time is over', async (t) => {
  const house = await openHouse(t);
  const incident = await house.intrude();
  await until(house, async () => (await house.alarm())?.state === 'acknowledged');
  const alarm = await house.alarm();
  assert.ok(alarm);
  const [told] = house.siren.done;
  assert.deepEqual([told?.id, told?.turn, told?.incidentId], [commandId(alarm), 'on', incident.id]);
  assert.deepEqual(await house.steps(), ['Siren is on.']);
  await house.clock.advance(61_000);
  await until(house, is(house, ['on', 'off']));
  await until(house, async () => (await house.alarm())?.state === 'off');
  assert.deepEqual(await house.steps(), ['Siren is on.', 'Siren is off.']);
});

test('a siren sounds for who came in and did not disarm, however long the site waits for that', async (t) => {
  for (const minimumSeverity of ['normal', 'high'] as const) {
    const house = await openHouse(t, { minimumSeverity });
    const { deps, caller, siteId, cameras } = house;
    await changeSite(deps, caller, { siteId, entryDelaySeconds: maxDelaySeconds });
    const entry = {
      zoneId: null,
      kind: 'entry',
      armings: ['armed-away'],
      since: at(0),
      until: at(1),
    } as const;
    for (const camera of cameras) {
      await handleSighting(deps, episode(house, camera, 0)('began', 1, { touches: [entry], snapshot: null }));
    }
    await house.clock.advance(maxDelaySeconds * 1000 + 1);
    const running = (await house.records.entries.running(siteId)) ?? assert.fail();
    await settleEntry(deps, running.id);
    await until(house, is(house, ['on']));
  }
});

test('nobody is woken by a siren for an entry whose end was missed for long', async (t) => {
  const house = await openHouse(t);
  const { deps, caller, siteId } = house;
  await changeSite(deps, caller, { siteId, entryDelaySeconds: 30 });
  const entry = { zoneId: null, kind: 'entry', armings: ['armed-away'], since: at(0), until: at(1) } as const;
  await handleSighting(deps, episode(house, house.cameras[0], 0)('began', 1, { touches: [entry] }));
  await house.clock.advance(3_600_000);
  const running = (await house.records.entries.running(siteId)) ?? assert.fail();
  await settleEntry(deps, running.id);
  assert.equal(await house.alarm(), undefined);
});

test('a siren is switched off at once when the incident is resolved, and when the site is disarmed', async (t) => {
  for (const end of ['resolve', 'disarm'] as const) {
    const house = await openHouse(t);
    const { id: incidentId } = await house.intrude();
    await until(house, is(house, ['on']));
    const { caller, memberId, siteId } = house;
    if (end === 'resolve') {
      await resolveIncident(house.deps, caller, { incidentId, memberId, resolution: 'test' });
    } else {
      await armSite(house.deps, caller, { siteId, arming: 'disarmed', by: { kind: 'member', memberId } });
    }
    await until(house, is(house, ['on', 'off']));
  }
});

test('a siren that sounded when the process died is switched off by the next one', async (t) => {
  const house = await openHouse(t);
  await house.intrude();
  await until(house, is(house, ['on']));
  await house.crash();
  await house.clock.advance(61_000);
  await until(house, is(house, ['on', 'off']));
});

test('a siren whose timer was lost, or lies too far ahead since the clock was set back, is switched off', async (t) => {
  const house = await openHouse(t);
  await house.intrude();
  await until(house, is(house, ['on']));
  await house.records.outbox.remove((await house.records.outbox.list(100)).map(({ id }) => id));
  await house.clock.advance(80_000);
  await until(house, is(house, ['on', 'off']));
});

test('a siren that does not answer is tried again under the same id, then fails and says why', async (t) => {
  const house = await openHouse(t, { durationSeconds: 600 });
  house.siren.answer({ outcome: 'failed', retry: true, reason: 'It did not answer.' });
  await house.intrude();
  await until(house, () => house.siren.tries >= 2);
  house.siren.answer({ outcome: 'acknowledged' });
  await until(house, is(house, ['on']));
  assert.equal(house.siren.done[0]?.id, commandId((await house.alarm()) ?? assert.fail()));

  const other = await openHouse(t, { durationSeconds: 600 });
  other.siren.answer({ outcome: 'failed', retry: true, reason: 'It did not answer.' });
  await other.intrude();
  await until(other, async () => (await other.alarm())?.state === 'failed');
  assert.equal(other.siren.tries, maxOnAttempts);
  assert.deepEqual(await other.steps(), ['Siren could not be switched on: It did not answer.']);
});

test('what the device refuses for good is not tried again', async (t) => {
  const house = await openHouse(t);
  house.siren.answer({ outcome: 'failed', retry: false, reason: 'It refused.' });
  await house.intrude();
  await until(house, async () => (await house.alarm())?.state === 'failed');
  assert.equal(house.siren.tries, 1);
});

test('a siren waits for the severity that it is for, and sounds once it is reached', async (t) => {
  const house = await openHouse(t, { minimumSeverity: 'high' });
  await house.intrude(0);
  await house.clock.advance(2_000);
  assert.equal(await house.alarm(), undefined);
  await house.intrude(1, 2);
  await until(house, is(house, ['on']));
});

test('nothing sounds for what comes late, where the site is disarmed by now, or where the siren is off duty', async (t) => {
  for (const change of [{ enabled: false }, { armings: ['armed-home'] }] as const) {
    const house = await openHouse(t, change);
    await house.intrude();
    assert.equal(await house.alarm(), undefined);
  }
  const house = await openHouse(t);
  await house.clock.advance(10 * 60_000);
  await house.intrude();
  assert.equal(await house.alarm(), undefined);
});

test('people switch a siren by hand: on again, off, and what is so already stays so', async (t) => {
  const house = await openHouse(t);
  const { id: incidentId } = await house.intrude();
  await until(house, is(house, ['on']));
  const act = { incidentId, memberId: house.memberId, deviceId: house.horn.id };
  for (const turn of ['off', 'off'] as const) await switchDevice(house.deps, house.caller, { ...act, turn });
  await until(house, is(house, ['on', 'off']));
  for (const turn of ['on', 'on'] as const) await switchDevice(house.deps, house.caller, { ...act, turn });
  await until(house, is(house, ['on', 'off', 'on']));
  await house.clock.advance(61_000);
  await until(house, is(house, ['on', 'off', 'on', 'off']));
});

test('a siren that does not answer to “off” sounds at once when it is wanted again', async (t) => {
  const house = await openHouse(t, { durationSeconds: 600 });
  const { id: incidentId } = await house.intrude();
  await until(house, is(house, ['on']));
  house.siren.answer({ outcome: 'failed', retry: true, reason: 'It did not answer.' });
  const act = { incidentId, memberId: house.memberId, deviceId: house.horn.id };
  await switchDevice(house.deps, house.caller, { ...act, turn: 'off' });
  // So often that the next try is half a minute away.
  const before = house.siren.tries;
  await until(house, () => house.siren.tries >= before + 7);
  house.siren.answer({ outcome: 'acknowledged' });
  const wantedAt = house.clock.now();
  await switchDevice(house.deps, house.caller, { ...act, turn: 'on' });
  await until(house, is(house, ['on', 'on']));
  assert.ok(house.clock.now() - wantedAt <= 1_000, `${house.clock.now() - wantedAt} ms later`);
  await house.clock.advance(60_000);
  await until(house, async () => (await house.alarm())?.state === 'acknowledged');
  assert.deepEqual(house.turns(), ['on', 'on']);
});

test('a siren that does not answer to “on” is ended at once when it is wanted no more', async (t) => {
  const house = await openHouse(t, { durationSeconds: 600 });
  house.siren.answer({ outcome: 'failed', retry: true, reason: 'It did not answer.' });
  const { id: incidentId } = await house.intrude();
  await until(house, () => house.siren.tries >= 5);
  house.siren.answer({ outcome: 'acknowledged' });
  const wantedAt = house.clock.now();
  const act = { incidentId, memberId: house.memberId, deviceId: house.horn.id };
  await switchDevice(house.deps, house.caller, { ...act, turn: 'off' });
  await until(house, is(house, ['off']));
  assert.ok(house.clock.now() - wantedAt <= 1_000, `${house.clock.now() - wantedAt} ms later`);
});

test('a siren that another incident still wants on stays on', async (t) => {
  const house = await openHouse(t, { durationSeconds: 600 });
  const first = await house.intrude();
  await until(house, is(house, ['on']));
  await house.clock.advance(400_000);
  const second = await house.intrude(1, 400);
  assert.notEqual(first.id, second.id);
  await until(house, is(house, ['on', 'on']));
  const { caller, memberId } = house;
  await resolveIncident(house.deps, caller, { incidentId: first.id, memberId, resolution: 'test' });
  await until(house, async () => (await house.records.alarms.ofIncident(first.id))[0]?.state === 'off');
  assert.deepEqual(house.turns(), ['on', 'on']);
  const steps = await house.records.incidents.steps(first.id);
  // It was told nothing: that it is off would be made up.
  assert.equal(steps.at(-1)?.detail, 'Siren is not switched off yet: something else wants it on.');
});

test('a siren that said nothing until its time was over has failed, and the history says so', async (t) => {
  const house = await openHouse(t, { durationSeconds: 5 });
  house.siren.answer({ outcome: 'failed', retry: true, reason: 'It did not answer.' });
  await house.intrude();
  await until(house, async () => (await house.alarm())?.wanted === 'off');
  assert.deepEqual(await house.steps(), ['Siren could not be switched on: It did not answer.']);
});
