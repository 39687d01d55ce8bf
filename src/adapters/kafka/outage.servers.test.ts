// What becomes of messages while Kafka hangs, where they are published twice, and after they are done.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { Admin, Producer } from '@platformatic/kafka';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { memoryCache } from '../memory/cache.ts';
import { systemClock } from '../system/clock.ts';
import { type KafkaQueueOptions, kafkaQueue } from './queue.ts';

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});
const limits = { skip: kafkaIsMissing, timeout: 60_000 };

function open(t: TestContext, prefix: string, more: Partial<KafkaQueueOptions> = {}) {
  const clock = systemClock();
  const queue = kafkaQueue({
    connection: { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } },
    prefix,
    cache: memoryCache({ clock }),
    clock,
    log,
    partitions: 1,
    replicas: 1,
    ...more,
  });
  t.after(() => queue.close());
  return queue;
}

const message = (id: string) => ({ topic: 'work', key: 'k', id, payload: '{}' });
const consumeOptions = {
  concurrency: 4,
  maxAttempts: 3,
  backoff: { firstMs: 1, maxMs: 1 },
  timeoutMs: 5_000,
};

test(
  'while Kafka hangs, publishing fails within its patience; what is published again then comes once',
  limits,
  async (t) => {
    const queue = open(t, 'hang.');
    await queue.publish([message('before')]);
    kafka.nodes[0]?.hang();
    const startedAtMs = performance.now();
    try {
      await assert.rejects(queue.publish([message('during')]), { code: 'queue-unavailable' });
      assert.ok(performance.now() - startedAtMs < 12_000);
    } finally {
      await kafka.nodes[0]?.start();
    }
    await queue.publish([message('during'), message('after')]);
    const got: string[] = [];
    const all = Promise.withResolvers<void>();
    queue.consume('work', consumeOptions, async ({ id }) => {
      got.push(id);
      if (id === 'after') all.resolve();
    });
    await all.promise;
    while ((await queue.depth('work')) > 0);
    assert.deepEqual(got, ['before', 'during', 'after']);
  },
);

test('an id that two processes publish at the same time is handled once', limits, async (t) => {
  // Neither knows of the other: not even the cache is shared, as when it lost what it knew.
  const publishers = [open(t, 'twice.'), open(t, 'twice.')];
  await Promise.all(publishers.map((queue) => queue.publish([message('a')])));
  const consumer = open(t, 'twice.');
  assert.equal(await consumer.depth('work'), 2);
  const got: string[] = [];
  consumer.consume('work', consumeOptions, async ({ id }) => {
    got.push(id);
  });
  while ((await consumer.depth('work')) > 0);
  assert.deepEqual(got, ['a']);
});

test('what is done is deleted from Kafka, and nothing else', limits, async (t) => {
  const queue = open(t, 'purge.', { timings: { purgeMs: 100 } });
  await queue.publish(['a', 'b', 'c'].map(message));
  queue.consume('work', consumeOptions, ({ id }) => (id === 'c' ? new Promise(() => {}) : Promise.resolve()));
  const admin = new Admin({ clientId: 'tests', bootstrapBrokers: [...kafka.brokers()] });
  t.after(() => admin.close());
  const oldest = async () => {
    const partitions = [{ partitionIndex: 0, timestamp: -2n }];
    const [topic] = await admin.listOffsets({ topics: [{ name: 'purge.work', partitions }] });
    return topic?.partitions[0]?.offset;
  };
  while ((await oldest()) === 0n);
  assert.equal(await oldest(), 2n);
  assert.equal(await queue.depth('work'), 1);
});

test('a record that is not of Vedette in a topic of the queue is passed over', limits, async (t) => {
  const queue = open(t, 'foreign.');
  await queue.prepare(['work']);
  const producer = new Producer({ clientId: 'tests', bootstrapBrokers: [...kafka.brokers()] });
  t.after(() => producer.close());
  await producer.send({
    messages: [{ topic: 'foreign.work', key: Buffer.from('k'), value: Buffer.from('?') }],
    acks: -1,
  });
  await queue.publish([message('a')]);
  const got: string[] = [];
  queue.consume('work', consumeOptions, async ({ id }) => {
    got.push(id);
  });
  while ((await queue.depth('work')) > 0);
  assert.deepEqual(got, ['a']);
});
