// What records of outgoing events promise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, id } from '../../../test/houses/rows.ts';
import type { CameraId, OrganizationId } from '../brand.ts';
import type { OutgoingEvent } from '../outgoing/event.ts';
import type { OpenRecords } from './records.contract.ts';

const ours = id<OrganizationId>();
const theirs = id<OrganizationId>();

function event(ms: number, change: Partial<OutgoingEvent> = {}): OutgoingEvent {
  return {
    ...{ id: id(), type: 'vedette.image.stored.v1', organizationId: ours, siteId: id(), cameraId: null },
    ...{ subject: id(), at: at(ms), data: '{"a":"ü"}' },
    ...change,
  };
}

/** Runs the suite; `open` gives empty records, and closes them after the test. */
export function outgoingContract(name: string, open: OpenRecords): void {
  test(`${name}: outgoing events come back in the order of adding them, also many at once, until they are removed`, async (t) => {
    const records = await open(t);
    const events = Array.from({ length: 1_200 }, (_, ms) => event(ms === 7 ? -1 : ms));
    const [first, ...rest] = events;
    await records.outgoingEvents.add([]);
    if (first !== undefined) await records.outgoingEvents.add([first]);
    await records.outgoingEvents.add(rest);
    assert.deepEqual(await records.outgoingEvents.list(5_000), events);
    await records.outgoingEvents.remove(events.slice(0, 1_100).map((each) => each.id));
    await records.outgoingEvents.remove([id(), ...events.slice(0, 1).map((each) => each.id)]);
    await records.outgoingEvents.remove([]);
    assert.deepEqual(await records.outgoingEvents.list(3), events.slice(1_100, 1_103));
  });

  test(`${name}: outgoing events of some organizations are passed over`, async (t) => {
    const records = await open(t);
    const mine = event(0);
    const other = event(1, { organizationId: theirs, siteId: null });
    await records.outgoingEvents.add([mine, other]);
    assert.deepEqual(await records.outgoingEvents.list(9, [ours]), [other]);
    assert.deepEqual(await records.outgoingEvents.list(9, [ours, theirs]), []);
  });

  test(`${name}: outgoing events are there after the commit alone, which listeners of the outbox hear of`, async (t) => {
    const records = await open(t);
    const heard: number[] = [];
    const called = Promise.withResolvers<void>();
    const stop = records.onOutbox(() => {
      heard.push(1);
      called.resolve();
    });
    t.after(stop);
    const undone = records.transaction(async (tx) => {
      await tx.outgoingEvents.add([event(0)]);
      throw new Error('Undone.');
    });
    await assert.rejects(undone, /Undone/);
    assert.deepEqual(await records.outgoingEvents.list(9), []);
    await records.transaction((tx) => tx.outgoingEvents.add([event(1)]));
    await called.promise;
    assert.equal((await records.outgoingEvents.list(9)).length, 1);
  });

  test(`${name}: what is too old and what is too much of outgoing events is dropped, and told by organization`, async (t) => {
    const records = await open(t);
    assert.deepEqual(await records.outgoingEvents.drop({ before: at(0), keep: 0 }), []);
    const old = [event(1), event(9, { organizationId: theirs }), event(5)];
    const young = [event(10), event(11)];
    await records.outgoingEvents.add([...old, ...young]);
    assert.deepEqual(await records.outgoingEvents.drop({ before: at(1), keep: 100 }), []);
    const lost = await records.outgoingEvents.drop({ before: at(10), keep: 100 });
    assert.deepEqual(
      lost.toSorted((a, b) => b.count - a.count),
      [
        { organizationId: ours, count: 2, from: at(1), to: at(5) },
        { organizationId: theirs, count: 1, from: at(9), to: at(9) },
      ],
    );
    assert.deepEqual(await records.outgoingEvents.list(9), young);
    const more = await records.outgoingEvents.drop({ before: at(0), keep: 1 });
    assert.deepEqual(more, [{ organizationId: ours, count: 1, from: at(10), to: at(10) }]);
    assert.deepEqual(await records.outgoingEvents.list(9), young.slice(1));
  });

  test(`${name}: what was told of a camera is known, and told once by whoever is first`, async (t) => {
    const records = await open(t);
    const cameraId = id<CameraId>();
    const tries = Array.from({ length: 20 }, () => records.toldCameras.put(cameraId, true));
    assert.equal((await Promise.all(tries)).filter((isNew) => isNew).length, 1);
    assert.deepEqual([...(await records.toldCameras.list())], [[cameraId, true]]);
    assert.equal(await records.toldCameras.put(cameraId, false), true);
    assert.deepEqual([...(await records.toldCameras.list())], [[cameraId, false]]);
    await records.toldCameras.forget(cameraId);
    assert.deepEqual([...(await records.toldCameras.list())], []);
  });
}
