// The queue in the database: durable, with one process working on it.

import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Queue } from '../../core/ports/queue.ts';
import type { Database } from './database.ts';
import { type RunningConsumer, startConsumer } from './queue-consumer.ts';
import { queueStore } from './queue-store.ts';

export interface SqlQueueOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ n < 1; what spreads retries. */
  readonly random?: () => number;
}

/**
 * The queue in `database`, which stays its owner's to close. One queue a database: opening it puts back what
 * a process that ended had in hand.
 */
export function sqlQueue({ database, clock, log, random = Math.random }: SqlQueueOptions): Queue {
  const store = queueStore(database);
  const consumers = new Map<RunningConsumer, string>();
  const wake = (topics: ReadonlySet<string>) => {
    for (const [consumer, topic] of consumers) if (topics.has(topic)) consumer.wake();
  };
  const recovered = store.recover();
  // Whoever uses the queue meets the failure; nobody may before that.
  recovered.catch(() => {});
  return {
    async publish(messages) {
      await recovered;
      await store.publish(messages, clock.now());
      wake(new Set(messages.map(({ topic }) => topic)));
    },
    consume(topic, options, handler) {
      const context = { store, clock, log, random, recovered, freed: () => wake(new Set([topic])) };
      const consumer = startConsumer(context, topic, options, handler);
      consumers.set(consumer, topic);
      return {
        async stop() {
          consumers.delete(consumer);
          await consumer.stop();
        },
      };
    },
    async deadLetters(topic) {
      await recovered;
      return store.deadLetters(topic);
    },
    async deadLetterCount(topic) {
      await recovered;
      return store.deadLetterCount(topic);
    },
    async depth(topic) {
      await recovered;
      return store.depth(topic);
    },
    async close() {
      await recovered.catch(() => {});
      await Promise.all([...consumers.keys()].map((consumer) => consumer.stop()));
      consumers.clear();
    },
  };
}
