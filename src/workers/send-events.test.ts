import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { at, household, id, incident } from '../../test/houses/rows.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { memoryKeys } from '../adapters/memory/keys.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlRecords } from '../adapters/sql/records.ts';
import type { OrganizationId } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import type { EventRecord, EventSink } from '../core/outgoing/cloud-event.ts';
import type { OutgoingEvent } from '../core/outgoing/event.ts';
import { tellingRecords } from '../core/outgoing/telling-records.ts';
import { silentLog as log } from '../core/ports/log.ts';
import { startSendingEvents } from './send-events.ts';

const publicUrl = 'https://cams.example.org';

async function setUp(t: TestContext) {
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log });
  t.after(() => database.close());
  const records = tellingRecords(sqlRecords({ database, keys: memoryKeys(), clock }), clock);
  return { clock, records, log };
}

/** A topic an organization, or one that fails as told. */
function memorySink(fails: (topic: string) => VedetteError | null = () => null) {
  const sent: { readonly topic: string; readonly record: EventRecord }[] = [];
  const sink: EventSink = {
    topicOf: (organizationId) => organizationId,
    async publish(topic, records) {
      const error = fails(topic);
      if (error !== null) throw error;
      sent.push(...records.map((record) => ({ topic, record })));
    },
    close: async () => {},
  };
  return { sink, sent, ids: () => sent.map(({ record }) => record.headers.ce_id) };
}

function event(organizationId: OrganizationId, ms = 0): OutgoingEvent {
  return {
    ...{ id: id(), type: 'vedette.image.stored.v1', organizationId, siteId: id(), cameraId: null },
    ...{ subject: id(), at: at(ms), data: '{}' },
  };
}

test('what waits at the start and what is committed later is sent in order, and is gone then', async (t) => {
  const { records, ...deps } = await setUp(t);
  const { sink, sent, ids } = memorySink();
  const { camera } = await household(records);
  const opened = incident(camera);
  await records.incidents.insert(opened);
  const sending = startSendingEvents({ records, sink, ...deps }, { publicUrl });
  await deps.clock.advance(0);
  for (let round = 1; round <= 250; round += 1) {
    await records.incidents.update({ ...opened, escalation: round }, 'open');
  }
  await deps.clock.advance(0);
  await deps.clock.advance(0);
  await sending.stop();
  assert.equal(new Set(ids()).size, 251);
  const levels = sent.map(({ record }) => JSON.parse(record.value).data.escalation);
  assert.deepEqual(
    levels,
    Array.from({ length: 251 }, (_, round) => round),
  );
  assert.equal(
    JSON.parse(sent[0]?.record.value ?? '').source,
    `${publicUrl}/organizations/${camera.organizationId}`,
  );
  assert.deepEqual(await records.outgoingEvents.list(9), []);
});

test('a sink that is away is tried again, and nothing is lost', async (t) => {
  const { records, ...deps } = await setUp(t);
  let isAway = true;
  const { sink, ids } = memorySink(() => (isAway ? new VedetteError('queue-unavailable') : null));
  const events = [event(id()), event(id())];
  await records.outgoingEvents.add(events);
  const sending = startSendingEvents({ records, sink, ...deps }, { publicUrl });
  await deps.clock.advance(60_000);
  assert.deepEqual(ids(), []);
  isAway = false;
  await deps.clock.advance(10_000);
  assert.deepEqual(
    ids(),
    events.map((each) => each.id),
  );
  await sending.stop();
});

test('a crash between sending and removing sends again, with the same id', async (t) => {
  const { records, ...deps } = await setUp(t);
  const { sink, ids } = memorySink();
  const one = event(id());
  await records.outgoingEvents.add([one]);
  const outgoingEvents = { ...records.outgoingEvents, remove: () => Promise.reject(new Error('Gone.')) };
  const first = startSendingEvents({ records: { ...records, outgoingEvents }, sink, ...deps }, { publicUrl });
  await deps.clock.advance(0);
  await first.stop();
  const second = startSendingEvents({ records, sink, ...deps }, { publicUrl });
  await deps.clock.advance(0);
  await second.stop();
  assert.deepEqual(ids(), [one.id, one.id]);
});

test('a topic that refuses holds up its own organization and nobody else', async (t) => {
  const { records, ...deps } = await setUp(t);
  const [refused, welcome] = [id<OrganizationId>(), id<OrganizationId>()];
  let refuses = true;
  const { sink, ids } = memorySink((topic) =>
    refuses && topic === refused ? new VedetteError('queue-refused', 'No.') : null,
  );
  const held = Array.from({ length: 300 }, () => event(refused));
  const free = event(welcome);
  await records.outgoingEvents.add([...held, free]);
  const sending = startSendingEvents({ records, sink, ...deps }, { publicUrl });
  await deps.clock.advance(0);
  assert.deepEqual(ids(), [free.id]);
  refuses = false;
  await deps.clock.advance(10_000);
  assert.deepEqual(ids(), [free.id, ...held.map((each) => each.id)]);
  await sending.stop();
});

test('what waits for longer than it may is dropped, and an event says how much of it', async (t) => {
  const { records, ...deps } = await setUp(t);
  const { sink, sent } = memorySink(() => null);
  const ours = id<OrganizationId>();
  await records.outgoingEvents.add([event(ours, -10_000), event(ours, -9_000), event(ours, -10)]);
  const limits = { keepMs: 5_000, maxWaiting: 100 };
  const sending = startSendingEvents({ records, sink, ...deps }, { publicUrl, limits });
  await deps.clock.advance(0);
  await sending.stop();
  const told = sent.map(({ record }) => JSON.parse(record.value));
  assert.deepEqual(
    told.map(({ type, data }) => [type, data]),
    [
      ['vedette.image.stored.v1', {}],
      ['vedette.events.lost.v1', { count: 2, from: at(-10_000), to: at(-9_000) }],
    ],
  );
});

test('of too much that waits the oldest is dropped', async (t) => {
  const { records, ...deps } = await setUp(t);
  const { sink, sent } = memorySink(() => null);
  const ours = id<OrganizationId>();
  await records.outgoingEvents.add(Array.from({ length: 50 }, (_, ms) => event(ours, ms)));
  const limits = { keepMs: 86_400_000, maxWaiting: 10 };
  const sending = startSendingEvents({ records, sink, ...deps }, { publicUrl, limits });
  await deps.clock.advance(0);
  await sending.stop();
  assert.equal(sent.length, 11);
  assert.deepEqual(JSON.parse(sent.at(-1)?.record.value ?? '').data, { count: 40, from: at(0), to: at(39) });
});
