// What records of devices and of their alarms promise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, camera, household, id, incident, sensor, siren } from '../../../test/houses/rows.ts';
import type { AlarmId } from '../brand.ts';
import type { Alarm } from '../device/alarm.ts';
import type { Device } from '../device/device.ts';
import { secret } from '../secret.ts';
import type { OpenRecords } from './records.contract.ts';
import type { Records } from './records.ts';

const callers = 40;

async function secretsOf({ devices }: Records, device: Device, when = at(0)): Promise<readonly string[]> {
  return (await devices.signingSecrets(device.id, when)).map((one) => one.reveal());
}

/** Runs the suite; `open` gives empty records, and closes them after the test. */
export function devicesContract(name: string, open: OpenRecords): void {
  test(`${name}: devices come back as they were, by site and organization, with their secrets apart`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const horn = siren(yard);
    const door = sensor(yard, {
      createdAt: at(1),
      link: {
        ...{ via: 'mqtt', commandTopic: null, stateTopic: 'house/door', stateField: 'contact' },
        ...{ onText: 'false', offText: 'true' },
      },
    });
    await records.devices.insert(horn, secret('whsec_AAAA'));
    await records.devices.insert(door, null);
    assert.deepEqual(await records.devices.ofSite(yard.id), [horn, door]);
    assert.deepEqual(await records.devices.list(yard.organizationId), [horn, door]);
    assert.deepEqual(await records.devices.list(id()), []);
    assert.deepEqual(await records.devices.overMqtt(), [door]);
    assert.deepEqual(await secretsOf(records, horn), ['whsec_AAAA']);
    assert.deepEqual(await secretsOf(records, door), []);
    const changed: Device = { ...horn, name: 'Horn', enabled: false, durationSeconds: 5 };
    await records.devices.update(changed);
    assert.deepEqual(await records.devices.find(horn.id), changed);
    assert.deepEqual(await secretsOf(records, horn), ['whsec_AAAA']);
    await records.devices.delete(horn.id);
    assert.equal(await records.devices.find(horn.id), null);
    await assert.rejects(records.devices.update(changed), { code: 'not-found' });
  });

  test(`${name}: after a change both secrets of a device count until the time given, and never a third`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const horn = siren(yard);
    await records.devices.insert(horn, secret('whsec_AAAA'));
    await records.devices.changeSecret(horn.id, secret('whsec_BBBB'), at(100));
    assert.deepEqual(await secretsOf(records, horn, at(99)), ['whsec_BBBB', 'whsec_AAAA']);
    assert.deepEqual(await secretsOf(records, horn, at(100)), ['whsec_BBBB']);
    await records.devices.changeSecret(horn.id, secret('whsec_CCCC'), at(200));
    assert.deepEqual(await secretsOf(records, horn, at(99)), ['whsec_CCCC', 'whsec_BBBB']);
    await records.devices.update({ ...horn, name: 'Horn' });
    assert.deepEqual(await secretsOf(records, horn, at(99)), ['whsec_CCCC', 'whsec_BBBB']);
  });

  test(`${name}: what has no secret gets none`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const door = sensor(yard);
    await records.devices.insert(door, null);
    for (const deviceId of [door.id, id<typeof door.id>()]) {
      await assert.rejects(records.devices.changeSecret(deviceId, secret('whsec_BBBB'), at(9)), {
        code: 'not-found',
      });
    }
    assert.deepEqual(await secretsOf(records, door), []);
  });

  test(`${name}: what a sensor said last counts, whatever comes late`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const door = sensor(yard);
    await records.devices.insert(door, null);
    await records.devices.seen(door.id, at(200), 'open');
    await records.devices.seen(door.id, at(100), 'closed');
    assert.deepEqual(await records.devices.find(door.id), { ...door, state: 'open', lastSeenAt: at(200) });
    await records.devices.seen(door.id, at(300));
    assert.deepEqual(await records.devices.find(door.id), { ...door, state: 'open', lastSeenAt: at(300) });
  });

  test(`${name}: of ${callers} who change an alarm at once exactly one succeeds`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    const eye = camera(yard);
    await records.cameras.insert(eye);
    const of = incident(eye);
    await records.incidents.insert(of);
    const alarm: Alarm = {
      ...{ id: id<AlarmId>(), organizationId: yard.organizationId, siteId: yard.id, deviceId: id() },
      ...{ incidentId: of.id, wanted: 'on', sequence: 1, state: 'waiting', offAt: at(60), changedAt: at(0) },
      problem: null,
    };
    await records.alarms.insert(alarm);
    assert.deepEqual(await records.alarms.wanted(yard.id), [alarm]);
    assert.deepEqual(await records.alarms.wanted(), [alarm]);
    assert.deepEqual(await records.alarms.wanted(id()), []);
    await assert.rejects(records.alarms.insert({ ...alarm, id: id<AlarmId>() }));
    const after: Alarm = { ...alarm, wanted: 'off', sequence: 2, problem: 'It is away.' };
    const changes = Array.from({ length: callers }, () => records.alarms.update(after, 1));
    assert.equal((await Promise.all(changes)).filter((done) => done).length, 1);
    assert.deepEqual(await records.alarms.find(alarm.id), after);
    assert.deepEqual(await records.alarms.ofIncident(of.id), [after]);
    assert.deepEqual(await records.alarms.wanted(), []);
    assert.deepEqual(await records.alarms.ending(yard.id), [after]);
    assert.deepEqual(await records.alarms.ending(), [after]);
    assert.deepEqual(await records.alarms.ending(id()), []);
    await records.alarms.update({ ...after, state: 'off' }, 2);
    assert.deepEqual(await records.alarms.ending(yard.id), []);
  });
}
