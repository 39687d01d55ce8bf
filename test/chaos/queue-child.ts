// A process that works on a queue in Kafka and tells its parent what it begins and ends, until it is told to stop or is
// killed. Small state is the parent's: all processes share it.

import { setTimeout } from 'node:timers/promises';
import { kafkaQueue } from '../../src/adapters/kafka/queue.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { Cache, Count } from '../../src/core/ports/cache.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import { type CacheCall, type ChildNews, type ChildOrders, isLong, now } from './queue-news.ts';

const [brokers = '', prefix = '', sessionMs = '3000'] = process.argv.slice(2);
/** Rebalances take two heartbeats, of 150 ms each. */
const longWorkMs = 500;
const waiting = new Map<number, (result: string | boolean | null) => void>();
let calls = 0;

const queue = kafkaQueue({
  connection: { brokers: brokers.split(','), tls: null, auth: { kind: 'none' } },
  prefix,
  cache: parentCache(),
  clock: systemClock(),
  log: silentLog,
  timings: { sessionMs: Number(sessionMs), heartbeatMs: 150 },
});

process.on('message', (orders: ChildOrders) => {
  if (orders.type === 'cache') waiting.get(orders.call)?.(orders.result);
  else queue.close().then(() => process.disconnect?.());
});

const options = { concurrency: 4, maxAttempts: 5, backoff: { firstMs: 20, maxMs: 100 }, timeoutMs: 20_000 };
queue.consume('work', options, async ({ id, key, attempt }) => {
  tell({ type: 'begins', id, key, attempt, at: now() });
  const index = Number(id.split('/')[1]);
  if (isLong(id)) await setTimeout(longWorkMs);
  else await ask({ verb: 'get', key: 'work' });
  const fails = attempt === 1 && index % 17 === 0;
  tell({ type: 'ends', id, key, attempt, at: now() });
  if (fails) throw new Error('Not now.');
});
tell({ type: 'ready' });

function tell(news: ChildNews): void {
  process.send?.(news);
}

function ask(asked: CacheCall): Promise<string | boolean | null> {
  calls += 1;
  const call = calls;
  const answer = new Promise<string | boolean | null>((resolve) => waiting.set(call, resolve));
  tell({ type: 'cache', call, asked });
  return answer.finally(() => waiting.delete(call));
}

function parentCache(): Cache {
  const bytes = (answer: string | boolean | null) =>
    typeof answer === 'string' ? Buffer.from(answer) : null;
  const text = (value: Uint8Array) => Buffer.from(value).toString();
  return {
    get: async (key) => bytes(await ask({ verb: 'get', key })),
    set: async (key, value, ttlMs) => void (await ask({ verb: 'set', key, value: text(value), ttlMs })),
    setIfAbsent: async (key, value, ttlMs) =>
      (await ask({ verb: 'setIfAbsent', key, value: text(value), ttlMs })) === true,
    swap: () => Promise.reject(new Error('not needed')),
    take: () => Promise.reject(new Error('not needed')),
    increment: (): Promise<Count> => Promise.reject(new Error('not needed')),
    delete: () => Promise.reject(new Error('not needed')),
    close: async () => {},
  };
}
