// The queue on a real Kafka.

import { after, before, type TestContext } from 'node:test';
import { type Kafka, startKafka } from '../../../test/servers/kafka.ts';
import { kafkaIsMissing } from '../../../test/servers/kafka-jars.ts';
import { silentLog } from '../../core/ports/log.ts';
import { queueContract } from '../../core/ports/queue.contract.ts';
import { memoryCache } from '../memory/cache.ts';
import { manualClock } from '../memory/clock.ts';
import { kafkaQueue } from './queue.ts';

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});

let tests = 0;
const timings = { sessionMs: 1_500, heartbeatMs: 100 };

queueContract('queue on Kafka', async (t: TestContext) => {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  tests += 1;
  const prefix = `contract-${tests}.`;
  const open = (way: 'plain' | 'cut') => {
    const connection = { brokers: kafka.brokers(way), tls: null, auth: { kind: 'none' } } as const;
    const queue = kafkaQueue({
      connection,
      prefix,
      cache,
      clock,
      log: silentLog,
      partitions: 4,
      replicas: 1,
      timings,
    });
    t.after(async () => {
      const closing = queue.close();
      await clock.advance(600_000);
      await closing;
    });
    return queue;
  };
  const queue = open('cut');
  t.after(() => kafka.network.mend());
  /** Answers after what was asked of Kafka before. */
  const roundTrip = () => queue.depth('work');
  return {
    queue,
    async pass(ms) {
      await clock.advance(ms);
      await roundTrip();
    },
    async crash() {
      const again = open('plain');
      // Until Kafka knows what this process knows; then nothing more comes of it.
      while ((await again.depth('work')) !== (await queue.depth('work'))) await roundTrip();
      kafka.network.cut();
      return again;
    },
  };
});
