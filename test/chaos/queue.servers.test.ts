// The queue on Kafka, attacked: processes come, go and are killed, brokers too, and nothing is lost or out of order.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setImmediate, setTimeout as pause } from 'node:timers/promises';
import { kafkaQueue } from '../../src/adapters/kafka/queue.ts';
import { memoryCache } from '../../src/adapters/memory/cache.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { silentLog } from '../../src/core/ports/log.ts';
import type { Queue } from '../../src/core/ports/queue.ts';
import { type Kafka, startKafka } from '../servers/kafka.ts';
import { kafkaIsMissing } from '../servers/kafka-jars.ts';
import {
  assertNothingLost,
  assertOneAtATime,
  doneTwice,
  queueWorkers,
  type Workers,
} from './queue-workers.ts';

let kafka: Kafka;
before(async () => {
  if (kafkaIsMissing === false) kafka = await startKafka();
});
after(async () => {
  await kafka?.[Symbol.asyncDispose]();
});

const options = { skip: kafkaIsMissing, timeout: 300_000 };
/** So many that every partition has some: who has a partition has work. */
const keys = Array.from({ length: 36 }, (_, index) => `key${index}`);
const concurrency = 4;

async function house(t: TestContext, prefix: string) {
  const clock = systemClock();
  const cache = memoryCache({ clock });
  const brokers = kafka.brokers();
  const connection = { brokers, tls: null, auth: { kind: 'none' } } as const;
  const queue = kafkaQueue({ connection, prefix, cache, clock, log: silentLog, partitions: 6, replicas: 1 });
  const workers = queueWorkers(cache, [brokers.join(','), prefix]);
  t.after(async () => {
    await workers[Symbol.asyncDispose]();
    await queue.close();
  });
  // Before a worker makes it, with as many partitions as it likes.
  await queue.prepare(['work']);
  return { queue, workers };
}

/** Messages published before others are begun: what is left at the end takes its time. */
const maxWaiting = 600;

/**
 * Publishes for every key, in order, until it is told to stop, and not much more than is worked on; like the relay, it tries
 * again what failed.
 */
function publishing(queue: Queue, workers: Workers) {
  const published = new Map(keys.map((key) => [key, 0]));
  let isOver = false;
  let all = 0;
  async function publishKey(key: string): Promise<void> {
    for (let index = 0; !isOver; index += 1) {
      await persistently(() => queue.publish([{ topic: 'work', key, id: `${key}/${index}`, payload: '{}' }]));
      published.set(key, index + 1);
      all += 1;
      while (all - workers.begun > maxWaiting && !isOver) await pause(20);
    }
  }
  const running = Promise.all(keys.map(publishKey));
  return {
    async stop(): Promise<ReadonlyMap<string, number>> {
      isOver = true;
      await running;
      return published;
    },
  };
}

async function persistently(publish: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await publish();
    } catch (error) {
      assert.equal(error instanceof Error && 'code' in error && error.code, 'queue-unavailable');
    }
  }
}

async function emptied(queue: Queue): Promise<void> {
  for (;;) {
    const depth = await queue.depth('work').catch(() => 1);
    if (depth === 0) return;
    await setImmediate();
  }
}

test(
  'while processes come, go and are killed, nothing is lost, and a key is in hand at one of them',
  options,
  async (t) => {
    const { queue, workers } = await house(t, 'processes.');
    const first = await workers.start();
    const load = publishing(queue, workers);
    await first.begun(50);
    // Each has part of the work before the next thing happens.
    const second = await workers.start();
    await second.begun(50);
    const third = await workers.start();
    await third.begun(50);
    await second.stop();
    await third.begun(50);
    await third.kill();
    const fourth = await workers.start();
    await fourth.begun(50);
    await first.stop();
    await fourth.begun(100);
    const published = await load.stop();
    await emptied(queue);
    const history = workers.history();
    assertNothingLost(history, published);
    assertOneAtATime(history, workers.fallen);
    // At most what was in hand when it was killed.
    assert.ok(doneTwice(history).length <= concurrency, `twice: ${doneTwice(history)}`);
  },
);

/** The session of the workers, in ms; see the child. */
const sessionMs = 3_000;

test(
  'a process that was held up for longer than its session begins nothing that others have',
  options,
  async (t) => {
    const { queue, workers } = await house(t, 'held-up.');
    const [first, second, third] = [await workers.start(), await workers.start(), await workers.start()];
    const load = publishing(queue, workers);
    await Promise.all([first, second, third].map((worker) => worker.begun(30)));
    const times = 4;
    for (let time = 0; time < times; time += 1) {
      const worker = time % 2 === 0 ? first : second;
      await worker.holdUp(sessionMs * 2);
      // It is one of the group again.
      await worker.begun(30);
      await third.begun(30);
    }
    // While others come and go, and it waits to join again itself.
    const holding = first.holdUp(sessionMs * 2);
    const fourth = await workers.start();
    await second.stop();
    await fourth.begun(30);
    await holding;
    await first.begun(30);
    const published = await load.stop();
    await emptied(queue);
    const history = workers.history();
    assertNothingLost(history, published);
    assertOneAtATime(history, workers.fallen);
    // What it had in hand goes on in it, and once more elsewhere: nobody can stop a handler but itself. No more than that.
    const twice = doneTwice(history);
    t.diagnostic(`${history.length / 2} handled, ${twice.length} of them twice`);
    assert.ok(twice.length <= (times + 1) * concurrency, `twice: ${twice}`);
  },
);

test('a broker that is killed under load comes back with all it accepted', options, async (t) => {
  const { queue, workers } = await house(t, 'broker.');
  const both = [await workers.start(), await workers.start()];
  const load = publishing(queue, workers);
  const work = () => Promise.all(both.map((worker) => worker.begun(50)));
  await work();
  const [broker] = kafka.nodes;
  await broker?.kill();
  await broker?.start();
  await work();
  await broker?.stop();
  await broker?.start();
  await work();
  const published = await load.stop();
  await emptied(queue);
  assertNothingLost(workers.history(), published);
  // Who hears nothing gives up what it has in hand, which is then delivered again: at most that, each time.
  assert.ok(
    doneTwice(workers.history()).length <= 2 * 2 * concurrency,
    `twice: ${doneTwice(workers.history())}`,
  );
});
