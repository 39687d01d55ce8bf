// Kafka, Redis and PostgreSQL are taken away from processes that take in images: refused at once, and the log says each thing once.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { paths } from '../src/http/contract/paths.ts';
import { smallJpeg } from './houses/stills.ts';
import { clusterIsMissing, startCluster } from './servers/cluster.ts';
import { promptMs } from './servers/prompt.ts';
import { eventually, setUp, type Vedette } from './servers/vedette.ts';

interface Ready {
  readonly services?: Readonly<Record<string, string>>;
}

interface Standing {
  readonly degraded: readonly { readonly name: string }[];
}

/** A service is away for so long: some sentences would be said a hundred times. */
const awayMs = 20_000;
/** Whoever reads the log sees a sentence once; a second time where it came and went while the service came back. */
const mostTimes = 2;

/** How often each sentence is in the log at a level that somebody looks at. */
function sentences({ output }: Vedette, after: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of output().slice(after).split('\n')) {
    if (!line.startsWith('{')) continue;
    const { level, msg, topic = '' } = JSON.parse(line);
    if (level < 40) continue;
    const sentence = msg === 'A message was not handled' ? `${msg} ${topic}` : String(msg);
    counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  }
  return counts;
}

test('images are refused at once while their way is away, and the log does not repeat itself', {
  skip: clusterIsMissing,
  timeout: 600_000,
}, async (t) => {
  await using cluster = await startCluster();
  const door = await cluster.start('http');
  const processes = [
    door,
    await cluster.start('ingest'),
    await cluster.start('tend,deliver'),
    await cluster.start('record'),
  ];
  const client = await setUp(door, { name: 'Yard', source: { kind: 'demo' } });
  const { body: sites } = await client.call<{ id: string }[]>('GET', paths.sites);
  const asked = { name: 'Gate', permissions: ['push-images'], siteIds: null, lifeDays: 1 };
  const made = await client.call<{ key: string }>('POST', paths.accessKeys, asked);
  const push = async () => {
    const began = performance.now();
    const response = await fetch(new URL(`${paths.images}?siteId=${sites[0]?.id}`, door.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${made.body.key}`, 'content-type': 'image/jpeg' },
      body: smallJpeg(),
    });
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, ms: performance.now() - began };
  };
  const isBack = (service: string) =>
    eventually(`${service} is back`, 60_000, async () => {
      const { body } = await client.call<Ready>('GET', '/readyz');
      return body.services?.[service] === 'up' || null;
    });
  const taken = () =>
    eventually('an image is taken', 60_000, async () => (await push()).status === 202 || null);
  await taken();

  const servers = {
    queue: { stop: () => cluster.kafka.nodes[0]?.stop(), start: () => cluster.kafka.nodes[0]?.start() },
    cache: cluster.redis,
    records: { stop: () => cluster.postgres.kill(), start: () => cluster.postgres.start() },
  };
  for (const [name, code, said] of [
    ['queue', 'queue-unavailable', 'images-refused'],
    ['cache', 'cache-unavailable', 'images-refused'],
    ['records', 'records-unavailable', 'nothing-answers'],
  ] as const) {
    await t.test(`without the ${name}`, async () => {
      const before = processes.map(({ output }) => output().length);
      await servers[name].stop();
      await eventually(`${name} is missed`, 60_000, async () => {
        const { body } = await client.call<Standing>('GET', paths.standing);
        return body.degraded.some((mode) => mode.name === said) ? body : null;
      });
      for (let turn = 0; turn < 5; turn += 1) {
        const [refused, mostMs] = await Promise.all([push(), promptMs(client)]);
        assert.equal(refused.status, 503);
        assert.match(refused.text, new RegExp(`${code}.*at the moment`));
        assert.doesNotMatch(refused.text, /Check/);
        assert.equal(refused.headers.get('retry-after'), '5');
        assert.ok(refused.ms < mostMs, `${refused.ms} ms, where ${mostMs} are prompt`);
      }
      await setTimeout(awayMs);
      await servers[name].start();
      await isBack(name);
      await taken();
      for (const [index, each] of processes.entries()) {
        const counts = sentences(each, before[index] ?? 0);
        for (const [sentence, times] of counts) {
          assert.ok(times <= mostTimes, `${index}: "${sentence}" is said ${times} times`);
        }
        t.diagnostic(`${index}: ${JSON.stringify([...counts])}`);
      }
    });
  }
});
