import assert from 'node:assert/strict';
import { test } from 'node:test';
import { branded, type EpochMs } from '../../core/brand.ts';
import type { Cache } from '../../core/ports/cache.ts';
import { silentLog } from '../../core/ports/log.ts';
import { memoryCache } from '../memory/cache.ts';
import { manualClock } from '../memory/clock.ts';
import { queueMarks } from './marks.ts';

const hourMs = 3_600_000;
const here = { partition: 0, offset: 7n };
const there = { partition: 0, offset: 8n };

function house() {
  const clock = manualClock();
  const cache = memoryCache({ clock });
  const process = (cacheOfIt: Cache = cache) =>
    queueMarks({ cache: cacheOfIt, prefix: 'p.', log: silentLog });
  const message = () => ({ topic: 'work', key: 'k', id: 'a', payload: '{}', publishedAt: clock.now() });
  return { clock, cache, process, message };
}

test('attempts are counted on by a process that takes over', async () => {
  const { process, message } = house();
  const one = message();
  assert.deepEqual(await process().begin(one, here), { attempt: 1, givenUp: null });
  assert.deepEqual(await process().begin(one, here), { attempt: 2, givenUp: null });
});

test('what is done is not begun again, wherever it lies, for as long as its id is remembered', async () => {
  const { process, message, clock } = house();
  const marks = process();
  const first = message();
  await marks.begin(first, here);
  await marks.done(first, here);
  assert.equal(await marks.begin(first, here), null);
  assert.equal(await marks.begin(message(), there), null);
  await clock.advance(23 * hourMs);
  assert.equal(await marks.isPublished('work', 'a', clock.now()), true);
  assert.equal(await marks.begin(message(), there), null);
  await clock.advance(2 * hourMs);
  assert.equal(await marks.isPublished('work', 'a', clock.now()), false);
  assert.deepEqual(await process().begin(message(), there), { attempt: 1, givenUp: null });
});

test('that a message was published does not undo that it is done already', async () => {
  const { process, message } = house();
  const marks = process();
  const one = message();
  await marks.begin(one, here);
  await marks.done(one, here);
  await marks.published(one);
  assert.equal(await process().begin(one, here), null);
});

test('without a cache a process still counts its own attempts and knows what it did', async () => {
  const { process, message } = house();
  const broken: Cache = {
    get: () => Promise.reject(new Error('down')),
    set: () => Promise.reject(new Error('down')),
    setIfAbsent: () => Promise.reject(new Error('down')),
    swap: () => Promise.reject(new Error('down')),
    take: () => Promise.reject(new Error('down')),
    increment: () => Promise.reject(new Error('down')),
    delete: () => Promise.reject(new Error('down')),
    close: async () => {},
  };
  const marks = process(broken);
  const one = message();
  assert.equal(await marks.isPublished('work', 'a', branded<EpochMs>(0)), false);
  await marks.published(one);
  assert.deepEqual(await marks.begin(one, here), { attempt: 1, givenUp: null });
  assert.deepEqual(await marks.begin(one, here), { attempt: 2, givenUp: null });
  await marks.done(one, here);
  assert.equal(await marks.begin(one, here), null);
});

test('what was given up is told of once, with its reason, wherever it is begun again', async () => {
  const { process, message } = house();
  const one = message();
  await process().begin(one, here);
  await process().gaveUp(one, here, { attempt: 1, reason: 'The door is locked.' });
  assert.deepEqual(await process().begin(one, here), { attempt: 1, givenUp: 'The door is locked.' });
  assert.deepEqual(await process().begin(one, there), { attempt: 1, givenUp: null });
});
