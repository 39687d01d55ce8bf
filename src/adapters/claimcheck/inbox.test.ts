import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inboxContract } from '../../core/ports/inbox.contract.ts';
import type { Blobs } from '../../core/ports/blobs.ts';
import { silentLog as log } from '../../core/ports/log.ts';
import { memoryBlobs } from '../memory/blobs.ts';
import { manualClock } from '../memory/clock.ts';
import { memoryQueue } from '../memory/queue.ts';
import { openDatabase } from '../sql/database.ts';
import { sqlQueue } from '../sql/queue.ts';
import { claimCheckInbox } from './inbox.ts';

const names = { topic: 'images.inbox', prefix: 'images/http/inbox' };

inboxContract('inbox of blobs and a queue', async (t) => {
  const clock = manualClock();
  const blobs = memoryBlobs();
  const folder = await mkdtemp(join(tmpdir(), 'vedette-inbox-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const open = async () => {
    const database = await openDatabase({ path: join(folder, 'vedette.db'), log });
    t.after(() => database.close());
    const queue = sqlQueue({ database, clock, log });
    return claimCheckInbox({ blobs, queue, clock, log, ...names });
  };
  return {
    inbox: await open(),
    pass: (ms) => clock.advance(ms),
    // The first one still has items in hand, which never come back: to the file it is dead.
    crash: open,
  };
});

test('bodies are gone when their items are done, and stay while they are not', async () => {
  const clock = manualClock();
  const blobs = memoryBlobs();
  const queue = memoryQueue({ clock });
  const inbox = claimCheckInbox({ blobs, queue, clock, log, ...names });
  const count = async () => (await Array.fromAsync(blobs.list('images/http/inbox/'))).length;
  await inbox.put({ id: 'a', headers: {}, body: new Uint8Array(9) });
  assert.equal(await count(), 1);
  let isReady = false;
  const consumer = inbox.consume(
    { concurrency: 1, backoff: { firstMs: 10, maxMs: 10 }, timeoutMs: 1_000 },
    async () => {
      if (!isReady) throw new Error('Not now.');
    },
  );
  await clock.advance(5);
  assert.equal(await count(), 1);
  isReady = true;
  await clock.advance(50);
  await consumer.stop();
  assert.equal(await count(), 0);
  await queue.close();
});

test('what cannot be stored is refused, and nobody is told that it was taken', async () => {
  const clock = manualClock();
  const full: Blobs = memoryBlobs({ capacityBytes: 10 });
  const queue = memoryQueue({ clock });
  const inbox = claimCheckInbox({ blobs: full, queue, clock, log, ...names });
  await assert.rejects(inbox.put({ id: 'a', headers: {}, body: new Uint8Array(100) }), { code: 'data-full' });
  assert.equal(await inbox.backlog(), 0);
  await queue.close();
});
