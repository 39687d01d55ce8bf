// The topic of images, on a real Kafka: what strangers may write there.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { Producer } from '@platformatic/kafka';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { systemClock } from '../system/clock.ts';
import type { KafkaConnection } from './connection.ts';
import { isReason } from './failure.ts';
import { type ConsumeImagesOptions, consumeImages } from './images.ts';
import { maxRecordBytes } from './records.ts';

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});
const limits = { skip: kafkaIsMissing, timeout: 60_000 };

/** A topic that we read, and a stranger who writes what the topic takes, compressed. */
function house(t: TestContext, topic: string, onRecord: ConsumeImagesOptions['onRecord']) {
  const connection: KafkaConnection = { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } };
  const clock = systemClock();
  const consumer = consumeImages({ connection, topic, partitions: 1, replicas: 1, clock, log, onRecord });
  t.after(() => consumer.stop());
  const stranger = new Producer({
    ...{ clientId: 'stranger', bootstrapBrokers: [...kafka.brokers()], compression: 'gzip' },
    // Until the topic is there.
    ...{ retries: 100, retryDelay: 100, autocreateTopics: false },
  });
  t.after(() => stranger.close());
  return (value: Buffer) => stranger.send({ messages: [{ topic, value }] });
}

test('a record is taken by its size, not by what it is compressed to', limits, async (t) => {
  const sizes: number[] = [];
  const two = Promise.withResolvers<void>();
  const write = house(t, 'vedette.images', async ({ value }) => {
    sizes.push(value.byteLength);
    if (sizes.length === 2) two.resolve();
  });
  await write(Buffer.alloc(20_000_000));
  // A few KB on the way, and as much as fits into no memory where it is read.
  await assert.rejects(write(Buffer.alloc(2 * maxRecordBytes)), (error) =>
    isReason(error, 'MESSAGE_TOO_LARGE'),
  );
  await write(Buffer.alloc(1));
  await two.promise;
  assert.deepEqual(sizes, [20_000_000, 1]);
});
