// Ports whose calls are counted: whoever calls them knows nothing of it.

import type { Consumer, Queue } from '../ports/queue.ts';
import type { Keys } from '../ports/keys.ts';
import type { Meters } from './metrics.ts';
import { queueTopics } from './series.ts';

/** The same keys, whose calls are counted by whether they went well. */
export function measuredKeys(keys: Keys, metrics: Meters): Keys {
  const countersOf = (operation: 'wrap' | 'unwrap' | 'sign') => ({
    well: metrics.counter('vedette_keys_operations_total', { operation }),
    failed: metrics.counter('vedette_keys_failures_total', { operation }),
  });
  const counters = { wrap: countersOf('wrap'), unwrap: countersOf('unwrap'), sign: countersOf('sign') };
  async function counted<T>(operation: keyof typeof counters, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      counters[operation].well.add();
      return result;
    } catch (error) {
      counters[operation].failed.add();
      throw error;
    }
  }
  return {
    ...keys,
    wrap: (key, context) => counted('wrap', () => keys.wrap(key, context)),
    unwrap: (wrapped, context) => counted('unwrap', () => keys.unwrap(wrapped, context)),
    sign: (bytes) => counted('sign', () => keys.sign(bytes)),
  };
}

/** The same queue, whose attempts are counted by topic and by whether they went well. */
export function measuredQueue(queue: Queue, metrics: Meters): Queue {
  return {
    ...queue,
    consume(topic, options, handler): Consumer {
      if (!queueTopics.some((known) => known === topic)) return queue.consume(topic, options, handler);
      const done = metrics.counter('vedette_queue_attempts_total', { topic, outcome: 'done' });
      const failed = metrics.counter('vedette_queue_attempts_total', { topic, outcome: 'failed' });
      return queue.consume(topic, options, async (message, signal) => {
        try {
          await handler(message, signal);
          done.add();
        } catch (error) {
          failed.add();
          throw error;
        }
      });
    },
  };
}
