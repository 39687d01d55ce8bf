import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { manualClock } from '../adapters/memory/clock.ts';
import { memoryKeys } from '../adapters/memory/keys.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlRecords } from '../adapters/sql/records.ts';
import { branded, type EpochMs } from '../core/brand.ts';
import { VedetteError } from '../core/errors.ts';
import { silentLog } from '../core/ports/log.ts';
import type { Queue, QueueMessage } from '../core/ports/queue.ts';
import { startRelay } from './relay.ts';

const log = silentLog;
const message = (id: string): QueueMessage => ({ topic: 'alerts', key: 'k', payload: '{}', id });

async function setUp(t: TestContext) {
  const clock = manualClock();
  const database = await openDatabase({ path: ':memory:', log });
  t.after(() => database.close());
  const records = sqlRecords({ database, keys: memoryKeys(), clock });
  return { clock, records, queue: memoryQueue({ clock }), log };
}

/** A queue that fails as told and keeps what it was given. */
function failing(queue: Queue, fails: (call: number) => boolean) {
  const calls: string[][] = [];
  return {
    calls,
    async publish(messages: readonly QueueMessage[]) {
      calls.push(messages.map(({ id }) => id));
      if (fails(calls.length)) throw new Error('The queue is away.');
      await queue.publish(messages);
    },
  };
}

async function received(queue: Queue, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const all = Promise.withResolvers<void>();
  const options = { concurrency: 1, maxAttempts: 1, backoff: { firstMs: 1, maxMs: 1 }, timeoutMs: 1_000 };
  const consumer = queue.consume('alerts', options, async ({ id }) => {
    ids.push(id);
    if (ids.length === count) all.resolve();
  });
  await all.promise;
  await consumer.stop();
  return ids;
}

test('a topic that the queue refuses holds up none of the others, and is handed over when it is taken', async (t) => {
  const { records, queue, clock } = await setUp(t);
  const refused = { is: true };
  const choosy: Pick<Queue, 'publish'> = {
    async publish(messages) {
      if (refused.is && messages.some(({ topic }) => topic === 'events'))
        throw new VedetteError('queue-refused');
      await queue.publish(messages);
    },
  };
  // More than one batch of them is older than anything else.
  for (let count = 0; count < 150; count += 1) {
    await records.outbox.add({ ...message(`e${count}`), topic: 'events' });
  }
  const alerts = Array.from({ length: 120 }, (_, index) => `m${index}`);
  for (const id of alerts) await records.outbox.add(message(id));
  const relay = startRelay({ records, queue: choosy, clock, log });
  assert.deepEqual(await received(queue, 120), alerts);
  refused.is = false;
  while ((await records.outbox.list(1)).length > 0) await clock.advance(1_000);
  await relay.stop();
});

test('what is in the outbox at the start and what is committed later reaches the queue in order', async (t) => {
  const { records, queue, clock } = await setUp(t);
  const expected = Array.from({ length: 250 }, (_, i) => `m${i}`);
  for (const id of expected.slice(0, 240)) await records.outbox.add(message(id));
  const relay = startRelay({ records, queue, clock, log });
  await records.transaction(async (tx) => {
    for (const id of expected.slice(240)) await tx.outbox.add(message(id));
  });
  assert.deepEqual(await received(queue, 250), expected);
  await clock.advance(0);
  await relay.stop();
  assert.deepEqual(await records.outbox.list(10), []);
});

test('a message with a time reaches the queue then, and one that was cancelled never', async (t) => {
  const { records, queue, clock } = await setUp(t);
  const after = (ms: number) => branded<EpochMs>(clock.now() + ms);
  await records.outbox.add(message('cancelled'), after(60_000));
  await records.outbox.add(message('a'), after(90_000));
  const relay = startRelay({ records, queue, clock, log });
  await records.outbox.remove(['cancelled']);
  await clock.advance(89_999);
  assert.equal(await queue.depth('alerts'), 0);
  await clock.advance(1);
  assert.deepEqual(await received(queue, 1), ['a']);
  await relay.stop();
});

test('a queue that is away is tried again, and nothing is lost or doubled', async (t) => {
  const { records, queue, clock } = await setUp(t);
  await records.outbox.add(message('a'));
  const away = failing(queue, (call) => call <= 2);
  const relay = startRelay({ records, queue: away, clock, log });
  await clock.advance(99);
  assert.equal(away.calls.length, 1);
  await clock.advance(1);
  assert.equal(away.calls.length, 2);
  await clock.advance(200);
  assert.deepEqual(await received(queue, 1), ['a']);
  await relay.stop();
  assert.equal(away.calls.length, 3);
});

test('a crash between publishing and removing does not deliver twice', async (t) => {
  const { records, queue, clock } = await setUp(t);
  await records.outbox.add(message('a'));
  const crashing = {
    ...records,
    outbox: { ...records.outbox, remove: () => Promise.reject(new Error('Gone.')) },
  };
  const first = startRelay({ records: crashing, queue, clock, log });
  await clock.advance(0);
  await first.stop();
  const second = startRelay({ records, queue, clock, log });
  await records.outbox.add(message('b'));
  assert.deepEqual(await received(queue, 2), ['a', 'b']);
  await clock.advance(0);
  await second.stop();
  assert.deepEqual(await records.outbox.list(10), []);
  assert.equal(await queue.depth('alerts'), 0);
});

test('a relay that was stopped moves nothing more and is no longer called', async (t) => {
  const { records, queue, clock } = await setUp(t);
  const relay = startRelay({ records, queue, clock, log });
  await clock.advance(0);
  await relay.stop();
  await records.outbox.add(message('a'));
  await clock.advance(60_000);
  assert.equal(await queue.depth('alerts'), 0);
  assert.deepEqual(await records.outbox.list(10), [message('a')]);
});

test('stopping does not wait for a queue that is away', async (t) => {
  const { records, queue, clock } = await setUp(t);
  await records.outbox.add(message('a'));
  const relay = startRelay({ records, queue: failing(queue, () => true), clock, log });
  await clock.advance(0);
  await relay.stop();
  assert.equal(clock.sleepers, 0);
});

test('what becomes due while the relay looks for the next one is handed over', async (t) => {
  const { records, queue, clock } = await setUp(t);
  const { outbox } = records;
  const dueAt = branded<EpochMs>(clock.now() + 1_000);
  await outbox.add(message('timer'), dueAt);
  let asked = 0;
  const slow = {
    ...records,
    outbox: {
      ...outbox,
      async nextDueAt(now: EpochMs) {
        asked += 1;
        if (asked === 1) clock.step(2_000);
        return outbox.nextDueAt(now);
      },
    },
  };
  const relay = startRelay({ records: slow, queue, clock, log });
  await clock.advance(10);
  assert.deepEqual(await received(queue, 1), ['timer']);
  await relay.stop();
});
