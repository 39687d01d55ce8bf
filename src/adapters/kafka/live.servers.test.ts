// Live events over a real Kafka: the same promises as in one process, and every process hears the others.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { branded, type OrganizationId, type SiteId } from '../../core/brand.ts';
import { eventsContract } from '../../core/ports/events.contract.ts';
import type { Events, LiveEvent } from '../../core/ports/events.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { inprocessEvents } from '../inprocess/events.ts';
import { systemClock } from '../system/clock.ts';
import { openKafkaEvents } from './live.ts';

let kafka: Kafka;
let prefixes = 0;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});
const limits = { skip: kafkaIsMissing, timeout: 60_000 };
const fresh = () => `events${++prefixes}.`;

async function open(t: TestContext, prefix: string, processId: string) {
  const events = await openKafkaEvents({
    ...{ prefix, processId, log, replicas: 1, clock: systemClock(), local: inprocessEvents({ log }) },
    connection: { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } },
  });
  t.after(() => events.close());
  return events;
}

const siteChanged = (site: string): LiveEvent => ({
  organizationId: branded<OrganizationId>('organization'),
  type: 'site-changed',
  siteId: branded<SiteId>(site),
});

/** Resolves with the first `count` sites that `events` tell of. */
function sitesOf(events: Events, count: number): Promise<string[]> {
  const heard: string[] = [];
  return new Promise((resolve) => {
    events.subscribe((event) => {
      if (event.type === 'site-changed') heard.push(event.siteId);
      if (heard.length === count) resolve(heard);
    });
  });
}

if (kafkaIsMissing === false) {
  eventsContract('events over Kafka', async (t) => ({
    events: await open(t, fresh(), 'this process'),
    settle: async () => {},
  }));
}

test('events reach the listeners of other processes, in order, and their own once', limits, async (t) => {
  const prefix = fresh();
  const [here, there] = [await open(t, prefix, 'here'), await open(t, prefix, 'there')];
  const [heardHere, heardThere] = [sitesOf(here, 4), sitesOf(there, 4)];
  const three = sitesOf(there, 3);
  for (const site of ['a', 'b', 'c']) here.publish(siteChanged(site));
  await three;
  there.publish(siteChanged('d'));
  assert.deepEqual(await heardThere, ['a', 'b', 'c', 'd']);
  assert.deepEqual(await heardHere, ['a', 'b', 'c', 'd']);
});

test('a process that comes later hears nothing of before', limits, async (t) => {
  const prefix = fresh();
  const here = await open(t, prefix, 'here');
  const early = sitesOf(await open(t, prefix, 'early'), 1);
  here.publish(siteChanged('before'));
  await early;
  const late = sitesOf(await open(t, prefix, 'late'), 1);
  here.publish(siteChanged('after'));
  assert.deepEqual(await late, ['after']);
});

test(
  'a broker that went is a while without the others, and heard again when it is back',
  limits,
  async (t) => {
    const prefix = fresh();
    const [here, there] = [await open(t, prefix, 'here'), await open(t, prefix, 'there')];
    await Promise.all(kafka.nodes.map((node) => node.kill()));
    const own = sitesOf(here, 1);
    here.publish(siteChanged('alone'));
    assert.deepEqual(await own, ['alone']);
    await Promise.all(kafka.nodes.map((node) => node.start()));
    const heard = sitesOf(there, 1);
    const isHeard = heard.then(() => true);
    do here.publish(siteChanged('again'));
    while (!(await Promise.race([isHeard, pause(100, false)])));
  },
);
