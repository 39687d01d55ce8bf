// What every queue keeps.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { ConsumeOptions, Queue, QueueMessage, ReceivedMessage } from './queue.ts';

export interface QueueUnderTest {
  readonly queue: Queue;
  /** Lets this much time pass for `queue`. */
  pass(ms: number): Promise<void>;
  /**
   * The queue as a new process finds it after this one died with messages in hand.
   * Absent where nothing outlives the process.
   */
  crash?(): Promise<Queue>;
}

type Open = (t: TestContext) => Promise<QueueUnderTest>;

const dayMs = 86_400_000;
const callers = 40;
const options: ConsumeOptions = {
  concurrency: 4,
  maxAttempts: 3,
  backoff: { firstMs: 1_000, maxMs: 8_000 },
  timeoutMs: 60_000,
};

const message = (id: string, key = 'k', topic = 'work'): QueueMessage => ({
  id,
  key,
  topic,
  payload: JSON.stringify({ id }),
});

/** Runs the suite; `open` gives an empty queue. */
export function queueContract(name: string, open: Open): void {
  delivery(name, open);
  order(name, open);
  failure(name, open);
  identity(name, open);
  endings(name, open);
}

function delivery(name: string, open: Open): void {
  test(`${name}: what was published is delivered at once, once, and then is done`, async (t) => {
    const { queue } = await open(t);
    const got = collector();
    queue.consume('work', options, got.handler);
    await queue.publish([message('a'), message('b', 'other')]);
    await got.until(2);
    assert.deepEqual(got.ids().sort(), ['a', 'b']);
    const [first] = got.messages;
    assert.equal(first?.attempt, 1);
    assert.equal(first?.payload, JSON.stringify({ id: first?.id }));
    assert.ok(Number.isFinite(first?.publishedAt));
    await until(async () => (await queue.depth('work')) === 0);
    await queue.close();
    assert.equal(got.messages.length, 2);
  });

  test(`${name}: what nobody consumes yet waits, and topics do not mix`, async (t) => {
    const { queue } = await open(t);
    await queue.publish([message('a', 'k', 'work'), message('b', 'k', 'play')]);
    await queue.publish([]);
    assert.equal(await queue.depth('work'), 1);
    assert.equal(await queue.depth('play'), 1);
    const got = collector();
    queue.consume('play', options, got.handler);
    await got.until(1);
    assert.deepEqual(got.ids(), ['b']);
    assert.equal(await queue.depth('work'), 1);
    await queue.close();
  });

  test(`${name}: a payload that is too large is refused, and nothing beside it is published`, async (t) => {
    const { queue } = await open(t);
    const large = { ...message('large'), payload: 'ü'.repeat(32 * 1024) };
    await queue.publish([large]);
    const tooLarge = { ...large, id: 'too large', payload: `${large.payload}x` };
    await assert.rejects(queue.publish([message('small'), tooLarge]), { code: 'body-too-large' });
    assert.equal(await queue.depth('work'), 1);
  });
}

function order(name: string, open: Open): void {
  test(`${name}: messages of a key come one at a time in their order, whoever publishes beside it`, async (t) => {
    const { queue } = await open(t);
    const got = collector();
    const busy = new Set<string>();
    const faults = new Set<string>();
    queue.consume('work', options, async (received) => {
      if (busy.has(received.key)) faults.add('two messages of a key in hand');
      busy.add(received.key);
      if (busy.size > options.concurrency) faults.add('more in hand than allowed');
      await setImmediate();
      busy.delete(received.key);
      await got.handler(received);
    });
    const keys = Array.from({ length: callers }, (_, i) => `key ${i}`);
    const publishAll = async (key: string) => {
      for (let i = 0; i < 8; i += 1) await queue.publish([message(`${key}/${i}`, key)]);
    };
    await Promise.all(keys.map(publishAll));
    await got.until(callers * 8);
    assert.deepEqual([...faults], []);
    for (const key of keys) {
      const ids = got.ids().filter((id) => id.startsWith(`${key}/`));
      assert.deepEqual(
        ids,
        Array.from({ length: 8 }, (_, i) => `${key}/${i}`),
      );
    }
    await queue.close();
  });

  test(`${name}: different keys are handled at the same time, as many as allowed`, async (t) => {
    const { queue } = await open(t);
    const all = Promise.withResolvers<void>();
    let inHand = 0;
    queue.consume('work', options, async () => {
      inHand += 1;
      if (inHand === options.concurrency) all.resolve();
      await all.promise;
    });
    await queue.publish(Array.from({ length: 10 }, (_, i) => message(`m${i}`, `key ${i}`)));
    await all.promise;
    assert.equal(inHand, options.concurrency);
    await until(async () => (await queue.depth('work')) === 0);
    await queue.close();
  });

  test(`${name}: consumers of one topic share the work: each message goes to one of them`, async (t) => {
    const { queue } = await open(t);
    const got = collector();
    for (let i = 0; i < 5; i += 1) queue.consume('work', options, got.handler);
    await queue.publish(Array.from({ length: 100 }, (_, i) => message(`m${i}`, `key ${i % 30}`)));
    await until(async () => (await queue.depth('work')) === 0);
    await queue.close();
    assert.equal(got.messages.length, 100);
    assert.equal(new Set(got.ids()).size, 100);
  });
}

function failure(name: string, open: Open): void {
  test(`${name}: what failed is tried again after its delay, before the next of its key`, async (t) => {
    const { queue, pass } = await open(t);
    const got = collector();
    queue.consume('work', options, async (received) => {
      await got.handler(received);
      if (received.id === 'a1' && received.attempt < 3) throw new Error('Not now.');
    });
    await queue.publish([message('a1', 'a'), message('a2', 'a'), message('b1', 'b')]);
    await got.until(2);
    await pass(499);
    assert.deepEqual(got.ids().sort(), ['a1', 'b1'], 'tried again before half of the delay');
    await passUntil(pass, 1_000, () => got.messages.length === 3);
    // At least 1 000 ms from the failure, of which a few steps may have passed already.
    await pass(800);
    assert.equal(got.messages.length, 3, 'the second delay is twice the first');
    await passUntil(pass, 2_000, () => got.messages.length >= 4);
    await got.until(5);
    assert.deepEqual(
      got.messages.filter(({ key }) => key === 'a').map(({ id, attempt }) => `${id} ${attempt}`),
      ['a1 1', 'a1 2', 'a1 3', 'a2 1'],
    );
    assert.deepEqual(await queue.deadLetters('work'), []);
    assert.equal(await queue.deadLetterCount('work'), 0);
    await queue.close();
  });

  test(`${name}: what fails every time is put aside with its reason, and its key goes on`, async (t) => {
    const { queue, pass } = await open(t);
    const got = collector();
    queue.consume('work', options, (received) => {
      // Thrown, not rejected: a handler may do either.
      if (received.id === 'bad') throw new Error('No such address.');
      return got.handler(received);
    });
    await queue.publish([message('bad'), message('good')]);
    await passUntil(pass, 10_000, () => got.messages.length === 1);
    assert.deepEqual(got.ids(), ['good']);
    const [dead, ...more] = await queue.deadLetters('work');
    assert.deepEqual(more, []);
    assert.equal(dead?.id, 'bad');
    assert.equal(dead?.payload, message('bad').payload);
    assert.equal(dead?.attempt, options.maxAttempts);
    assert.equal(dead?.reason, 'No such address.');
    assert.ok((dead?.failedAt ?? 0) >= (dead?.publishedAt ?? 0));
    assert.deepEqual(await queue.deadLetters('play'), []);
    assert.deepEqual([await queue.deadLetterCount('work'), await queue.deadLetterCount('play')], [1, 0]);
    await until(async () => (await queue.depth('work')) === 0);
    await queue.close();
  });

  test(`${name}: what is put aside is told of before, until that succeeds`, async (t) => {
    const { queue, pass } = await open(t);
    const told: string[] = [];
    const givenUp = async ({ id, attempt }: ReceivedMessage, reason: string) => {
      told.push(`${id} ${attempt}`);
      assert.deepEqual(await queue.deadLetters('work'), [], 'it is put aside already');
      if (attempt > 1) return;
      assert.equal(reason, 'No such address.');
      throw new Error('The disk is full.');
    };
    const got = collector();
    queue.consume('work', { ...options, maxAttempts: 1, givenUp }, async (received) => {
      if (received.id === 'bad') throw new Error('No such address.');
      await got.handler(received);
    });
    await queue.publish([message('bad'), message('good')]);
    await passUntil(pass, 10_000, () => got.messages.length === 1);
    assert.deepEqual(told, ['bad 1', 'bad 2']);
    assert.deepEqual(
      (await queue.deadLetters('work')).map(({ id }) => id),
      ['bad'],
    );
    await queue.close();
  });

  test(`${name}: a handler that takes too long is given up and told so`, async (t) => {
    const { queue, pass } = await open(t);
    const got = collector();
    let told = false;
    queue.consume('work', { ...options, timeoutMs: 5_000 }, async (received, signal) => {
      await got.handler(received);
      if (received.attempt > 1) return;
      signal.addEventListener('abort', () => {
        told = true;
      });
      await new Promise(() => {});
    });
    await queue.publish([message('slow')]);
    await got.until(1);
    await pass(4_999);
    assert.equal(told, false);
    await passUntil(pass, 2_000, () => got.messages.length === 2);
    assert.equal(told, true);
    assert.equal(got.messages[1]?.attempt, 2);
    await queue.close();
  });
}

function identity(name: string, open: Open): void {
  test(`${name}: publishing an id again within a day changes nothing, done or not`, async (t) => {
    const { queue, pass } = await open(t);
    await Promise.all(Array.from({ length: callers }, () => queue.publish([message('a')])));
    await queue.publish([message('a'), message('a')]);
    assert.equal(await queue.depth('work'), 1);
    const got = collector();
    queue.consume('work', options, got.handler);
    await until(async () => (await queue.depth('work')) === 0);
    await pass(dayMs - 60_000);
    await queue.publish([message('a'), message('b')]);
    await got.until(2);
    assert.deepEqual(got.ids(), ['a', 'b']);
    await pass(120_000);
    await queue.publish([message('a')]);
    await got.until(3);
    assert.deepEqual(got.ids(), ['a', 'b', 'a']);
    await queue.close();
  });
}

function endings(name: string, open: Open): void {
  test(`${name}: stopping waits for what is in hand and leaves the rest`, async (t) => {
    const { queue } = await open(t);
    const got = collector();
    const letGo = Promise.withResolvers<void>();
    const consumer = queue.consume('work', { ...options, concurrency: 1 }, async (received) => {
      await got.handler(received);
      await letGo.promise;
    });
    await queue.publish([message('a', 'a'), message('b', 'b')]);
    await got.until(1);
    let stopped = false;
    const stopping = consumer.stop().then(() => {
      stopped = true;
    });
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    assert.equal(stopped, false);
    letGo.resolve();
    await stopping;
    assert.equal(got.messages.length, 1);
    assert.equal(await queue.depth('work'), 1);
    queue.consume('work', options, got.handler);
    await got.until(2);
    await queue.close();
    assert.deepEqual(got.ids().sort(), ['a', 'b']);
  });

  test(`${name}: what was in hand when the process died is delivered again, in order`, async (t) => {
    const { queue, crash } = await open(t);
    if (crash === undefined) return t.skip('what waits in this queue is gone with the process');
    const before = collector();
    queue.consume('work', options, async (received) => {
      await before.handler(received);
      if (received.id !== 'done') await new Promise(() => {});
    });
    await queue.publish([message('done', 'a'), message('a1', 'a'), message('a2', 'a'), message('b1', 'b')]);
    await before.until(3);
    const again = await crash();
    assert.equal(await again.depth('work'), 3);
    const after = collector();
    again.consume('work', options, after.handler);
    await after.until(3);
    assert.deepEqual(
      after.messages.filter(({ key }) => key === 'a').map(({ id, attempt }) => `${id} ${attempt}`),
      ['a1 2', 'a2 1'],
    );
    await again.publish([message('done', 'a')]);
    await until(async () => (await again.depth('work')) === 0);
    await again.close();
    assert.equal(after.messages.length, 3);
  });

  test(`${name}: a message that kills the process in every attempt is put aside`, async (t) => {
    const { queue, crash } = await open(t);
    if (crash === undefined) return t.skip('what waits in this queue is gone with the process');
    const once = { ...options, maxAttempts: 1 };
    const before = collector();
    queue.consume('work', once, async (received) => {
      await before.handler(received);
      await new Promise(() => {});
    });
    await queue.publish([message('poison'), message('next')]);
    await before.until(1);
    const again = await crash();
    const after = collector();
    again.consume('work', once, after.handler);
    await after.until(1);
    assert.deepEqual(after.ids(), ['next']);
    assert.deepEqual(
      (await again.deadLetters('work')).map(({ id }) => id),
      ['poison'],
    );
    await again.close();
  });

  test(`${name}: where stops are tolerated, a message in hand at every one of them is handled in the end`, async (t) => {
    const { queue, crash } = await open(t);
    if (crash === undefined) return t.skip('what waits in this queue is gone with the process');
    const patient = { ...options, maxAttempts: 1, toleratedStops: 1 };
    const before = collector();
    queue.consume('work', patient, async (received) => {
      await before.handler(received);
      await new Promise(() => {});
    });
    await queue.publish([message('urgent')]);
    await before.until(1);
    const again = await crash();
    const after = collector();
    again.consume('work', patient, after.handler);
    await after.until(1);
    await until(async () => (await again.depth('work')) === 0);
    assert.deepEqual([after.ids(), await again.deadLetters('work')], [['urgent'], []]);
    await again.close();
  });
}

/** A handler that collects, and a promise for the nth message. */
function collector() {
  const messages: ReceivedMessage[] = [];
  const waiting = new Set<{ count: number; resolve: () => void }>();
  return {
    messages,
    ids: () => messages.map(({ id }) => id),
    handler: async (received: ReceivedMessage) => {
      messages.push(received);
      for (const each of waiting) if (messages.length >= each.count) each.resolve();
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        if (messages.length >= count) resolve();
        else waiting.add({ count, resolve });
      }),
  };
}

/** Turns the event loop until `holds`; the runner's time-out is the limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await setImmediate();
}

/** Lets time pass in small steps until `holds`, at most `limitMs` (and a step) of it. */
async function passUntil(
  pass: (ms: number) => Promise<void>,
  limitMs: number,
  holds: () => boolean,
): Promise<void> {
  const stepMs = 50;
  for (let passed = 0; !holds(); passed += stepMs) {
    assert.ok(passed <= limitMs, `it did not happen within ${limitMs} ms`);
    await pass(stepMs);
  }
}
