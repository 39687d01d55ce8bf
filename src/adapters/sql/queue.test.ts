import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { silentLog } from '../../core/ports/log.ts';
import { queueContract } from '../../core/ports/queue.contract.ts';
import type { ConsumeOptions } from '../../core/ports/queue.ts';
import { type ManualClock, manualClock } from '../memory/clock.ts';
import { openDatabase } from './database.ts';
import { sqlQueue } from './queue.ts';

const log = silentLog;
const options: ConsumeOptions = {
  concurrency: 2,
  maxAttempts: 3,
  backoff: { firstMs: 1_000, maxMs: 4_000 },
  timeoutMs: 10_000,
};

async function queueAt(t: TestContext, path: string, clock: ManualClock) {
  const database = await openDatabase({ path, log });
  t.after(() => database.close());
  return { database, queue: sqlQueue({ database, clock, log }) };
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vedette-queue-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

queueContract('queue on SQLite', async (t) => {
  const clock = manualClock();
  const path = join(await folder(t), 'vedette.db');
  const { queue } = await queueAt(t, path, clock);
  return {
    queue,
    pass: (ms) => clock.advance(ms),
    // The first one still has messages in hand, which never come back: to the file it is dead.
    crash: async () => (await queueAt(t, path, clock)).queue,
  };
});

test('a wall clock that is set back does not hold up what waits to be tried again', async (t) => {
  const clock = manualClock();
  const { queue } = await queueAt(t, ':memory:', clock);
  const tried = Promise.withResolvers<void>();
  const again = Promise.withResolvers<void>();
  queue.consume('work', options, async ({ attempt }) => {
    if (attempt > 1) return again.resolve();
    tried.resolve();
    throw new Error('Not now.');
  });
  await queue.publish([{ topic: 'work', key: 'k', id: 'a', payload: '{}' }]);
  await tried.promise;
  await clock.advance(0);
  clock.step(-3_600_000);
  await clock.advance(options.backoff.maxMs);
  await again.promise;
  await queue.close();
});

test('while the database refuses to be written, what was handled stays; it is done once that is over', async (t) => {
  const clock = manualClock();
  const { queue, database } = await queueAt(t, ':memory:', clock);
  const handled = Promise.withResolvers<void>();
  await queue.publish([{ topic: 'work', key: 'k', id: 'a', payload: '{}' }]);
  queue.consume('work', options, async () => {
    await sql`pragma query_only = on`.execute(database.kysely);
    handled.resolve();
  });
  await handled.promise;
  await clock.advance(5_000);
  await assert.rejects(queue.publish([{ topic: 'work', key: 'k', id: 'b', payload: '{}' }]), {
    code: 'data-read-only',
  });
  assert.equal(await queue.depth('work'), 1);
  await sql`pragma query_only = off`.execute(database.kysely);
  await clock.advance(1_000);
  assert.equal(await queue.depth('work'), 0);
  await queue.close();
});

test('publishing inside a transaction of the records is refused instead of waiting for ever', async (t) => {
  const { queue, database } = await queueAt(t, ':memory:', manualClock());
  await assert.rejects(
    database.transaction(() => queue.publish([{ topic: 'work', key: 'k', id: 'a', payload: '{}' }])),
    /Inside a transaction/,
  );
  assert.equal(await queue.depth('work'), 0);
});

/** Publishes for ever and prints what was published and what was handled, each once it is durable. */
const publisher = `
const [, root, path] = process.argv;
const { openDatabase } = await import(root + 'src/adapters/sql/database.ts');
const { sqlQueue } = await import(root + 'src/adapters/sql/queue.ts');
const { systemClock } = await import(root + 'src/adapters/system/clock.ts');
const { silentLog: log } = await import(root + 'src/core/ports/log.ts');
const { writeSync } = await import('node:fs');
const queue = sqlQueue({ database: await openDatabase({ path, log }), clock: systemClock(), log });
const options = { concurrency: 4, maxAttempts: 9, backoff: { firstMs: 1, maxMs: 1 }, timeoutMs: 1000 };
queue.consume('work', options, async ({ id }) => { writeSync(1, 'handled ' + id + '\\n'); });
for (let i = 0; ; i++) {
  await queue.publish([{ topic: 'work', key: String(i % 5), id: String(i), payload: '{}' }]);
  writeSync(1, 'published ' + i + '\\n');
}`;

test('killed at any moment, the queue loses nothing it accepted and keeps the order of each key', async (t) => {
  const path = join(await folder(t), 'vedette.db');
  const root = new URL('../../../', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', publisher, '--', root, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => {
    lines.push(line);
    if (lines.length === 300) child.kill('SIGKILL');
  });
  await Promise.all([once(child, 'exit'), once(reader, 'close')]);
  const ids = (verb: string) =>
    lines.filter((line) => line.startsWith(`${verb} `)).map((line) => Number(line.split(' ')[1]));
  const { queue } = await queueAt(t, path, manualClock());
  const handled = ids('handled');
  const recovered: number[] = [];
  queue.consume('work', options, async ({ id }) => {
    recovered.push(Number(id));
  });
  while ((await queue.depth('work')) > 0) await setImmediate();
  await queue.close();
  const seen = new Set([...handled, ...recovered]);
  assert.deepEqual(
    ids('published').filter((id) => !seen.has(id)),
    [],
  );
  // At most what was in hand is handled twice.
  assert.ok(recovered.filter((id) => handled.includes(id)).length <= 4);
  for (let key = 0; key < 5; key += 1) {
    const ofKey = recovered.filter((id) => id % 5 === key);
    assert.deepEqual(
      ofKey,
      ofKey.toSorted((a, b) => a - b),
    );
  }
});
