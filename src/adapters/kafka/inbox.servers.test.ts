// The inbox on a real Kafka.

import { setTimeout } from 'node:timers/promises';
import { after, before } from 'node:test';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { inboxContract } from '../../core/ports/inbox.contract.ts';
import { memoryBlobs } from '../memory/blobs.ts';
import { systemClock } from '../system/clock.ts';
import { kafkaInbox } from './inbox.ts';

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
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
