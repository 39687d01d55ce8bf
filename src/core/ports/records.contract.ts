// What all records keep: places, and transactions. People, footage and incidents have files of their own.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { at, camera, household, id, site } from '../../../test/houses/rows.ts';
import { secret } from '../secret.ts';
import type { Camera } from '../site/camera.ts';
import type { Records } from './records.ts';
import { analyticsContract } from './records-analytics.contract.ts';
import { alertsContract } from './records-alerts.contract.ts';
import { armingContract } from './records-arming.contract.ts';
import { devicesContract } from '../../core/ports/records-devices.contract.ts';
import { footageContract } from './records-footage.contract.ts';
import { imagesContract } from './records-images.contract.ts';
import { incidentListContract } from './records-incident-list.contract.ts';
import { incidentsContract } from './records-incidents.contract.ts';
import { leadershipContract } from './records-leadership.contract.ts';
import { outgoingContract } from './records-outgoing.contract.ts';
import { peopleContract } from './records-people.contract.ts';
import { zonesContract } from './records-zones.contract.ts';

export type OpenRecords = (t: TestContext) => Promise<Records>;

const callers = 40;

/** Runs the suite; `open` gives empty records, and closes them after the test. */
export function recordsContract(name: string, open: OpenRecords): void {
  peopleContract(name, open);
  places(name, open);
  armingContract(name, open);
  devicesContract(name, open);
  transactions(name, open);
  outbox(name, open);
  outgoingContract(name, open);
  leadershipContract(name, open);
  footageContract(name, open);
  incidentsContract(name, open);
  incidentListContract(name, open);
  analyticsContract(name, open);
  imagesContract(name, open);
  zonesContract(name, open);
  alertsContract(name, open);
}

function places(name: string, open: OpenRecords): void {
  test(`${name}: sites are listed by organization and changed field by field`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const shop = site(of, { createdAt: at(1) });
    await records.sites.insert(shop);
    assert.deepEqual(await records.sites.list(of.id), [yard, shop]);
    assert.deepEqual(await records.sites.list(id()), []);
    await records.sites.update(shop.id, { name: "O'Hara; drop table sites" });
    await records.sites.update(shop.id, { timeZone: 'UTC' });
    await records.sites.update(shop.id, {});
    const changed = { ...shop, name: "O'Hara; drop table sites", timeZone: 'UTC' };
    assert.deepEqual(await records.sites.find(shop.id), changed);
    await assert.rejects(records.sites.update(id(), { name: 'x' }), { code: 'not-found' });
  });

  test(`${name}: cameras of every kind come back with their secrets, and only those show them`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard, camera: demo } = await household(records);
    const file = camera(yard, {
      source: { kind: 'file', path: '/a b/ü.mp4', loop: true },
      enabled: false,
      createdAt: at(1),
    });
    const rtsp = camera(yard, {
      source: {
        kind: 'rtsp',
        url: 'rtsp://camera/1',
        substreamUrl: null,
        username: 'admin',
        password: secret('hunter2 ✓'),
      },
      createdAt: at(2),
    });
    for (const each of [rtsp, file]) await records.cameras.insert(each);
    const listed = await records.cameras.list(of.id);
    assert.deepEqual(listed.map(plain), [demo, file, rtsp].map(plain));
    assert.deepEqual((await records.cameras.all()).map(plain), listed.map(plain));
    assert.equal(await records.cameras.count(listed[0]?.organizationId ?? id()), listed.length);
    assert.equal(await records.cameras.count(id()), 0);
    assert.deepEqual([...(await records.cameras.kindsInUse())].sort(), ['demo', 'rtsp']);
    assert.deepEqual(await records.cameras.find(file.id), file);
    const { organizationId, siteId, name: called } = rtsp;
    assert.deepEqual(await records.cameras.place(rtsp.id), {
      id: rtsp.id,
      organizationId,
      siteId,
      name: called,
    });
    assert.equal(await records.cameras.place(id()), null);
    const places = await records.cameras.places(rtsp.organizationId);
    assert.deepEqual(places, await Promise.all(places.map(({ id }) => records.cameras.place(id))));
    assert.equal(places.length, await records.cameras.count(rtsp.organizationId));
    assert.deepEqual(await records.cameras.places(id()), []);
    const found = await records.cameras.find(rtsp.id);
    assert.equal(password(found), 'hunter2 ✓');
    assert.ok(!JSON.stringify(found).includes('hunter2'));
  });

  test(`${name}: a camera changes field by field, and is gone when deleted`, async (t) => {
    const records = await open(t);
    const { camera: gate } = await household(records);
    await records.cameras.update(gate.id, { name: 'Door' });
    await records.cameras.update(gate.id, { enabled: false });
    await records.cameras.update(gate.id, {});
    assert.deepEqual(await records.cameras.find(gate.id), { ...gate, name: 'Door', enabled: false });
    const source = { kind: 'rtsp', url: 'rtsp://c', substreamUrl: 'rtsp://c/2', username: null } as const;
    await records.cameras.update(gate.id, { source: { ...source, password: secret('one') } });
    await records.cameras.update(gate.id, { name: 'Gate' });
    assert.equal(password(await records.cameras.find(gate.id)), 'one');
    await records.cameras.update(gate.id, { source: { ...source, password: null } });
    assert.equal(password(await records.cameras.find(gate.id)), null);
    await records.cameras.delete(gate.id);
    await records.cameras.delete(gate.id);
    assert.equal(await records.cameras.find(gate.id), null);
    await assert.rejects(records.cameras.update(gate.id, { name: 'x' }), { code: 'not-found' });
  });
}

function transactions(name: string, open: OpenRecords): void {
  test(`${name}: a transaction that fails leaves nothing behind`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const failing = records.transaction(async (tx) => {
      await tx.sites.arm({
        siteId: yard.id,
        arming: 'armed-away',
        at: at(9),
        effectiveAt: at(9),
        by: { kind: 'mqtt' },
      });
      await tx.sites.insert(site(of));
      assert.equal((await tx.sites.list(of.id)).length, 2);
      throw new Error('On second thoughts.');
    });
    await assert.rejects(failing, /second thoughts/);
    assert.deepEqual(await records.sites.list(of.id), [yard]);
    assert.deepEqual(await records.sites.armingHistory(yard.id, 9), []);
    assert.equal(await records.transaction(async () => 'fine'), 'fine');
  });

  test(`${name}: parallel transactions that read and then write lose no update`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    await records.sites.update(yard.id, { name: '0' });
    await Promise.all(
      Array.from({ length: callers }, () =>
        records.transaction(async (tx) => {
          const count = Number((await tx.sites.find(yard.id))?.name);
          await tx.sites.update(yard.id, { name: String(count + 1) });
        }),
      ),
    );
    assert.equal((await records.sites.find(yard.id))?.name, String(callers));
  });

  test(`${name}: what others do waits for a transaction and sees all of it`, async (t) => {
    const records = await open(t);
    const { organization: of, site: yard } = await household(records);
    const inside = Promise.withResolvers<void>();
    const working = records.transaction(async (tx) => {
      await tx.sites.update(yard.id, { name: 'half' });
      inside.resolve();
      await tx.sites.insert(site(of));
      await tx.sites.update(yard.id, { name: 'whole' });
    });
    await inside.promise;
    const [seen] = await Promise.all([records.sites.find(yard.id), working]);
    assert.notEqual(seen?.name, 'half');
  });

  test(`${name}: inside a transaction another one, or a call beside it, is refused at once`, async (t) => {
    const records = await open(t);
    const { site: yard } = await household(records);
    await assert.rejects(records.transaction(() => records.transaction(async () => 'never')));
    await assert.rejects(records.transaction(() => records.sites.find(yard.id)));
    await assert.rejects(
      records.transaction(() =>
        records.sites.arm({
          ...{ siteId: yard.id, arming: 'armed-away', at: at(1), effectiveAt: at(1) },
          by: { kind: 'mqtt' },
        }),
      ),
    );
    assert.deepEqual(await records.sites.find(yard.id), yard);
  });
}

function outbox(name: string, open: OpenRecords): void {
  const message = (key: string) => ({ topic: 'alerts', key, payload: `{"key":"${key}"}`, id: `id ${key}` });

  test(`${name}: the outbox keeps its order, and an id only once`, async (t) => {
    const records = await open(t);
    for (const key of ['c', 'a', 'b', 'a']) await records.outbox.add(message(key));
    assert.deepEqual(await records.outbox.list(10), ['c', 'a', 'b'].map(message));
    assert.deepEqual(await records.outbox.list(1), [message('c')]);
    await records.outbox.remove(['id c', 'id b', 'id nothing']);
    await records.outbox.remove([]);
    assert.deepEqual(await records.outbox.list(10), [message('a')]);
  });

  test(`${name}: a message of the outbox waits for its time, and can be cancelled until then`, async (t) => {
    const records = await open(t);
    await records.outbox.add(message('late'), at(200));
    await records.outbox.add(message('soon'), at(100));
    await records.outbox.add(message('now'));
    await records.outbox.add(message('late'), at(1));
    const due = async (ms: number) => (await records.outbox.list(10, at(ms))).map(({ key }) => key);
    assert.deepEqual(await Promise.all([due(99), due(100), due(200)]), [
      ['now'],
      ['now', 'soon'],
      ['now', 'soon', 'late'],
    ]);
    const next = (ms: number) => records.outbox.nextDueAt(at(ms));
    assert.deepEqual(await Promise.all([next(0), next(100), next(200)]), [at(100), at(200), null]);
    assert.deepEqual(await records.outbox.due(at(150)), { count: 2, firstId: 'id now' });
    await records.outbox.remove(['id soon']);
    assert.deepEqual(await due(200), ['now', 'late']);
    assert.equal(await next(0), at(200));
    await records.outbox.remove(['id now', 'id late']);
    assert.deepEqual(await records.outbox.due(at(200)), { count: 0, firstId: null });
  });

  test(`${name}: the relay hears of the outbox after the commit, and not of what was rolled back`, async (t) => {
    const records = await open(t);
    const heard: Promise<readonly unknown[]>[] = [];
    const stop = records.onOutbox(() => heard.push(records.outbox.list(10)));
    await records.transaction(async (tx) => {
      await tx.outbox.add(message('a'));
      await tx.outbox.add(message('b'));
      assert.equal(heard.length, 0);
    });
    assert.deepEqual(await Promise.all(heard), [['a', 'b'].map(message)]);
    const failing = records.transaction(async (tx) => {
      await tx.outbox.add(message('c'));
      throw new Error('No.');
    });
    await assert.rejects(failing);
    await records.transaction(async (tx) => tx.sites.list(id()));
    assert.equal(heard.length, 1);
    await records.outbox.add(message('d'));
    assert.equal(heard.length, 2);
    stop();
    await records.outbox.add(message('e'));
    assert.equal(heard.length, 2);
  });

  test(`${name}: a message that no queue would take is refused where it is added`, async (t) => {
    const records = await open(t);
    const large = { ...message('a'), payload: 'x'.repeat(64 * 1024 + 1) };
    await assert.rejects(records.outbox.add(large), { code: 'body-too-large' });
    assert.deepEqual(await records.outbox.list(1), []);
  });
}

function password(of: Camera | null): string | null | undefined {
  return of?.source.kind === 'rtsp' ? (of.source.password?.reveal() ?? null) : undefined;
}

/** A camera that can be compared: handles of secrets are never the same. */
function plain(of: Camera): unknown {
  return JSON.parse(JSON.stringify(of));
}
