// What is told and kept of a message that is given up, wherever the process ends.

import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { VedetteError } from '../../core/errors.ts';
import { type Log, type LogFields, silentLog } from '../../core/ports/log.ts';
import type { ConsumeOptions, DeadLetter, Handler } from '../../core/ports/queue.ts';
import { memoryCache } from '../memory/cache.ts';
import { manualClock } from '../memory/clock.ts';
import { abandon, newFlow } from './flow.ts';
import { queueMarks } from './marks.ts';
import { type InRecord, recordOf } from './record.ts';
import { worker } from './worker.ts';

const limits = { concurrency: 1, maxAttempts: 1, backoff: { firstMs: 10, maxMs: 1_000 }, timeoutMs: 5_000 };

/** Processes one after the other, that are handed one record. */
function scene() {
  const clock = manualClock(1_800_000_000_000);
  const cache = memoryCache({ clock });
  const message = { topic: 'work', key: 'k', id: 'a', payload: '{}', publishedAt: clock.now() };
  const { key, value, headers } = recordOf('work', message);
  const names = new Map([...headers].map(([name, content]) => [name.toString(), content]));
  const record: InRecord = { ...{ key, value, headers: names }, ...place, timestampMs: clock.now() };
  const letters: DeadLetter[] = [];
  const told: string[] = [];
  const handled: number[] = [];
  const finished: string[] = [];
  const disk = { isThere: true };
  const warned: (readonly [string, LogFields])[] = [];
  const logWith = (fields: LogFields): Log => ({
    ...silentLog,
    warn: (message, more = {}) => void warned.push([message, { ...fields, ...more }]),
    with: (more) => logWith({ ...fields, ...more }),
  });

  function start(name: string, handler: Handler, more: Partial<ConsumeOptions> = {}) {
    const flow = newFlow(0, place.offset);
    const marks = queueMarks({ cache, prefix: 'p.', log: silentLog });
    const bury = async (letter: DeadLetter) => {
      if (!disk.isThere) throw new Error('Kafka takes nothing.');
      letters.push(letter);
    };
    const finish = () => void finished.push(name);
    const context = { topic: 'work', clock, log: logWith({}), random: () => 0, marks, bury, finish };
    const givenUp = async (_: unknown, reason: string) => void told.push(reason);
    worker(context, { ...limits, givenUp, ...more }, async (received, signal) => {
      handled.push(received.attempt);
      return handler(received, signal);
    }).take(flow, record);
    return { die: () => abandon(flow) };
  }
  return { clock, letters, told, handled, finished, disk, warned, start };
}

const place = { partition: 0, offset: 7n };
const fails: Handler = () => Promise.reject(new Error('The door is locked.'));

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn += 1) await nextTurn();
  assert.ok(isSo());
}

for (const toleratedStops of [0, 100]) {
  test(`a process that ends before the letter is written leaves its reason, and nobody tries or tells again (${toleratedStops} stops)`, async () => {
    const { letters, told, handled, finished, disk, start } = scene();
    disk.isThere = false;
    const first = start('first', fails, { toleratedStops });
    await until(() => told.length === 1);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    first.die();
    disk.isThere = true;
    start('second', async () => {}, { toleratedStops });
    await until(() => finished.includes('second'));
    assert.deepEqual(handled, [1]);
    assert.equal(told.length, 1);
    assert.deepEqual(
      letters.map(({ reason, attempt }) => [reason, attempt]),
      [['The door is locked.', 1]],
    );
  });
}

test('where it could not be told at first, the letter says why it was not handled, and not that Vedette stopped', async () => {
  const { clock, letters, handled, finished, start } = scene();
  let tells = 0;
  start('first', fails, {
    givenUp: async () => {
      tells += 1;
      if (tells === 1) throw new Error('The records are away.');
    },
  });
  await until(() => tells === 1);
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  await clock.advance(1_000);
  await until(() => finished.length === 1);
  assert.deepEqual(handled, [1]);
  assert.deepEqual(
    letters.map(({ reason }) => reason),
    ['The door is locked.'],
  );
});

test('each message that is given up is said aloud, however many waited for the same service', async () => {
  const { finished, warned, start } = scene();
  const away: Handler = () => Promise.reject(new VedetteError('blobs-unavailable', 'The store is away.'));
  start('first', away);
  await until(() => finished.length === 1);
  const fields = { topic: 'work', id: 'a', attempts: 1, reason: 'The store is away.' };
  assert.deepEqual(warned.at(-1), ['A message was given up', fields]);
});
