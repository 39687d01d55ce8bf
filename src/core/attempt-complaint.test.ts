// What the queues say of messages that they give up.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { manualClock, type ManualClock } from '../adapters/memory/clock.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { openDatabase } from '../adapters/sql/database.ts';
import { sqlQueue } from '../adapters/sql/queue.ts';
import { VedetteError } from './errors.ts';
import { type Log, type LogFields, silentLog } from './ports/log.ts';
import type { Queue } from './ports/queue.ts';

const options = {
  ...{ concurrency: 4, maxAttempts: 2, timeoutMs: 10_000 },
  backoff: { firstMs: 1_000, maxMs: 1_000 },
};
const reason = 'The store is away.';

const queues: Readonly<Record<string, (t: TestContext, clock: ManualClock, log: Log) => Promise<Queue>>> = {
  memory: async (_, clock, log) => memoryQueue({ clock, log }),
  async SQLite(t, clock, log) {
    const database = await openDatabase({ path: ':memory:', log: silentLog });
    t.after(() => database.close());
    return sqlQueue({ database, clock, log });
  },
};

for (const [name, open] of Object.entries(queues)) {
  test(`each message that is given up is said aloud, however many waited for the same service (${name})`, async (t) => {
    const clock = manualClock();
    const lost: LogFields[] = [];
    const logWith = (fields: LogFields): Log => ({
      ...silentLog,
      warn(message, more = {}) {
        if (message === 'A message was given up') lost.push({ ...fields, ...more });
      },
      with: (more) => logWith({ ...fields, ...more }),
    });
    const queue = await open(t, clock, logWith({}));
    const ids = Array.from({ length: 20 }, (_, index) => `message-${index}`);
    await queue.publish(ids.map((id) => ({ topic: 'work', key: id, id, payload: '{}' })));
    queue.consume('work', options, async () => {
      throw new VedetteError('blobs-unavailable', reason);
    });
    for (let turn = 0; turn < 60 && (await queue.depth('work')) > 0; turn += 1) await clock.advance(1_000);
    await queue.close();
    assert.equal(await queue.deadLetterCount('work'), ids.length);
    assert.deepEqual(
      lost.toSorted((a, b) => ids.indexOf(String(a.id)) - ids.indexOf(String(b.id))),
      ids.map((id) => ({ topic: 'work', id, attempts: 2, reason })),
    );
  });
}
