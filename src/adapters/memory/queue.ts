// The queue in memory: the reference of the port and the double for tests. What waits is gone with the process.

import { complaintOfMessages, type MessageComplaint } from '../../core/attempt-complaint.ts';
import { attemptHandler } from '../../core/attempt-handler.ts';
import { backoffMs } from '../../core/backoff.ts';
import { VedetteError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Log, silentLog } from '../../core/ports/log.ts';
import {
  type ConsumeOptions,
  type Consumer,
  type DeadLetter,
  type Handler,
  maxPayloadBytes,
  type Queue,
  type QueueMessage,
  type ReceivedMessage,
} from '../../core/ports/queue.ts';

/** How long a published id is remembered, so that publishing it again changes nothing. */
const rememberIdsMs = 24 * 3_600_000;

export interface MemoryQueueOptions {
  readonly clock: Clock;
  /** 0 ≤ n < 1; what spreads retries. */
  readonly random?: () => number;
  readonly log?: Log;
}

interface Entry {
  readonly message: ReceivedMessage;
  inHand: boolean;
  dueAtMs: number;
  attempt: number;
}

interface Topic {
  /** In the order of publishing, per key. */
  readonly waiting: Map<string, Entry[]>;
  readonly dead: DeadLetter[];
  readonly consumers: Set<{ pump(): void }>;
}

/** An empty queue. */
export function memoryQueue({ clock, random = Math.random, log = silentLog }: MemoryQueueOptions): Queue {
  const topics = new Map<string, Topic>();
  const publishedAtMs = new Map<string, number>();
  const consumers = new Set<Consumer>();

  function topicOf(name: string): Topic {
    const topic = topics.get(name) ?? { waiting: new Map(), dead: [], consumers: new Set() };
    topics.set(name, topic);
    return topic;
  }

  function isNew(id: string): boolean {
    const nowMs = clock.monotonicMs();
    for (const [known, atMs] of publishedAtMs) {
      if (nowMs - atMs <= rememberIdsMs) break;
      publishedAtMs.delete(known);
    }
    if (publishedAtMs.has(id)) return false;
    publishedAtMs.set(id, nowMs);
    return true;
  }

  function enqueue(message: QueueMessage): void {
    const { waiting } = topicOf(message.topic);
    const ofKey = waiting.get(message.key) ?? [];
    const received = { ...message, attempt: 1, publishedAt: clock.now() };
    ofKey.push({ message: received, inHand: false, dueAtMs: 0, attempt: 1 });
    waiting.set(message.key, ofKey);
  }

  return {
    async publish(messages) {
      for (const { payload } of messages) {
        if (new TextEncoder().encode(payload).length > maxPayloadBytes) {
          throw new VedetteError('body-too-large', 'A message may have at most 64 KiB.');
        }
      }
      const fresh = messages.filter(({ id }) => isNew(id));
      for (const message of fresh) enqueue(message);
      for (const name of new Set(fresh.map(({ topic }) => topic))) {
        for (const consumer of topicOf(name).consumers) consumer.pump();
      }
    },
    consume(name, options, handler) {
      const unhandled = complaintOfMessages({ clock, log: log.with({ topic: name }) }, name);
      const deps = { clock, random, unhandled };
      const consumer = startConsumer(deps, topicOf(name), options, handler);
      consumers.add(consumer);
      return consumer;
    },
    deadLetters: async (name) => [...topicOf(name).dead],
    deadLetterCount: async (name) => topicOf(name).dead.length,
    depth: async (name) => [...topicOf(name).waiting.values()].reduce((sum, ofKey) => sum + ofKey.length, 0),
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      consumers.clear();
    },
  };
}

interface ConsumerDeps extends Required<Pick<MemoryQueueOptions, 'clock' | 'random'>> {
  readonly unhandled: MessageComplaint;
}

function startConsumer(
  { clock, random, unhandled }: ConsumerDeps,
  topic: Topic,
  options: ConsumeOptions,
  handler: Handler,
): Consumer {
  const stopping = new AbortController();
  const inHand = new Set<Promise<void>>();

  /** Takes the first message of every key that is free and due, while there are hands. */
  function pump(): void {
    for (const [key, [head]] of topic.waiting) {
      if (stopping.signal.aborted || inHand.size >= options.concurrency) return;
      if (head === undefined || head.inHand || head.dueAtMs > clock.monotonicMs()) continue;
      head.inHand = true;
      const work = attempt(key, head).finally(() => {
        inHand.delete(work);
        for (const consumer of topic.consumers) consumer.pump();
      });
      inHand.add(work);
    }
  }

  async function attempt(key: string, entry: Entry): Promise<void> {
    const message = { ...entry.message, attempt: entry.attempt };
    const failed = await attemptHandler({ clock, handler, timeoutMs: options.timeoutMs }, message);
    const reason = failed?.reason ?? null;
    const isOver =
      reason === null || (entry.attempt >= options.maxAttempts && (await giveUp(message, reason)));
    entry.inHand = false;
    if (!isOver) {
      const isLate = entry.attempt >= options.maxAttempts;
      const delayMs = isLate ? options.backoff.maxMs : backoffMs(options.backoff, entry.attempt, random);
      entry.attempt += 1;
      entry.dueAtMs = clock.monotonicMs() + delayMs;
      wakeAfter(delayMs);
      return;
    }
    if (reason !== null) {
      topic.dead.push({ ...message, failedAt: clock.now(), reason });
      unhandled.gaveUp(message, reason);
    }
    const rest = topic.waiting.get(key)?.slice(1) ?? [];
    // To the back of the line of keys: a busy key must not starve the others.
    topic.waiting.delete(key);
    if (rest.length > 0) topic.waiting.set(key, rest);
  }

  /** Tells that a message is put aside; false where that could not be written down. */
  async function giveUp(message: ReceivedMessage, reason: string): Promise<boolean> {
    return (async () => options.givenUp?.(message, reason))().then(
      () => true,
      () => false,
    );
  }

  /** Every consumer of the topic, because this one may have stopped by then. */
  function wakeAfter(delayMs: number): void {
    clock.sleep(delayMs).then(() => {
      for (const consumer of topic.consumers) consumer.pump();
    });
  }

  const self = { pump };
  topic.consumers.add(self);
  // Not at once: whoever consumes gets the handle first.
  queueMicrotask(pump);
  return {
    async stop() {
      stopping.abort();
      topic.consumers.delete(self);
      await Promise.all(inHand);
    },
  };
}
