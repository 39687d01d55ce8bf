// The inbox on a real Kafka.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { branded } from '../../core/brand.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { inboxContract } from '../../core/ports/inbox.contract.ts';
import { memoryBlobs } from '../memory/blobs.ts';
import { systemClock } from '../system/clock.ts';
import { kafkaInbox } from './inbox.ts';
import { recordWriter } from './records.ts';

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});

test('what a record names is read and removed only where the inbox keeps bodies', {
  skip: kafkaIsMissing,
  timeout: 60_000,
}, async (t) => {
  const [clock, blobs] = [systemClock(), memoryBlobs()];
  const connection = { brokers: kafka.brokers(), tls: null, auth: { kind: 'none' } } as const;
  const where = { topic: 'inbox-of-strangers', prefix: 'images/http/inbox', partitions: 1, replicas: 1 };
  const inbox = kafkaInbox({ connection, blobs, clock, log, ...where });
  t.after(() => inbox.close());
  const evidence = new TextEncoder().encode('evidence');
  const sha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', evidence)).toHex();
  await blobs.put('footage/held', evidence, { sizeBytes: evidence.byteLength, sha256: branded(sha256) });
  await inbox.put({ id: 'ours', headers: {}, body: new Uint8Array(1) });
  const writer = recordWriter({ connection, log });
  t.after(() => writer.close());
  const headers = { 'inbox-claim': 'footage/held', 'inbox-id': 'theirs' };
  await writer.publishRecords([{ topic: where.topic, key: null, headers, value: new Uint8Array(1) }]);
  const bodies: number[] = [];
  inbox.consume(
    { concurrency: 1, backoff: { firstMs: 1, maxMs: 1 }, timeoutMs: 5_000 },
    async ({ read }) => void bodies.push((await read()).byteLength),
  );
  while ((await inbox.backlog()) > 0) await setTimeout(10);
  assert.deepEqual(bodies, [1, 1]);
  assert.equal((await blobs.get('footage/held')).byteLength, evidence.byteLength);
});

let tests = 0;

inboxContract(
  'inbox on Kafka',
  async (t) => {
    const clock = systemClock();
    const blobs = memoryBlobs();
    tests += 1;
    const topic = `inbox-${tests}`;
    const open = (way: 'plain' | 'cut') => {
      const connection = { brokers: kafka.brokers(way), tls: null, auth: { kind: 'none' } } as const;
      const timings = { sessionMs: 1_500, heartbeatMs: 100 };
      const where = { topic, prefix: 'images/http/inbox', partitions: 4, replicas: 1 };
      const inbox = kafkaInbox({ connection, blobs, clock, log, timings, ...where });
      t.after(() => inbox.close());
      return inbox;
    };
    t.after(() => kafka.network.mend());
    return {
      inbox: open('cut'),
      pass: (ms) => setTimeout(ms),
      async crash() {
        const next = open('plain');
        kafka.network.cut();
        return next;
      },
    };
  },
  { skip: kafkaIsMissing },
);
