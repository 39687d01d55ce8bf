// Topics for others, on a real Kafka: what is as large as an image, at least once, and no faster than it is handled.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { secret } from '../../core/secret.ts';
import { systemClock } from '../system/clock.ts';
import type { KafkaConnection } from './connection.ts';
import { type ConsumeRecordsOptions, consumeRecords, maxRecordBytes, recordWriter } from './records.ts';

const integrator = { name: 'integrator', password: 'a secret of theirs', mayAll: true };

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka({ tls: true, users: [integrator] });
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});
const limits = { skip: kafkaIsMissing, timeout: 60_000 };
const timings = { sessionMs: 1_500, heartbeatMs: 100 };

function house(t: TestContext, topic: string) {
  const inside: KafkaConnection = { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } };
  const outside: KafkaConnection = {
    brokers: kafka.brokers('scram'),
    tls: { authority: kafka.pem.authority, client: null },
    auth: { kind: 'scram-sha-512', user: integrator.name, password: secret(integrator.password) },
  };
  const writer = recordWriter({ connection: outside, log });
  t.after(() => writer.close());
  const consume = (
    onRecord: ConsumeRecordsOptions['onRecord'],
    more: Partial<ConsumeRecordsOptions> = {},
  ) => {
    const consumer = consumeRecords({
      connection: inside,
      topic,
      group: 'vedette-images',
      onRecord,
      concurrency: 2,
      maxWorkMs: 5_000,
      backoff: { firstMs: 1, maxMs: 5 },
      clock: systemClock(),
      log,
      timings,
      ...more,
    });
    t.after(() => consumer.stop());
    return consumer;
  };
  const make = () =>
    writer.prepare({ name: topic, partitions: 2, replicas: 1, configuration: {}, maxBytes: maxRecordBytes });
  const record = (value: Uint8Array, key: string | null = 'camera-1') => ({
    topic,
    key,
    value,
    headers: { site: 'site-1', time: '2026-01-01T00:00:00Z' },
  });
  return { writer, consume, make, record };
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test(
  'an image of 20 MB comes through as it was, with its headers, by a name that is not ours',
  limits,
  async (t) => {
    const { writer, consume, make, record } = house(t, 'vedette.images.large');
    await make();
    const image = randomBytes(20_000_000);
    const got = Promise.withResolvers<void>();
    consume(async ({ value, headers, key, topic }) => {
      assert.equal(digest(value), digest(image));
      assert.deepEqual([key, topic], ['camera-1', 'vedette.images.large']);
      assert.deepEqual(headers, { site: 'site-1', time: '2026-01-01T00:00:00Z' });
      got.resolve();
    });
    await writer.publishRecords([record(image)]);
    await got.promise;
  },
);

test('what is larger than the topic takes is refused', limits, async (t) => {
  const { writer, make, record } = house(t, 'vedette.images.limit');
  await make();
  await assert.rejects(writer.publishRecords([record(randomBytes(maxRecordBytes + 1))]), {
    code: 'body-too-large',
  });
});

test(
  'what Kafka refuses of one topic holds up nothing of another, however they are mixed',
  limits,
  async (t) => {
    const { writer, make, consume, record } = house(t, 'vedette.images.mixed');
    await make();
    const refused = { ...record(Buffer.from('x')), topic: 'not a topic' };
    const good = Array.from({ length: 20 }, (_, index) => record(Buffer.from(`${index}`)));
    const sent = await Promise.allSettled([
      writer.publishRecords(good.slice(0, 10)),
      writer.publishRecords([refused]),
      writer.publishRecords(good.slice(10)),
    ]);
    assert.deepEqual(
      sent.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    const got: string[] = [];
    const all = Promise.withResolvers<void>();
    consume(async ({ value }) => {
      if (got.push(`${Buffer.from(value)}`) === good.length) all.resolve();
    });
    await all.promise;
    assert.deepEqual(
      got,
      good.map((_, index) => `${index}`),
    );
  },
);

test(
  'a record that was not handled comes again, before the next of its key, and stays with who stops',
  limits,
  async (t) => {
    const { writer, consume, make, record } = house(t, 'vedette.images.again');
    await make();
    await writer.publishRecords(['a', 'b', 'c'].map((text) => record(Buffer.from(text))));
    const seen: string[] = [];
    const two = Promise.withResolvers<void>();
    const first = consume(async ({ value, attempt }) => {
      seen.push(`${Buffer.from(value)} ${attempt}`);
      if (attempt < 3 || `${Buffer.from(value)}` !== 'a') {
        if (seen.length >= 6) two.resolve();
        throw new Error('Not now.');
      }
    });
    await two.promise;
    await first.stop();
    assert.deepEqual(seen.slice(0, 5), ['a 1', 'a 2', 'a 3', 'b 1', 'b 2']);
    const rest: string[] = [];
    const all = Promise.withResolvers<void>();
    consume(async ({ value }) => {
      rest.push(`${Buffer.from(value)}`);
      if (rest.length === 2) all.resolve();
    });
    await all.promise;
    assert.deepEqual(rest, ['b', 'c']);
  },
);

test('while records are in hand, only so many bytes more are read', limits, async (t) => {
  const { writer, consume, make, record } = house(t, 'vedette.images.flood');
  await make();
  const mebibyte = 1024 * 1024;
  for (let sent = 0; sent < 80; sent += 10) {
    await writer.publishRecords(Array.from({ length: 10 }, () => record(Buffer.alloc(mebibyte), null)));
  }
  const letGo = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  let handled = 0;
  const consumer = consume(
    async () => {
      await letGo.promise;
      handled += 1;
      if (handled === 80) all.resolve();
    },
    { maxHeldBytes: 8 * mebibyte },
  );
  while (consumer.heldBytes() < 8 * mebibyte) await writer.publishRecords([record(Buffer.alloc(1), 'wait')]);
  // Much goes in and out of the broker meanwhile: a reader without a limit would have read on.
  for (let turn = 0; turn < 200; turn += 1) await writer.publishRecords([record(Buffer.alloc(1), 'wait')]);
  const oneAnswer = 32 * mebibyte;
  assert.ok(consumer.heldBytes() < 8 * mebibyte + oneAnswer);
  letGo.resolve();
  await all.promise;
});

test('headers count among the bytes that are held', limits, async (t) => {
  const { writer, consume, make, record } = house(t, 'vedette.images.headers');
  await make();
  const padded = { ...record(Buffer.alloc(1), null), headers: { padding: 'x'.repeat(300_000) } };
  const letGo = Promise.withResolvers<void>();
  const inHand = Promise.withResolvers<void>();
  let begun = 0;
  const consumer = consume(
    async () => {
      begun += 1;
      if (begun === 4) inHand.resolve();
      await letGo.promise;
    },
    { concurrency: 4 },
  );
  await writer.publishRecords(Array.from({ length: 4 }, () => padded));
  await inHand.promise;
  const bytes = consumer.heldBytes();
  letGo.resolve();
  assert.ok(bytes > 4 * 300_000, `${bytes} bytes`);
});

test('a consumer waits for a topic that is not there yet', limits, async (t) => {
  const { writer, consume, make, record } = house(t, 'vedette.images.later');
  const got = Promise.withResolvers<string>();
  consume(async ({ value }) => got.resolve(`${Buffer.from(value)}`));
  await make();
  await writer.publishRecords([record(Buffer.from('at last'))]);
  assert.equal(await got.promise, 'at last');
});
