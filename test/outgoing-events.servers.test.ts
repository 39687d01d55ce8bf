// What happens in an installation comes out on a real Kafka, as any consumer of CloudEvents reads it: every change once or
// more with one id, in order at each site, whoever is killed and whatever is away meanwhile.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Consumer } from '@platformatic/kafka';
import { z } from 'zod';
import { outgoingTypes } from '../src/core/outgoing/event.ts';
import { cloudEventSchema } from '../src/http/contract/outgoing.ts';
import { paths } from '../src/http/contract/paths.ts';
import { type Cluster, clusterIsMissing, startCluster } from './servers/cluster.ts';
import { armedSensors } from './servers/sensors.ts';
import { type Client, eventually, setUp } from './servers/vedette.ts';

const publicUrl = 'https://cams.example.org';
const oneTopic = { VEDETTE_EVENTS: 'one-topic', VEDETTE_PUBLIC_URL: publicUrl };
const perOrganization = { VEDETTE_EVENTS: 'topic-per-organization', VEDETTE_PUBLIC_URL: publicUrl };
const limits = { skip: clusterIsMissing, timeout: 600_000 };

const Envelope = z.object({
  id: z.string(),
  type: z.enum(outgoingTypes),
  subject: z.string(),
  source: z.string(),
  organization: z.string(),
  site: z.string().optional(),
  data: z.object({ state: z.string().optional() }).loose(),
});
type Envelope = z.infer<typeof Envelope>;

interface Read {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
  readonly event: Envelope;
}

/** Reads a topic from its begin, as a program of somebody else does. */
async function read(t: TestContext, { kafka }: Cluster, topic: string): Promise<Read[]> {
  const found: Read[] = [];
  const consumer = new Consumer({
    ...{ clientId: 'integrator', groupId: `integrator-${topic}`, bootstrapBrokers: [...kafka.brokers()] },
    ...{ retries: 100, retryDelay: 200 },
  });
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
  stream.on('error', () => {});
  stream.on('data', ({ key, value, headers }) => {
    const parsed: unknown = JSON.parse(value.toString());
    const named = Object.fromEntries([...headers].map(([name, text]) => [name.toString(), text.toString()]));
    found.push({ key: key.toString(), headers: named, value: parsed, event: Envelope.parse(parsed) });
  });
  t.after(() => consumer.close(true));
  return found;
}

/** The first time that each came: what is left when repeats are dropped by their ids. */
function firsts(found: readonly Read[]): readonly Read[] {
  const seen = new Map<string, Read>();
  for (const each of found) if (!seen.has(each.event.id)) seen.set(each.event.id, each);
  return [...seen.values()];
}

function of(found: readonly Read[], subject: string): readonly string[] {
  return firsts(found)
    .filter(({ event }) => event.subject === subject)
    .map(({ event }) => event.type);
}

interface IncidentRow {
  readonly id: string;
  readonly siteId: string;
  readonly siteName: string;
}

async function incidentsOf(client: Client): Promise<readonly IncidentRow[]> {
  return (await client.call<IncidentRow[]>('GET', `${paths.incidents}?limit=100`)).body;
}

/** Acknowledged, resolved and reopened by a person. */
async function lived(client: Client, { id }: IncidentRow): Promise<void> {
  const act = async (path: string, body?: unknown) => {
    const answer = await client.call('POST', path, body);
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
  };
  await act(`${paths.incidents}/${id}/acknowledge`);
  await act(`${paths.incidents}/${id}/resolve`, { resolution: 'test' });
  await act(`${paths.incidents}/${id}/reopen`);
}

const wholeLife = [
  'vedette.incident.opened.v1',
  'vedette.incident.acknowledged.v1',
  'vedette.incident.resolved.v1',
  'vedette.incident.reopened.v1',
];

test(
  'every act comes out once it is done, in order, over kills of who sends and an outage of Kafka',
  limits,
  async (t) => {
    await using cluster = await startCluster();
    const door = await cluster.start('http', oneTopic);
    let sender = await cluster.start('tend,deliver', oneTopic);
    const client = await setUp(door, null);
    const rounds = 12;
    const sensors = await armedSensors(client, rounds);
    await eventually('the topic is there', 60_000, async () =>
      sender.output().includes('"level":"error"') ? null : true,
    );
    const found = await read(t, cluster, 'vedette.events');

    for (let round = 0; round < rounds; round += 1) {
      assert.equal(await sensors.trip(client), 200);
      const [newest] = await incidentsOf(client);
      assert.ok(newest !== undefined);
      await lived(client, newest);
      if (round % 3 === 1) {
        await sender.kill();
        sender = await cluster.start('tend,deliver', oneTopic);
      }
      if (round === 6) cluster.kafka.nodes[0]?.hang();
      if (round === 8) await cluster.kafka.nodes[0]?.start();
    }

    const incidents = await incidentsOf(client);
    assert.equal(incidents.length, rounds);
    await eventually('everything came out', 120_000, async () =>
      incidents.every(({ id }) => of(found, id).length >= wholeLife.length) ? true : null,
    );
    for (const { id } of incidents) {
      const types = of(found, id).filter((type) => type !== 'vedette.incident.changed.v1');
      assert.deepEqual(types, wholeLife);
    }
    for (const { event, value, key, headers } of found) {
      assert.deepEqual(cloudEventSchema(event.type).parse(value), value);
      assert.equal(key, event.site);
      assert.equal(event.source, `${publicUrl}/organizations/${event.organization}`);
      assert.equal(headers.ce_id, event.id);
      assert.equal(headers.ce_type, event.type);
      assert.equal(headers['content-type'], 'application/cloudevents+json; charset=UTF-8');
    }
    const armed = firsts(found).filter(({ event }) => event.type === 'vedette.arming.changed.v1');
    assert.equal(armed.length, rounds, 'each site was armed once');
    const repeated = found.length - firsts(found).length;
    t.diagnostic(`${firsts(found).length} events, ${repeated} of them repeated with the same id`);
  },
);

test(
  'a camera, its incident and the images of an integrator come out of all processes, in a topic of the organization',
  limits,
  async (t) => {
    await using cluster = await startCluster();
    const door = await cluster.start('http,ingest', perOrganization);
    await cluster.start('tend,deliver', perOrganization);
    const recorder = await cluster.start('record', perOrganization);
    const client = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
    const { body: me } = await client.call<{ organization: { id: string } }>('GET', paths.me);
    const { body: cameras } = await client.call<{ id: string; siteId: string }[]>('GET', paths.cameras);
    const camera = cameras[0] ?? assert.fail('There is no camera.');
    await client.call('PUT', paths.arming(camera.siteId), { arming: 'armed-away', now: true });
    const found = await read(t, cluster, `vedette.events.${me.organization.id}`);
    const came = (what: string, withinMs: number) =>
      eventually(what, withinMs, async () => found.find(({ event }) => event.type === what)?.event ?? null);

    const online = await came('vedette.camera.online.v1', 90_000);
    assert.equal(online.subject, camera.id);
    await client.fetch(`${paths.images}?siteId=${camera.siteId}&camera=Till`, {
      ...{ method: 'POST', body: 'This is no picture.', headers: { 'content-type': 'image/jpeg' } },
    });
    await came('vedette.incident.opened.v1', 150_000);
    assert.equal(await recorder.stop(), 0);
    const offline = await came('vedette.camera.offline.v1', 120_000);
    assert.equal(offline.subject, camera.id);
    for (const { event, value } of found) assert.deepEqual(cloudEventSchema(event.type).parse(value), value);
  },
);
